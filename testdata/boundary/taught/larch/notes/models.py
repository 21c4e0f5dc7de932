from auditlog.registry import auditlog
from django.conf import settings
from django.db import models


class Centre(models.Model):
    name = models.CharField(max_length=200)


class Case(models.Model):
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    text = models.TextField()
    closed = models.BooleanField(default=False)

    class Meta:
        permissions = [("close_case", "may close a case")]


auditlog.register(Case)
