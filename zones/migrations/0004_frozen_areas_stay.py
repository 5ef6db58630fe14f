"""Keeps what each line of a frozen area stood for, and lets nobody change such an area."""

from django.db import migrations, models

# A guard that only refuses: not even a mistake in the program may move the border of an area that
# a notice or a consultation went by.
GUARD = """
CREATE FUNCTION zones_frozen_area_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'area % is in use since %', OLD.id, OLD.frozen_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'zones_target_frozen_stays';
    END IF;
    IF ROW(NEW.municipality_id, NEW.recipe, NEW."on", NEW.kept_lines, NEW.frozen_at, NEW.area_m2)
           IS DISTINCT FROM
       ROW(OLD.municipality_id, OLD.recipe, OLD."on", OLD.kept_lines, OLD.frozen_at, OLD.area_m2)
       OR ST_AsBinary(NEW.geometry) IS DISTINCT FROM ST_AsBinary(OLD.geometry)
       OR ST_AsBinary(NEW.site) IS DISTINCT FROM ST_AsBinary(OLD.site) THEN
        RAISE EXCEPTION 'area % is in use since %', OLD.id, OLD.frozen_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'zones_target_frozen_stays';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER zones_frozen_area_stays BEFORE UPDATE OR DELETE ON zones_targetarea
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION zones_frozen_area_stays();
"""
NO_GUARD = """
DROP TRIGGER zones_frozen_area_stays ON zones_targetarea;
DROP FUNCTION zones_frozen_area_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("zones", "0003_target_areas_drafts_and_reach")]

    operations = [
        migrations.AddField(
            model_name="targetarea",
            name="kept_lines",
            field=models.JSONField(
                blank=True, default=dict, editable=False, verbose_name="areas of the lines"
            ),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
