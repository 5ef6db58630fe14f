"""What was decided about a roll goes with a copy to practise on; in a town it stays."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION consultations_admission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE town bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT process.municipality_id INTO town FROM public.consultations_roll roll
        JOIN public.consultations_phase phase ON phase.id = roll.phase_id
        JOIN public.consultations_process process ON process.id = phase.process_id
        WHERE roll.id = OLD.roll_id;
        IF public.zones_is_practice(town) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% of % is refused: what was decided stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION consultations_admission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was decided stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0009_decisions_name_a_line"),
        ("zones", "0009_practice_copies"),
    ]

    operations = [migrations.RunSQL(GUARD, BEFORE)]
