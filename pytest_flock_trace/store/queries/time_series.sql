-- title: Through time
-- about: Up to sixty stretches of equal length, from the first start to the last end of all spans but the roots of runs,
--   the empty ones too. A span counts where it starts. start_time is the stretch's own in Unix nanoseconds, width its
--   length in nanoseconds. invocations is how many of the spans invoke an agent; error_rate is errors as a part of
--   count, rate is in spans a second; p50 and p95 are of the durations in nanoseconds. NULL where no span starts.
WITH recorded AS (
    SELECT min(start_time) AS first, max(greatest(start_time, end_time)) AS last FROM spans WHERE NOT is_run
),
scale AS (
    SELECT first, (last::HUGEINT - first) // 60 + 1 AS width, last::HUGEINT - first AS extent
    FROM recorded
    WHERE first IS NOT NULL
),
stretches AS (
    SELECT unnest(range((extent // width + 1)::BIGINT)) AS number, first, width FROM scale
),
filled AS (
    SELECT
        ((start_time::HUGEINT - first) // width)::BIGINT AS number,
        count(*) AS count,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        count(agent) AS invocations,
        quantile_cont(duration, [0.50, 0.95]) AS percentiles
    FROM spans, scale
    WHERE NOT is_run
    GROUP BY ALL
)
SELECT
    first + number * width AS start_time,
    width,
    coalesce(count, 0) AS count,
    coalesce(errors, 0) AS errors,
    coalesce(invocations, 0) AS invocations,
    errors / count AS error_rate,
    coalesce(count, 0) * 1e9 / width AS rate,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95
FROM stretches
LEFT JOIN filled USING (number)
ORDER BY number
