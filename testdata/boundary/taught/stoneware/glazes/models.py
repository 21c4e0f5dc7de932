from django.conf import settings
from django.db import models
from pgvector.django import VectorField


class Glaze(models.Model):
    potter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="glazes")
    name = models.CharField(max_length=120)
    recipe = models.JSONField(default=dict)
    embedding = VectorField(dimensions=1024, null=True)
    made = models.DateTimeField(auto_now_add=True)
