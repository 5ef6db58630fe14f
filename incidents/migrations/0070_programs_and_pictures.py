import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_ledger_stays")]

    operations = [
        migrations.AddField(
            model_name="reporter",
            name="key",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="incidents.apikey",
            ),
        ),
        migrations.AlterField(
            model_name="category",
            name="release",
            field=models.CharField(
                choices=[
                    ("person", "somebody looks first"),
                    ("rule", "at once, words covered by rule; pictures once somebody looked"),
                    ("pictures", "at once, pictures too"),
                ],
                default="person",
                max_length=8,
                verbose_name="becomes public",
            ),
        ),
    ]
