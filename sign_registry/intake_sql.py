"""The statements of the rating lane: raw, because a vote must cost one prepared round trip.

They run as the database's role for ratings, which may read what a page shows and add to the
inboxes, and nothing else. tests/sign_registry/test_lane_votes.py compares them with slow answers.
"""

from sign_registry.workflow import ANSWERING, State

# A sign that hangs at its place, also when somebody has reported it damaged.
_OPEN_STATES = ", ".join(f"'{state}'" for state in sorted(ANSWERING))
# The old code of a sign that got a new one counts until its grace ends, but not where the sign was
# taken away on purpose or nobody knows what hangs there.
_NEVER_IN_GRACE = ", ".join(
    f"'{state}'"
    for state in sorted({State.RETIRED, State.ON_HOLD, State.SUSPECTED_TAMPERED, State.MISSING})
)

IS_OPEN = f"""(
    sign.purpose = 'rating'
    AND town.modules @> '["ratings"]'
    AND (
        (code.ended_at IS NULL AND sign.state IN ({_OPEN_STATES}))
        OR (code.ended_at IS NOT NULL AND code.grace_until > $1
            AND sign.state NOT IN ({_NEVER_IN_GRACE}))
    )
    AND (site.opened_on IS NULL OR site.opened_on <= ($1 AT TIME ZONE town.timezone)::date)
    AND (site.closed_on IS NULL OR site.closed_on > ($1 AT TIME ZONE town.timezone)::date)
)"""

_FROM = """
FROM sign_registry_signcode code
JOIN sign_registry_sign sign ON sign.id = code.sign_id
JOIN sign_registry_site site ON site.id = sign.site_id
JOIN zones_municipality town ON town.id = site.municipality_id AND town.practice_of_id IS NULL
"""

PREPARE_VOTE = f"""
PREPARE vote (timestamptz, text, smallint, boolean) AS
INSERT INTO sign_registry_ratinginbox (id, site_id, line_id, day, day_part, score, is_set_aside)
SELECT gen_random_uuid(), site.id, served.line_id,
       ($1 AT TIME ZONE town.timezone)::date,
       extract(hour FROM $1 AT TIME ZONE town.timezone)::int / 6,
       $3, $4
{_FROM}
LEFT JOIN sign_registry_vehicleassignment served
       ON site.kind = 'vehicle' AND served.vehicle_id = site.id AND served.period @> $1
WHERE code.token = $2 AND {IS_OPEN}
"""  # noqa: S608 - only constants of the transition table go in
VOTE = "EXECUTE vote (%s, %s, %s, %s)"

PREPARE_REASON = f"""
PREPARE reason (timestamptz, text, bigint[]) AS
INSERT INTO sign_registry_reasoninbox (id, site_id, month, reason_id)
SELECT gen_random_uuid(), site.id,
       date_trunc('month', $1 AT TIME ZONE town.timezone)::date, tag.id
{_FROM}
JOIN sign_registry_siteperiod period ON period.site_id = site.id
     AND period.valid_from <= ($1 AT TIME ZONE town.timezone)::date
     AND (period.valid_until IS NULL
          OR period.valid_until > ($1 AT TIME ZONE town.timezone)::date)
JOIN sign_registry_reasontag tag ON tag.category_id = period.category_id
     AND tag.is_active AND tag.id = ANY ($3)
WHERE code.token = $2 AND {IS_OPEN}
ORDER BY random()
"""
REASON = "EXECUTE reason (%s, %s, %s)"

PREPARE_COMMENT = f"""
PREPARE comment (timestamptz, text, text, text, smallint) AS
INSERT INTO sign_registry_commentinbox (id, site_id, month, about, text, masked)
SELECT gen_random_uuid(), site.id,
       date_trunc('month', $1 AT TIME ZONE town.timezone)::date, $3, $4, $5
{_FROM}
WHERE code.token = $2 AND {IS_OPEN}
"""
COMMENT = "EXECUTE comment (%s, %s, %s, %s, %s)"

PREPARED = (PREPARE_VOTE, PREPARE_REASON, PREPARE_COMMENT)

SCENE = f"""
SELECT sign.id AS sign_id, sign.state, sign.purpose, code.ended_at, code.grace_until,
       site.id AS site_id, site.names AS site_names, site.kind AS site_kind,
       parent.names AS parent_names, line.names AS line_names,
       category.id AS category_id, category.names AS category_names, category.questions,
       town.id AS town_id, town.slug, town.names AS town_names, town.languages, town.timezone,
       town.modules, town.accent, town.sign_origin,
       coalesce({IS_OPEN.replace("$1", "%(now)s")}, false) AS is_open,
       coalesce(site.closed_on <= (%(now)s AT TIME ZONE town.timezone)::date, false) AS is_closed
FROM sign_registry_signcode code
JOIN sign_registry_sign sign ON sign.id = code.sign_id
JOIN zones_municipality town ON town.id = sign.municipality_id
LEFT JOIN sign_registry_site site ON site.id = sign.site_id
LEFT JOIN sign_registry_site parent ON parent.id = site.parent_id
LEFT JOIN sign_registry_siteperiod period ON period.site_id = site.id
     AND period.valid_from <= (%(now)s AT TIME ZONE town.timezone)::date
     AND (period.valid_until IS NULL
          OR period.valid_until > (%(now)s AT TIME ZONE town.timezone)::date)
LEFT JOIN sign_registry_sitecategory category ON category.id = period.category_id
LEFT JOIN sign_registry_vehicleassignment served
       ON site.kind = 'vehicle' AND served.vehicle_id = site.id AND served.period @> %(now)s
LEFT JOIN sign_registry_site line ON line.id = served.line_id
WHERE code.token = %(token)s
  AND town.practice_of_id IS NULL  -- whoever scans cannot say that they are only practising
"""  # noqa: S608 - only constants of the transition table go in

REASONS = """
SELECT id, names, band FROM sign_registry_reasontag
WHERE category_id = %(category)s AND is_active ORDER BY id
"""

WORKS_HERE = """
SELECT works.names, works.starts_on
FROM sign_registry_site site
LEFT JOIN sign_registry_site parent ON parent.id = site.parent_id
JOIN departments_works works ON works.municipality_id = site.municipality_id
     AND ST_Intersects(works.geometry, coalesce(site.geometry, parent.geometry))
WHERE site.id = %(site)s AND works.is_public
  AND works.kind IN ('repair', 'intervention', 'realisation')
  AND works.starts_on <= %(today)s AND works.starts_on > %(today)s - 365
ORDER BY works.starts_on DESC, works.id DESC LIMIT 3
"""

LIVING_CODE = f"""
SELECT code.token FROM sign_registry_signcode code
JOIN sign_registry_sign sign ON sign.id = code.sign_id
WHERE sign.site_id = %(site)s AND sign.purpose = %(purpose)s
  AND code.ended_at IS NULL AND sign.state IN ({_OPEN_STATES})
ORDER BY sign.number LIMIT 1
"""  # noqa: S608 - only constants of the transition table go in

ARMS = "SELECT arms FROM zones_municipality WHERE id = %(town)s"
