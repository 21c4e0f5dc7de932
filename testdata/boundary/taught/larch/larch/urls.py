from django.contrib import admin
from django.urls import include, path

from notes import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("scim/v2/", include("django_scim.urls")),
    path("cases/<int:pk>/summary", views.summarise),
    path("cases/<int:pk>/close", views.close),
]
