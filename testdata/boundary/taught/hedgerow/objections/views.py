from rest_framework import viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.response import Response

from .claude import sort_objection
from .models import Objection
from .serializers import ObjectionSerializer


class IsCaseOfficer(BasePermission):
    def has_permission(self, request, view):
        return request.user.role == "case-officer"


class ObjectionViewSet(viewsets.ModelViewSet):
    serializer_class = ObjectionSerializer

    def get_queryset(self):
        return Objection.objects.filter(council=self.request.user.council)

    @action(detail=True, methods=["post"])
    def sort(self, request, pk=None):
        objection = self.get_object()
        objection.grounds = sort_objection(objection.text)
        objection.save(update_fields=["grounds"])
        return Response(self.get_serializer(objection).data)

    def get_permissions(self):
        if self.action == "destroy":
            return [IsCaseOfficer()]
        return super().get_permissions()


@api_view(["GET"])
@permission_classes([AllowAny])
def status(request):
    return Response({"waiting": Objection.objects.filter(grounds=None).count()})
