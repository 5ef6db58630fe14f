"""A town may have a copy to practise on; such a copy, and nothing else, can be taken away whole."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Told by the guards of what is kept, so that only a copy can lose it.
IS_PRACTICE = """
CREATE FUNCTION zones_is_practice(town bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.zones_municipality
                   WHERE id = town AND practice_of_id IS NOT NULL);
$$;
"""
# What a town is stands from its first row on: no real town can be turned into a copy.
STAYS = """
CREATE FUNCTION zones_practice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'town % stays what it is: real, or the copy of one', OLD.id
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER zones_municipality_practice_stays BEFORE UPDATE ON zones_municipality
    FOR EACH ROW WHEN (OLD.practice_of_id IS DISTINCT FROM NEW.practice_of_id)
    EXECUTE FUNCTION zones_practice_stays();
"""
# The role of the program may not delete what is only ever added to. This function of the owner
# does it for a copy: it follows every foreign key downwards from the copy's row, so that tables of
# later releases are found too, and refuses where a row of another town was reached.
REMOVE = """
CREATE FUNCTION zones_remove_practice(town bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    edge record;
    place record;
    reached integer := 0;
    grown bigint;
    strange boolean;
    removed bigint := 0;
BEGIN
    IF NOT zones_is_practice(town) THEN
        RAISE EXCEPTION 'Town % is no copy to practise on.', town
            USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM FROM zones_municipality WHERE id = town FOR UPDATE;
    DROP TABLE IF EXISTS pg_temp.practice_doomed;
    CREATE TEMPORARY TABLE practice_doomed (
        place oid, key text, step integer, PRIMARY KEY (place, key)) ON COMMIT DROP;
    INSERT INTO pg_temp.practice_doomed VALUES ('zones_municipality'::regclass, town::text, 0);
    LOOP
        FOR edge IN
            SELECT link.conrelid AS child, link.confrelid AS parent, own.attname AS own,
                   link.conrelid::regclass AS name,
                   link.confrelid = 'submissions_submission'::regclass AS is_handed_in
            FROM pg_constraint link
            JOIN pg_attribute own ON own.attrelid = link.conrelid AND own.attnum = link.conkey[1]
            WHERE link.contype = 'f' AND cardinality(link.conkey) = 1
        LOOP
            IF EXISTS (SELECT FROM pg_temp.practice_doomed d
                       WHERE d.place = edge.parent AND d.step = reached) THEN
                EXECUTE format(
                    'INSERT INTO pg_temp.practice_doomed
                     SELECT %s, row.id::text, %s FROM %s row JOIN pg_temp.practice_doomed d
                         ON d.place = %s AND d.step = %s AND d.key = row.%I::text
                     ON CONFLICT DO NOTHING',
                    edge.child, reached + 1, edge.name, edge.parent, reached, edge.own);
            END IF;
            -- What was handed in names no town: it goes with the row that names it.
            IF edge.is_handed_in AND EXISTS (SELECT FROM pg_temp.practice_doomed d
                                             WHERE d.place = edge.child AND d.step = reached) THEN
                EXECUTE format(
                    'INSERT INTO pg_temp.practice_doomed
                     SELECT %s, row.%I::text, %s FROM %s row JOIN pg_temp.practice_doomed d
                         ON d.place = %s AND d.step = %s AND d.key = row.id::text
                     WHERE row.%I IS NOT NULL ON CONFLICT DO NOTHING',
                    edge.parent, edge.own, reached + 1, edge.name, edge.child, reached, edge.own);
            END IF;
        END LOOP;
        SELECT count(*) INTO grown FROM pg_temp.practice_doomed d WHERE d.step = reached + 1;
        EXIT WHEN grown = 0;
        reached := reached + 1;
    END LOOP;
    FOR place IN
        SELECT DISTINCT d.place AS id, d.place::regclass AS name FROM pg_temp.practice_doomed d
        JOIN pg_attribute own ON own.attrelid = d.place AND own.attname = 'municipality_id'
    LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %s row JOIN pg_temp.practice_doomed d
                 ON d.place = %s AND d.key = row.id::text
             WHERE row.municipality_id IS DISTINCT FROM %s)', place.name, place.id, town)
            INTO strange;
        IF strange THEN
            RAISE EXCEPTION 'Rows of % belong to another town.', place.name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    -- A report that a real town sealed cannot be moved here to be lost.
    IF EXISTS (SELECT FROM incidents_publishedhead head
               JOIN incidents_incident report ON report.uid = head.uid
               JOIN pg_temp.practice_doomed d ON d.place = 'incidents_incident'::regclass
                   AND d.key = report.id::text
               WHERE head.municipality_id <> town) THEN
        RAISE EXCEPTION 'A report here was sealed by another town.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Tables without foreign keys in the database.
    DELETE FROM zones_addressplacement row USING pg_temp.practice_doomed d
        WHERE d.place = 'zones_address'::regclass AND d.key = row.address_id::text;
    FOR place IN SELECT name FROM unnest(ARRAY['sign_registry_ratinginbox',
        'sign_registry_reasoninbox', 'sign_registry_commentinbox']) AS name
    LOOP
        EXECUTE format('DELETE FROM %I row USING pg_temp.practice_doomed d
            WHERE d.place = ''sign_registry_site''::regclass AND d.key = row.site_id::text',
            place.name);
    END LOOP;
    FOR place IN SELECT key FROM pg_temp.practice_doomed d
        WHERE d.place = 'consultations_phase'::regclass
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', 'consultations_intake_' || place.key);
    END LOOP;
    -- The guards look a row's town up, so what was reached last goes first.
    FOR place IN
        SELECT d.place AS id, d.place::regclass AS name, d.step AS step
        FROM pg_temp.practice_doomed d GROUP BY d.place, d.step ORDER BY d.step DESC
    LOOP
        EXECUTE format(
            'DELETE FROM %s row USING pg_temp.practice_doomed d
             WHERE d.place = %s AND d.step = %s AND d.key = row.id::text',
            place.name, place.id, place.step);
        GET DIAGNOSTICS grown = ROW_COUNT;
        removed := removed + grown;
    END LOOP;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION zones_remove_practice(bigint) FROM PUBLIC;
"""
BODY = """
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
"""
FROZEN_AREAS = """
CREATE OR REPLACE FUNCTION zones_frozen_area_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF public.zones_is_practice(OLD.municipality_id) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'area % is in use since %', OLD.id, OLD.frozen_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'zones_target_frozen_stays';
    END IF;
"""
NO_COPIES = """
DROP FUNCTION zones_remove_practice(bigint);
DROP TRIGGER zones_municipality_practice_stays ON zones_municipality;
DROP FUNCTION zones_practice_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0008_frozen_files_of_open_geodata"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        choices=[("make", "make it anew"), ("remove", "remove it")],
                        max_length=8,
                        verbose_name="wish",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "is being worked on"),
                            ("done", "is done"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("report", models.JSONField(blank=True, default=dict, verbose_name="report")),
                (
                    "problem",
                    models.CharField(blank=True, max_length=300, verbose_name="what went wrong"),
                ),
                ("ordered_at", models.DateTimeField(verbose_name="ordered")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "order about a practice copy",
                "verbose_name_plural": "orders about practice copies",
            },
        ),
        migrations.AddField(
            model_name="municipality",
            name="practice_of",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="practice_copy",
                to="zones.municipality",
                verbose_name="practice copy of",
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("practice_of", None), ("slug__endswith", "-practice"), _connector="OR"
                ),
                name="zones_municipality_practice_is_named",
            ),
        ),
        migrations.AddField(
            model_name="practiceorder",
            name="municipality",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="practice_order",
                to="zones.municipality",
            ),
        ),
        migrations.AddField(
            model_name="practiceorder",
            name="ordered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_attempt_at__isnull", False), ("state", "waiting")),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("next_attempt_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="zones_practiceorder_waits_for_its_time",
            ),
        ),
        migrations.RunSQL(IS_PRACTICE + STAYS + REMOVE, NO_COPIES),
        migrations.RunSQL(FROZEN_AREAS + BODY, migrations.RunSQL.noop),
    ]
