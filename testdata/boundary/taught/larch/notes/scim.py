from django.contrib.sessions.models import Session
from django_scim.adapters import SCIMUser


class CentreUser(SCIMUser):
    """A centre's directory makes and closes its people."""

    def delete(self):
        self.obj.is_active = False
        self.obj.save(update_fields=["is_active"])
        for s in Session.objects.all():
            if s.get_decoded().get("_auth_user_id") == str(self.obj.pk):
                s.delete()
