"""One address that takes ratings."""

from django.urls import path
from rest_framework import generics, permissions, serializers

from bench.usual.models import Rating, Sign


class RatingSerializer(serializers.ModelSerializer):
    """Sign by its code, score from 1 to 10."""

    sign = serializers.SlugRelatedField(slug_field="token", queryset=Sign.objects.all())
    score = serializers.IntegerField(min_value=1, max_value=10)

    class Meta:
        model = Rating
        fields = ["sign", "score"]


class RatingView(generics.CreateAPIView):
    """Takes a rating."""

    permission_classes = [permissions.AllowAny]
    queryset = Rating.objects.all()
    serializer_class = RatingSerializer


urlpatterns = [path("ratings/", RatingView.as_view())]
