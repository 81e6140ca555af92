-- title: Correlations
-- about: One row for each correlation_id that spans carry, the latest first: what belongs together however many traces
--   it took. duration is the time from the first start to the last end, in nanoseconds; agents are those invoked.
WITH correlated AS (
    SELECT
        attributes->>'correlation_id' AS correlation_id,
        trace_id,
        start_time,
        greatest(start_time, end_time) AS finish,
        status_code,
        agent
    FROM spans
    WHERE contains(attributes::VARCHAR, '"correlation_id"')
)
SELECT
    correlation_id,
    count(*) AS spans,
    count(DISTINCT trace_id) AS traces,
    count(*) FILTER (status_code = 'ERROR') AS errors,
    min(start_time) AS start_time,
    max(finish)::HUGEINT - min(start_time) AS duration,
    string_agg(DISTINCT agent, ', ' ORDER BY agent) AS agents
FROM correlated
WHERE correlation_id <> ''
GROUP BY correlation_id
ORDER BY start_time DESC, correlation_id
