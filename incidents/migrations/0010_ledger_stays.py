"""Keeps what was published of each report, and lets nobody change or take away what was written."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("incidents_incidentevent", "incidents_ledgerroot", "incidents_publishedhead")
# The program's role has no right to change these tables anyhow. The guard stands before the owner
# too, and ALWAYS keeps it standing for a session that calls itself a replica.
FUNCTION = """
CREATE FUNCTION incidents_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was written stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
GUARD = """
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION incidents_ledger_stays();
CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_ledger_stays();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_kept;
"""
NO_GUARD = """
DROP TRIGGER {table}_stays ON {table};
DROP TRIGGER {table}_is_kept ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0060_outages"),
        ("zones", "0006_published_drafts_are_placed"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerroot",
            name="statement",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="PublishedHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("uid", models.UUIDField()),
                ("seq", models.PositiveIntegerField(verbose_name="number")),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="published_heads",
                        to="zones.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "published state of a report",
                "verbose_name_plural": "published states of reports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "uid", "day"), name="incidents_head_day_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION incidents_ledger_stays();"),
        *[
            migrations.RunSQL(GUARD.format(table=table), NO_GUARD.format(table=table))
            for table in TABLES
        ],
    ]
