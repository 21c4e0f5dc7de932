from django.contrib import admin
from django.urls import include, path

from works.views import caption

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("works/<int:pk>/caption", caption, name="caption"),
]
