-- title: Subjects through time
-- about: One row for each agent, over its invocations, or each service or operation, over its spans without the roots of
--   runs, and each of the stretches of time_series in which any of its spans start. number is the stretch's, from 0,
--   start_time its start in Unix nanoseconds, width its length in nanoseconds. count and errors are of the spans that
--   start in it; p50 and p95 are of their durations in nanoseconds.
-- by: agent, service, operation
WITH choice (field) AS (VALUES ('agent')),
recorded AS (
    SELECT min(start_time) AS first, max(greatest(start_time, end_time)) AS last FROM spans WHERE NOT is_run
),
scale AS (
    SELECT first, (last::HUGEINT - first) // 60 + 1 AS width FROM recorded WHERE first IS NOT NULL
),
measured AS (
    SELECT
        CASE field WHEN 'agent' THEN agent WHEN 'service' THEN service WHEN 'operation' THEN operation END AS subject,
        greatest(0, (start_time::HUGEINT - first) // width)::BIGINT AS number,
        duration,
        status_code = 'ERROR' AS failed
    FROM spans, choice, scale
    WHERE field = 'agent' OR NOT is_run
),
summed AS (
    SELECT
        subject,
        number,
        count(*) AS count,
        count(*) FILTER (failed) AS errors,
        quantile_cont(duration, [0.50, 0.95]) AS percentiles
    FROM measured
    WHERE subject IS NOT NULL
    GROUP BY subject, number
)
SELECT
    subject,
    number,
    first + number * width AS start_time,
    width,
    count,
    errors,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95
FROM summed, scale
ORDER BY subject, number
