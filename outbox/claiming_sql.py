"""Claims the message whose turn it is, in one statement.

One statement because it runs once for each message that leaves. What somebody waits for goes first,
a code for one person before an alert to thousands (their batch has a name, which sorts later); then
the queues take turns, one message each, so that a town that tells 100,000 readers does not hold up
another that tells ten. Queues are found by jumping from one to the next in the index, hence the
cost grows with the queues that have something waiting, and not with the messages.
"""

_HINTS = """
-- A claim that a crash of the database forgets is a message sent again, as after any crash: the
-- disk need not be waited for. What came of the message is written down for certain.
SET LOCAL synchronous_commit = off;
-- An outbox is empty at one moment and full at the next, and statistics come late: the way by the
-- index is right in both cases.
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_sort = off;
SET LOCAL jit = off;
"""
_STATEMENT = """
WITH RECURSIVE lane(channel, queue) AS (
    (
        SELECT channel, queue FROM outbox_outboxmessage
        WHERE state = 'waiting' AND NOT is_urgent
        ORDER BY channel, queue LIMIT 1
    )
    UNION ALL
    SELECT next.channel, next.queue FROM lane CROSS JOIN LATERAL (
        SELECT m.channel, m.queue FROM outbox_outboxmessage m
        WHERE m.state = 'waiting' AND NOT m.is_urgent
          AND (m.channel, m.queue) > (lane.channel, lane.queue)
        ORDER BY m.channel, m.queue LIMIT 1
    ) next
),
urgent AS (
    SELECT id, next_attempt_at FROM outbox_outboxmessage
    WHERE state = 'waiting' AND is_urgent AND next_attempt_at <= %(now)s
      AND channel = ANY(%(channels)s)
    ORDER BY batch, next_attempt_at, id LIMIT 1
    FOR UPDATE SKIP LOCKED
),
fair AS (
    SELECT due.id, due.next_attempt_at, lane.channel, lane.queue
    FROM (
        SELECT lane.channel, lane.queue
        FROM lane LEFT JOIN outbox_turn turn USING (channel, queue)
        WHERE lane.channel = ANY(%(channels)s) AND NOT EXISTS (SELECT 1 FROM urgent)
        ORDER BY coalesce(turn.served, 0), lane.channel, lane.queue
    ) lane
    CROSS JOIN LATERAL (
        SELECT m.id, m.next_attempt_at FROM outbox_outboxmessage m
        WHERE m.state = 'waiting' AND NOT m.is_urgent
          AND m.channel = lane.channel AND m.queue = lane.queue
          AND m.next_attempt_at <= %(now)s
        ORDER BY m.next_attempt_at, m.id LIMIT 1
        FOR UPDATE SKIP LOCKED
    ) due
    LIMIT 1
),
turn AS (
    INSERT INTO outbox_turn (channel, queue, served)
    SELECT channel, queue, (SELECT coalesce(max(served), 0) + 1 FROM outbox_turn) FROM fair
    ON CONFLICT (channel, queue) DO UPDATE SET served = excluded.served
),
claimed AS (
    SELECT id, next_attempt_at FROM urgent
    UNION ALL
    SELECT id, next_attempt_at FROM fair
)
UPDATE outbox_outboxmessage m
SET attempts = m.attempts + 1, next_attempt_at = %(until)s
WHERE m.id = (SELECT id FROM claimed)
RETURNING m.*, (SELECT next_attempt_at FROM claimed) AS was_due
"""
#: Takes `now`, `until` when the claim runs out, and `channels`. Gives the message, and when it was
#: due.
CLAIM = _HINTS + _STATEMENT
