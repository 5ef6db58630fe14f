"""The business or association that somebody speaks for has a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("consultations", "0004_questions_of_the_area")]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="organisation",
            field=models.CharField(blank=True, max_length=120, verbose_name="for whom"),
        ),
    ]
