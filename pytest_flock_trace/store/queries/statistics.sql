-- title: Where the time went
-- about: One row for each operation, service, name or test over its spans without the roots of runs, or for each agent
--   over its invocations. All durations are in nanoseconds; percentiles are interpolated, halves rounded up, as in mean.
--   total counts nested spans each for itself, self_total only the time that no direct child covers. share is
--   self_total as a part of the time that the traces took, each from its first start to its last end; above 1 where
--   spans of one subject run side by side, 0 where no time passed.
-- by: operation, service, name, agent, test
WITH choice (field) AS (VALUES ('operation')),
measured AS (
    SELECT
        CASE field
            WHEN 'operation' THEN operation
            WHEN 'service' THEN service
            WHEN 'name' THEN name
            WHEN 'agent' THEN agent
            WHEN 'test' THEN test
        END AS subject,
        duration,
        self_time,
        status_code = 'ERROR' AS failed
    FROM spans, choice
    WHERE field = 'agent' OR NOT is_run
),
extents AS (
    SELECT max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS nanoseconds FROM spans GROUP BY trace_id
),
recorded AS (
    SELECT sum(nanoseconds)::HUGEINT AS nanoseconds FROM extents
),
summed AS (
    SELECT
        subject,
        count(*) AS count,
        count(*) FILTER (failed) AS errors,
        sum(duration) AS total,
        min(duration) AS min,
        max(duration) AS max,
        quantile_cont(duration, [0.50, 0.95, 0.99]) AS percentiles,
        sum(self_time) AS self_total
    FROM measured
    WHERE subject IS NOT NULL
    GROUP BY subject
)
SELECT
    subject,
    count,
    errors,
    total,
    (2 * total + count) // (2 * count) AS mean,
    min,
    max,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    floor(percentiles[3] + 0.5)::HUGEINT AS p99,
    self_total,
    CASE WHEN nanoseconds > 0 THEN self_total / nanoseconds ELSE 0.0 END AS share
FROM summed, recorded
ORDER BY count DESC, subject
