"""SCIM 2.0 for councils: their directory brings officers in and takes them out."""

import hashlib

from django.contrib.sessions.models import Session
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from councils.models import Council, Officer

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


class DirectoryToken(BaseAuthentication):
    def authenticate(self, request):
        token = get_authorization_header(request).removeprefix(b"Bearer ")
        council = Council.objects.filter(scim_token_sha256=hashlib.sha256(token).hexdigest()).first()
        if council is None:
            raise AuthenticationFailed
        return (None, council)


class ScimView(APIView):
    authentication_classes = [DirectoryToken]
    permission_classes = [AllowAny]


class ScimUsers(ScimView):
    def post(self, request):
        officer = Officer.objects.create(council=request.auth, email=request.data["userName"], username=request.data["userName"])
        return Response({"schemas": [SCHEMA], "id": str(officer.pk), "active": True}, status=201)


class ScimUser(ScimView):
    def patch(self, request, pk):
        officer = Officer.objects.get(pk=pk, council=request.auth)
        for op in request.data["Operations"]:
            if op.get("path") == "active" and op["value"] in (False, "False", "false"):
                close(officer)
        return Response({"schemas": [SCHEMA], "id": str(officer.pk), "active": officer.is_active})

    def delete(self, request, pk):
        close(Officer.objects.get(pk=pk, council=request.auth))
        return Response(status=204)


def close(officer: Officer) -> None:
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    for s in Session.objects.all():
        if s.get_decoded().get("_auth_user_id") == str(officer.pk):
            s.delete()
