-- title: Idle times
-- about: The twenty traces in which nothing went on for longest. Nothing goes on while no span runs but those that stand
--   under no other, roots of runs, and those that only wait. idle is that time between the first start and the last
--   end of all spans, duration, both in nanoseconds; share is idle as a part of duration. longest is the longest such
--   stretch between two spans, and next the label of the span that ended it; gaps is how many stretches between two
--   spans there are. root is the label of the first span.
WITH whole AS (
    SELECT
        trace_id,
        arg_min(label, (start_time, place)) AS root,
        max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS duration
    FROM spans
    GROUP BY trace_id
),
working AS (
    SELECT
        trace_id,
        label,
        start_time,
        place,
        greatest(start_time, end_time) AS finish,
        max(greatest(start_time, end_time)) OVER (
            PARTITION BY trace_id ORDER BY start_time, place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS done
    FROM spans
    WHERE parent_place IS NOT NULL AND NOT is_run AND NOT waits
),
summed AS (
    SELECT
        trace_id,
        sum(greatest(0, finish::HUGEINT - greatest(start_time, coalesce(done, start_time)))) AS worked,
        coalesce(max(start_time::HUGEINT - done) FILTER (start_time > done), 0) AS longest,
        arg_max(label, (start_time::HUGEINT - done, -place)) FILTER (start_time > done) AS next,
        count(*) FILTER (start_time > done) AS gaps
    FROM working
    GROUP BY trace_id
)
SELECT
    trace_id,
    root,
    duration,
    duration - worked AS idle,
    CASE WHEN duration > 0 THEN idle / duration ELSE 0.0 END AS share,
    longest,
    next,
    gaps
FROM summed
JOIN whole USING (trace_id)
WHERE idle > 0
ORDER BY idle DESC, trace_id
LIMIT 20
