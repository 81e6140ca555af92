-- title: Side by side
-- about: How many invocations of each agent ran at once, the highest peak first. An invocation runs from its start up
--   to its end, so that one that begins where another ends is not beside it. peak is the most at any moment, peak_at
--   when that was first so, in Unix nanoseconds. total is the sum of the durations, busy the time while at least one
--   ran and overlapped the time while several did, in nanoseconds; mean is total / busy, how many ran on average
--   while any did. Invocations that took no time are counted, and stand beside none.
WITH turns AS (
    SELECT agent, start_time AS moment, 1 AS step FROM spans WHERE agent IS NOT NULL AND end_time > start_time
    UNION ALL
    SELECT agent, end_time, -1 FROM spans WHERE agent IS NOT NULL AND end_time > start_time
),
running AS (
    SELECT
        agent,
        moment,
        sum(step) OVER (turning ROWS UNBOUNDED PRECEDING) AS together,
        lead(moment) OVER turning::HUGEINT - moment AS lasting
    FROM turns
    WINDOW turning AS (PARTITION BY agent ORDER BY moment, step)
),
summed AS (
    SELECT
        agent,
        max(together) AS peak,
        arg_max(moment, (together, -moment::HUGEINT)) AS peak_at,
        sum(lasting) FILTER (together > 0) AS busy,
        sum(lasting) FILTER (together > 1) AS overlapped
    FROM running
    GROUP BY agent
),
invoked AS (
    SELECT agent, count(*) AS count, sum(duration) AS total, min(start_time) AS first
    FROM spans
    WHERE agent IS NOT NULL
    GROUP BY agent
)
SELECT
    agent,
    count,
    coalesce(peak, 1)::BIGINT AS peak,
    coalesce(peak_at, first) AS peak_at,
    total,
    coalesce(busy, 0) AS busy,
    coalesce(overlapped, 0) AS overlapped,
    CASE WHEN busy > 0 THEN total / busy ELSE 1.0 END AS mean
FROM invoked
LEFT JOIN summed USING (agent)
ORDER BY peak DESC, agent
