-- title: Agents
-- about: One row for each agent, the one that took most time first. count, errors, error_rate, total, p50, p95 and max
--   are of its invocations; traces is in how many traces it was invoked. spans, failed_spans and tools are what happened
--   while it was the nearest agent around, its invocations included: spans, spans that ended in error, and spans that
--   name a tool. self_total is the time of those spans that no direct child of theirs covers. All times are in
--   nanoseconds.
WITH invoked AS (
    SELECT
        agent,
        count(*) AS count,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        sum(duration) AS total,
        quantile_cont(duration, [0.50, 0.95]) AS percentiles,
        max(duration) AS max,
        count(DISTINCT trace_id) AS traces
    FROM spans
    WHERE agent IS NOT NULL
    GROUP BY agent
),
around AS (
    SELECT
        actor,
        count(*) AS spans,
        count(*) FILTER (status_code = 'ERROR') AS failed_spans,
        count(tool) AS tools,
        sum(self_time) AS self_total
    FROM spans
    WHERE actor IS NOT NULL
    GROUP BY actor
)
SELECT
    agent,
    count,
    errors,
    errors / count AS error_rate,
    total,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    max,
    traces,
    spans,
    failed_spans,
    tools,
    self_total
FROM invoked
LEFT JOIN around ON actor = agent
ORDER BY total DESC, agent
