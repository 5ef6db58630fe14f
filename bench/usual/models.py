"""A sign, and ratings of it."""

from django.db import models


class Sign(models.Model):
    """Something to rate."""

    token = models.CharField(max_length=9, unique=True)

    def __str__(self) -> str:
        return self.token


class Rating(models.Model):
    """One score."""

    sign = models.ForeignKey(Sign, on_delete=models.CASCADE)
    score = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sign", "at"])]

    def __str__(self) -> str:
        return str(self.score)
