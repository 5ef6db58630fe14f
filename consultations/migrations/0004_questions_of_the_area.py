"""A question about a place may ask for one in the area of the consultation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_longer_texts")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="is_in_area",
            field=models.BooleanField(default=False, verbose_name="only in the area"),
        ),
    ]
