-- title: Noise
-- about: Which names make many spans of little time: one row for each, most spans first, the roots of runs left out.
--   hooks is how many of them are calls of Flock's own components that did not fail, which printed traces leave out.
--   span_share is count as a part of all spans, time_share the time that no direct child covers as a part of the same
--   of all spans; mean is the mean duration in nanoseconds, halves rounded up. A name with a large span_share and a
--   small time_share is a candidate for FLOCK_TRACE_IGNORE.
WITH named AS (
    SELECT
        name,
        count(*) AS count,
        count(*) FILTER (
            contains(name, '.on_')
            AND status_code <> 'ERROR'
            AND regexp_full_match(attributes->>'module', 'flock(\..*)?')
        ) AS hooks,
        sum(duration) AS total,
        sum(self_time) AS self_total
    FROM spans
    WHERE NOT is_run
    GROUP BY name
),
recorded AS (
    SELECT sum(count) AS spans, sum(self_total) AS spent FROM named
)
SELECT
    name,
    count,
    hooks,
    count / spans AS span_share,
    CASE WHEN spent > 0 THEN self_total / spent ELSE 0.0 END AS time_share,
    (2 * total + count) // (2 * count) AS mean
FROM named, recorded
ORDER BY count DESC, name
