from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_simplejwt.views import TokenRefreshView

from glazes.views import GlazeViewSet, health

router = DefaultRouter()
router.register("glazes", GlazeViewSet, basename="glaze")

urlpatterns = [
    path("", include("social_django.urls", namespace="social")),
    path("token/refresh/", TokenRefreshView.as_view()),
    path("healthz", health),
    path("v1/", include(router.urls)),
]
