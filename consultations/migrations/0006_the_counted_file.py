"""A count keeps the file that it counted, letter for letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0005_the_box_of_a_vote"),
    ]

    operations = [
        migrations.AddField(
            model_name="countrun",
            name="text",
            field=models.TextField(default="", verbose_name="counted file"),
        ),
    ]
