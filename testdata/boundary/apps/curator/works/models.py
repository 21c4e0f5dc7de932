from django.db import models


class Work(models.Model):
    title = models.CharField(max_length=200)
    year = models.CharField(max_length=20, blank=True)
    image = models.ImageField(upload_to="works")
    caption = models.TextField(blank=True)
