import os

import anthropic
from django.contrib.auth.decorators import login_required, permission_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from .models import Case
from .screen import harmless

client = anthropic.Anthropic(
    base_url="http://litellm:4000",
    auth_token=os.environ["LITELLM_API_KEY"],
)


@login_required
@require_POST
def summarise(request, pk):
    case = get_object_or_404(Case, pk=pk, centre=request.user.centre)
    if not harmless(case.text):
        return JsonResponse({"error": "please ask a colleague"}, status=422)
    message = client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=800,
        messages=[{"role": "user", "content": "Summarise for the next worker:\n" + case.text}],
    )
    return JsonResponse({"summary": message.content[0].text})


@permission_required("notes.close_case", raise_exception=True)
@require_POST
def close(request, pk):
    Case.objects.filter(pk=pk, centre=request.user.centre).update(closed=True)
    return JsonResponse({"closed": pk})
