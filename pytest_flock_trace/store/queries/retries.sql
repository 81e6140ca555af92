-- title: Retries
-- about: What was tried again after it had failed, by label, the most frequent first. A retry is a span of the same
--   label and parent as a failed one that had ended when it started, none of that label in between. recovered is how
--   many retries did not end in error. lost is the time that the failed attempts took, paused the time from their ends
--   to the retries, in nanoseconds. trace_id and span_id are of the last retry.
WITH failing AS (
    SELECT DISTINCT coalesce(parent_place, -1) AS parent, label FROM spans WHERE status_code = 'ERROR'
),
attempts AS (
    SELECT
        failing.label,
        start_time,
        place,
        trace_id,
        span_id,
        status_code = 'ERROR' AS failed,
        lag(status_code = 'ERROR') OVER tried AS after_failure,
        lag(greatest(start_time, end_time)) OVER tried AS finish,
        lag(duration) OVER tried AS lost
    FROM spans
    JOIN failing ON failing.label = spans.label AND failing.parent = coalesce(spans.parent_place, -1)
    WINDOW tried AS (PARTITION BY failing.parent, failing.label ORDER BY start_time, place)
)
SELECT
    label,
    count(*) AS retries,
    count(*) FILTER (NOT failed) AS recovered,
    sum(lost) AS lost,
    sum(start_time::HUGEINT - finish) AS paused,
    arg_max(trace_id, (start_time, place)) AS trace_id,
    arg_max(span_id, (start_time, place)) AS span_id
FROM attempts
WHERE after_failure AND finish <= start_time
GROUP BY label
ORDER BY retries DESC, label
