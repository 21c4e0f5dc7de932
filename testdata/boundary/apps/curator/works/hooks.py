import hashlib
import hmac
import os

from django.http import HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def model_updated(request):
    want = os.environ["HF_WEBHOOK_SECRET"]
    if not hmac.compare_digest(hashlib.sha256(want.encode()).digest(), hashlib.sha256(request.headers.get("X-Webhook-Secret", "").encode()).digest()):
        return HttpResponseForbidden()
    return HttpResponse(status=204)
