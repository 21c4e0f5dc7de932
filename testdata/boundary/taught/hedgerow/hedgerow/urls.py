from django.urls import include, path
from rest_framework.routers import DefaultRouter

from directory.views import ScimUser, ScimUsers
from objections.views import ObjectionViewSet, status

router = DefaultRouter()
router.register("objections", ObjectionViewSet, basename="objection")

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include(router.urls)),
    path("scim/v2/Users", ScimUsers.as_view()),
    path("scim/v2/Users/<uuid:pk>", ScimUser.as_view()),
    path("status", status),
]
