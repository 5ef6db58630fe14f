"""Makes many reports of some in the database itself: other places, each chain hashed anew."""

from __future__ import annotations

from typing import Any

#: Degrees that a copy lies beside its original, at most.
_BESIDE = 0.0002
_TWINS = f"""
CREATE TEMP TABLE twin ON COMMIT DROP AS
SELECT old.id AS old_id, old.uid::text AS old_uid, gen_random_uuid() AS uid,
       nextval(pg_get_serial_sequence('incidents_incident', 'id')) AS id,
       left(old.reference, 4)::int AS year,
       row_number() OVER (PARTITION BY left(old.reference, 4) ORDER BY old.reported_at, copy)
       AS number,
       substring(convert_from(event.body, 'UTF8') FROM '"geometry":"([^"]*)"') AS old_place,
       'POINT (' || trim_scale(round((ST_X(old.geometry) + (random() - 0.5) * {_BESIDE})::numeric,
       7)) || ' ' || trim_scale(round((ST_Y(old.geometry) + (random() - 0.5) * {_BESIDE})::numeric,
       7)) || ')' AS place
FROM incidents_incident AS old
JOIN incidents_incidentevent AS event ON event.incident_id = old.id AND event.seq = 1
CROSS JOIN generate_series(1, %(copies)s) AS copy
WHERE old.municipality_id = %(town)s
"""
_EVENTS = """
INSERT INTO incidents_incidentevent (seq, kind, at, body, previous, hash, incident_id)
SELECT event.seq, event.kind, event.at, said.body, before.hash,
       sha256(before.hash || said.body), twin.id
FROM twin
JOIN incidents_incidentevent AS event ON event.incident_id = twin.old_id AND event.seq = %(seq)s
LEFT JOIN incidents_incidentevent AS last
       ON last.incident_id = twin.id AND last.seq = %(seq)s - 1
CROSS JOIN LATERAL (SELECT coalesce(last.hash, decode(repeat('00', 32), 'hex')) AS hash) AS before
CROSS JOIN LATERAL (
    SELECT convert_to(replace(replace(convert_from(event.body, 'UTF8'), twin.old_uid,
                                      twin.uid::text), twin.old_place, twin.place), 'UTF8') AS body
) AS said
"""
_COUNTERS = """
UPDATE incidents_referencecounter AS counter SET last = counter.last + found.count
FROM (SELECT year, count(*) AS count FROM twin GROUP BY year) AS found
WHERE counter.municipality_id = %(town)s AND counter.year = found.year
"""
_INCIDENT = {
    "id": "twin.id",
    "uid": "twin.uid",
    "reference": "twin.year || '-' || lpad((counter.last + twin.number)::text, 6, '0')",
    "tracking": "left(replace(gen_random_uuid()::text, '-', ''), 26)",
    "geometry": "ST_GeomFromText(twin.place, 4326)",
    "head_hash": "head.hash",
}


def copy_reports(cursor: Any, town: int, copies: int) -> None:
    """Copy every report of a town so many times; the caller commits.

    The bytes of each event name the new report and the new place, and are hashed with the new hash
    before them: `verify_ledger` finds these chains as whole as those they were made of.
    """
    from incidents.models import Clock, Incident, Reporter

    given = {"town": town, "copies": copies}
    cursor.execute(_TWINS, given)
    cursor.execute("ANALYZE twin")
    cursor.execute(
        "SELECT max(head_seq) FROM incidents_incident WHERE municipality_id = %s", [town]
    )
    for seq in range(1, cursor.fetchone()[0] + 1):
        cursor.execute(_EVENTS, {"seq": seq})
    joined = (
        "FROM twin JOIN incidents_incident AS old ON old.id = twin.old_id "
        "JOIN incidents_incidentevent AS head "
        "ON head.incident_id = twin.id AND head.seq = old.head_seq "
        "JOIN incidents_referencecounter AS counter "
        "ON counter.municipality_id = old.municipality_id AND counter.year = twin.year"
    )
    cursor.execute(_copy(Incident, _INCIDENT, joined))
    cursor.execute(_COUNTERS, given)
    for model in (Reporter, Clock):
        beside = f"FROM twin JOIN {model._meta.db_table} AS old ON old.incident_id = twin.old_id"
        cursor.execute(_copy(model, {"id": "", "incident_id": "twin.id"}, beside))


def _copy(model: Any, other: dict[str, str], rows: str) -> str:
    """A statement that copies rows column by column, but for what is said otherwise."""
    names = [field.column for field in model._meta.concrete_fields]
    cells = {name: other.get(name, f'old."{name}"') for name in names}
    kept = {name: cell for name, cell in cells.items() if cell}
    columns = ", ".join(f'"{name}"' for name in kept)
    return (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(kept.values())} {rows}"
    )
