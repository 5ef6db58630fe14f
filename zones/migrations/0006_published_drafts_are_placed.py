from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0005_the_desk_for_residents"),
    ]

    operations = [
        migrations.AddField(
            model_name="zonedraft",
            name="next_attempt_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="zonedraft",
            name="placed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="addresses placed"),
        ),
    ]
