from django.http import JsonResponse
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from . import ai
from .models import Glaze


class GlazeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Glaze
        fields = ["id", "name", "recipe", "made"]


class GlazeViewSet(viewsets.ModelViewSet):
    serializer_class = GlazeSerializer

    def get_queryset(self):
        return self.request.user.glazes.order_by("-made")

    @action(detail=True, methods=["post"])
    def advise(self, request, pk=None):
        glaze = self.get_object()
        return Response({"advice": ai.advise(glaze.recipe, request.data.get("fault", ""))})


def health(_request):
    return JsonResponse({"ok": True})
