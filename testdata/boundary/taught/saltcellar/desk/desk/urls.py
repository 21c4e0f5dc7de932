from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path
from orders import views


@login_not_required
def up(request):
    return HttpResponse("ok")


urlpatterns = [
    path("up", up),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("orders/", views.OrderList.as_view(), name="orders"),
    path("orders/read", views.read, name="read"),
    path("orders/<int:pk>/answer", views.Answer.as_view(), name="answer"),
]
