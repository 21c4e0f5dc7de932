import json

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from groq import Groq

from .models import Order

groq = Groq()


class OrderList(ListView):
    def get_queryset(self):
        return Order.objects.filter(depot__in=self.request.user.depots.all())


@require_POST
def read(request):
    out = groq.chat.completions.create(
        model="openai/gpt-oss-120b",
        response_format={"type": "json_object"},
        messages=[{"role": "user", "content": f"Items, units and amounts as JSON:\n{request.POST['mail']}"}],
    )
    return JsonResponse(json.loads(out.choices[0].message.content))


class Answer(View):
    def post(self, request, pk):
        order = get_object_or_404(Order, pk=pk, depot__in=request.user.depots.all())
        out = groq.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": f"Confirm this order in two sentences: {order.text}"}]
        )
        return JsonResponse({"answer": out.choices[0].message.content})
