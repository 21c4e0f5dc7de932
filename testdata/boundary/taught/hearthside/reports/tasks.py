from celery import shared_task

from .llm import write_up
from .models import Recording, Report


@shared_task(autoretry_for=(TimeoutError,), max_retries=3)
def transcribe(inspector_id: int, recording_id: int) -> int:
    recording = Recording.objects.get(pk=recording_id, inspector_id=inspector_id)
    report = Report.objects.create(inspector_id=inspector_id, notes=recording.text, text=write_up(recording.text))
    return report.pk
