-- title: Rate, errors and durations
-- about: One row for each agent over its invocations, or for each service or operation over its spans; the roots of
--   runs count for agents only. error_rate is a part of count. rate is in spans a second, over the time from the first
--   start to the last end of all spans; NULL for fewer than two spans or where no time passed. p50, p95 and p99 are
--   percentiles of the durations in nanoseconds, interpolated, half a nanosecond rounded up.
-- by: agent, service, operation
WITH choice (field) AS (VALUES ('agent')),
measured AS (
    SELECT
        CASE field WHEN 'agent' THEN agent WHEN 'service' THEN service WHEN 'operation' THEN operation END AS subject,
        duration,
        status_code = 'ERROR' AS failed
    FROM spans, choice
    WHERE field = 'agent' OR NOT is_run
),
recorded AS (
    SELECT max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS nanoseconds FROM spans
),
summed AS (
    SELECT
        subject,
        count(*) AS count,
        count(*) FILTER (failed) AS errors,
        quantile_cont(duration, [0.50, 0.95, 0.99]) AS percentiles
    FROM measured
    WHERE subject IS NOT NULL
    GROUP BY subject
)
SELECT
    subject,
    count,
    errors,
    errors / count AS error_rate,
    CASE WHEN count > 1 AND nanoseconds > 0 THEN count * 1e9 / nanoseconds END AS rate,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    floor(percentiles[3] + 0.5)::HUGEINT AS p99
FROM summed, recorded
ORDER BY count DESC, subject
