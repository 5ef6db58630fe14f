"""Where each project lies, and what a decision put right on a roll; that stays as it was written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TABLE = "consultations_rolladmission"
# The program's role has no right to change the table anyhow; the guard stands before the owner too.
GUARD = f"""
CREATE FUNCTION consultations_admission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was decided stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION consultations_admission_stays();
ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_stays;
"""
NO_GUARD = f"""
DROP TRIGGER {TABLE}_stays ON {TABLE};
DROP FUNCTION consultations_admission_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0007_taken_back_and_letters"),
        ("residents", "0002_how_homes_were_confirmed"),
        ("zones", "0006_published_drafts_are_placed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="budgetproject",
            name="zone",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="zones.zone",
            ),
        ),
        migrations.CreateModel(
            name="RollAdmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("struck", "struck"),
                            ("unmarked", "mark taken back"),
                        ],
                        max_length=8,
                        verbose_name="what was done",
                    ),
                ),
                ("decision", models.CharField(blank=True, max_length=120, verbose_name="decision")),
                ("reason", models.CharField(max_length=600, verbose_name="reason")),
                ("before", models.JSONField(blank=True, default=dict)),
                ("digest", models.BinaryField(max_length=32)),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
                (
                    "roll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="consultations.roll",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of a roll",
                "verbose_name_plural": "corrections of rolls",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "unmarked"),
                            models.Q(("decision", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="consultations_admission_decided",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
