"""The box of a running vote: a table without keys that the program fills and cannot read.

Four functions of the owner stand between the program and it. While the vote runs the role of the
program can neither read nor change nor drop a box; it learns how many ballots lie in it by channel.
"""

import django.db.models.deletion
from django.db import migrations, models

NAMES = ("open_intake", "put_ballot", "count_intake", "close_intake")

OPEN = """
CREATE FUNCTION consultations_open_intake(vote bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE box text := format('consultations_intake_%s', vote);
BEGIN
    IF vote IS NULL OR NOT EXISTS (
        SELECT FROM public.consultations_phase phase
        JOIN public.consultations_roll roll ON roll.phase_id = phase.id
        WHERE phase.id = vote AND phase.kind = 'vote' AND roll.closed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'No vote % waits for its box.', vote USING ERRCODE = 'no_data_found';
    END IF;
    IF to_regclass(format('public.%I', box)) IS NOT NULL THEN
        RETURN;
    END IF;
    -- No key, no time, no number in turn; not even a foreign key.
    EXECUTE format(
        'CREATE TABLE public.%I (
            zone_id bigint,
            choices jsonb NOT NULL CHECK (jsonb_typeof(choices) = ''object''),
            channel varchar(6) NOT NULL CHECK (channel IN (''online'', ''paper'', ''desk'')))', box);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC', box);
END $$;
"""
PUT = """
CREATE FUNCTION consultations_put_ballot(vote bigint, home bigint, chosen jsonb, way text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE box text := format('consultations_intake_%s', vote);
BEGIN
    IF vote IS NULL OR to_regclass(format('public.%I', box)) IS NULL THEN
        RETURN false;
    END IF;
    IF home IS NOT NULL AND NOT EXISTS (SELECT FROM public.zones_zone WHERE id = home) THEN
        RAISE EXCEPTION 'There is no zone %.', home USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('INSERT INTO public.%I VALUES ($1, $2, $3)', box) USING home, chosen, way;
    RETURN true;
END $$;
"""
COUNT = """
CREATE FUNCTION consultations_count_intake(vote bigint)
RETURNS TABLE (way text, ballots bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE box text := format('consultations_intake_%s', vote);
BEGIN
    IF vote IS NOT NULL AND to_regclass(format('public.%I', box)) IS NOT NULL THEN
        RETURN QUERY EXECUTE
            format('SELECT channel::text, count(*) FROM public.%I GROUP BY channel', box);
    END IF;
END $$;
"""
# A channel is told where each has `fewest` ballots; a zone where it has so many by each channel, and
# where the ballots that tell no zone are not fewer than that either.
CLOSE = """
CREATE FUNCTION consultations_close_intake(vote bigint, fewest integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    box text := format('consultations_intake_%s', vote);
    moved bigint;
BEGIN
    IF fewest IS NULL OR fewest < 5 THEN
        RAISE EXCEPTION 'At least five, not %.', fewest USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF vote IS NULL OR to_regclass(format('public.%I', box)) IS NULL THEN
        RAISE EXCEPTION 'Vote % has no box.', vote USING ERRCODE = 'no_data_found';
    END IF;
    EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', box);
    EXECUTE format(
        'WITH told AS (
            SELECT coalesce(min(n) >= $2, false) AS ways
            FROM (SELECT count(*) AS n FROM public.%1$I GROUP BY channel) one
        ), boxed AS (
            SELECT zone_id, choices, CASE WHEN ways THEN channel ELSE '''' END AS channel
            FROM public.%1$I, told
        ), sizes AS (
            SELECT channel, zone_id, count(*) AS n FROM boxed GROUP BY channel, zone_id
        ), ordered AS (
            SELECT sizes.*, coalesce(sum(n) OVER (
                PARTITION BY channel ORDER BY zone_id IS NOT NULL, n, zone_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM sizes
        ), kept AS (
            SELECT channel, zone_id FROM ordered
            WHERE zone_id IS NOT NULL AND n >= $2 AND (before = 0 OR before >= $2)
        )
        INSERT INTO public.consultations_ballot (phase_id, choices, zone_id, channel)
        SELECT $1, boxed.choices, kept.zone_id, boxed.channel
        FROM boxed LEFT JOIN kept USING (channel, zone_id)
        ORDER BY gen_random_uuid()', box) USING vote, fewest;
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format('DROP TABLE public.%I', box);
    -- Neither do the lines of the roll or the papers keep in which order they were marked.
    WITH gone AS (
        DELETE FROM public.consultations_rollentry entry USING public.consultations_roll roll
        WHERE roll.id = entry.roll_id AND roll.phase_id = vote RETURNING entry.*
    )
    INSERT INTO public.consultations_rollentry SELECT * FROM gone ORDER BY id;
    WITH gone AS (
        DELETE FROM public.consultations_paperballot WHERE phase_id = vote RETURNING *
    )
    INSERT INTO public.consultations_paperballot SELECT * FROM gone ORDER BY id;
    RETURN moved;
END $$;
"""
DROPS = {name: f"DROP FUNCTION consultations_{name}" for name in NAMES}


class Migration(migrations.Migration):
    """Fields of the close, and the functions of the box."""

    dependencies = [
        ("consultations", "0004_what_a_notice_says"),
    ]

    operations = [
        migrations.AddField(
            model_name="roll",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="closed"),
        ),
        migrations.AddField(
            model_name="roll",
            name="report",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="rollentry",
            name="assurance",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="how sure the address is"
            ),
        ),
        migrations.AlterField(
            model_name="ballot",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("online", "online"), ("paper", "on paper"), ("desk", "at the desk")],
                max_length=6,
                verbose_name="came",
            ),
        ),
        migrations.AlterField(
            model_name="ballot",
            name="phase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballots",
                to="consultations.phase",
            ),
        ),
        *(
            migrations.RunSQL(sql, DROPS[name])
            for name, sql in zip(NAMES, (OPEN, PUT, COUNT, CLOSE), strict=True)
        ),
        # Everybody may run a new function unless told otherwise; the grants name who may.
        *(
            migrations.RunSQL(
                f"REVOKE ALL ON FUNCTION consultations_{name} FROM PUBLIC",
                migrations.RunSQL.noop,
            )
            for name in NAMES
        ),
    ]
