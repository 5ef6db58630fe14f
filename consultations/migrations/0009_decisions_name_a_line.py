"""A decision about a roll names the line, which goes two years after the vote, and nobody's row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0008_zones_of_projects_and_corrections"),
    ]

    operations = [
        migrations.RemoveField(model_name="rolladmission", name="resident"),
        migrations.AddField(
            model_name="rolladmission",
            name="line",
            field=models.BigIntegerField(default=0, verbose_name="line of the roll"),
            preserve_default=False,
        ),
    ]
