"""The ledger of a copy to practise on may be taken away with the copy; that of a town stays."""

from django.db import migrations

#: The program's role has no right to delete here; what deletes for it looks at the town as well.
GUARD = """
CREATE OR REPLACE FUNCTION incidents_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE town bigint;
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' THEN
        IF TG_TABLE_NAME = 'incidents_incidentevent' THEN
            SELECT municipality_id INTO town FROM public.incidents_incident
            WHERE id = OLD.incident_id;
        ELSE
            town := OLD.municipality_id;
        END IF;
        IF public.zones_is_practice(town) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% of % is refused: what was written stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION incidents_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was written stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0050_looks_at_reporters"),
        ("zones", "0009_practice_copies"),
    ]

    operations = [migrations.RunSQL(GUARD, BEFORE)]
