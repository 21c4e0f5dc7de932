from django.http import JsonResponse
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from .llm import rephrase, write_up
from .models import Report
from .serializers import ReportSerializer
from .tasks import transcribe


class ReportViewSet(ModelViewSet):
    serializer_class = ReportSerializer

    def get_queryset(self):
        return Report.objects.filter(inspector=self.request.user)

    @action(detail=True, methods=["post"], url_path="write-up")
    def compose(self, request, pk=None):
        report = self.get_object()
        report.text = write_up(report.notes)
        report.save(update_fields=["text"])
        return Response(ReportSerializer(report).data)


class DictationView(APIView):
    def post(self, request):
        job = transcribe.delay(request.user.pk, request.data["recording"])
        return Response({"job": job.id}, status=202)


@api_view(["POST"])
@permission_classes([AllowAny])
def phrase(request):
    return Response({"text": rephrase(request.data["text"])})


def healthz(request):
    return JsonResponse({"ok": True})
