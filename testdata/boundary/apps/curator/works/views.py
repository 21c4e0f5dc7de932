from django.contrib.auth.decorators import login_required, permission_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from .captions import caption_of
from .models import Work


@login_required
@permission_required("works.change_work", raise_exception=True)
@require_POST
def caption(request, pk):
    work = get_object_or_404(Work, pk=pk)
    work.caption = caption_of(work.image)
    work.save(update_fields=["caption"])
    return JsonResponse({"caption": work.caption})
