-- title: Waiting for agents
-- about: How long what an agent took up had waited for it, by agent, the longest wait in total first. An invocation's
--   wait is the time from the end of the last span that made something for it to its own start, at least 0; where
--   nobody in the table made anything for it, there is none and it is not counted. waits counts invocations; total,
--   p50, p95 and max are of the waits, in nanoseconds; share is the total as a part of the wait and the duration of
--   the invocations together.
WITH made AS (
    SELECT place AS producer, start_time, greatest(start_time, end_time) AS finish, unnest(produced->>'$[*].id') AS id
    FROM spans
    WHERE produced <> '[]'
),
wanted AS (
    SELECT place AS consumer, agent, start_time, duration, unnest(consumed->>'$[*].id') AS id
    FROM spans
    WHERE consumed <> '[]' AND agent IS NOT NULL
),
taken AS (
    SELECT consumer, id, arg_max(finish, (made.start_time, producer)) AS finish
    FROM wanted
    JOIN made USING (id)
    WHERE producer <> consumer AND made.start_time <= wanted.start_time
    GROUP BY consumer, id
),
waited AS (
    SELECT agent, duration, greatest(0, start_time::HUGEINT - max(finish)) AS wait
    FROM (SELECT DISTINCT consumer, agent, start_time, duration FROM wanted)
    JOIN taken USING (consumer)
    GROUP BY consumer, agent, start_time, duration
),
summed AS (
    SELECT
        agent,
        count(*) AS waits,
        sum(wait) AS total,
        quantile_cont(wait::DOUBLE, [0.50, 0.95]) AS percentiles,
        max(wait) AS max,
        sum(duration) AS durations
    FROM waited
    GROUP BY agent
)
SELECT
    agent,
    waits,
    total,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    max,
    CASE WHEN total + durations > 0 THEN total / (total + durations) ELSE 0.0 END AS share
FROM summed
ORDER BY total DESC, agent
