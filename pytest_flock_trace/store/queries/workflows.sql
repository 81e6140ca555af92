-- title: Workflows
-- about: One row for each name of a run, nested or not, and of any other span that stands under no other. count is how
--   often it was started. failed is how often it, or any span below it, ended in error; own_errors how often itself
--   did: a workflow may end well although an agent in it failed. failure_rate is failed as a part of count. spans is
--   the mean number of spans below it; p50, p95, p99 and max are of its durations, in nanoseconds.
WITH started AS (
    SELECT
        CASE WHEN is_run THEN coalesce(run, name) ELSE name END AS workflow,
        duration,
        below,
        status_code = 'ERROR' AS failed,
        errors_below > 0 AS failed_below
    FROM spans
    WHERE parent_place IS NULL OR is_run
),
summed AS (
    SELECT
        workflow,
        count(*) AS count,
        count(*) FILTER (failed OR failed_below) AS failed,
        count(*) FILTER (failed) AS own_errors,
        avg(below) AS spans,
        quantile_cont(duration, [0.50, 0.95, 0.99]) AS percentiles,
        max(duration) AS max
    FROM started
    GROUP BY workflow
)
SELECT
    workflow,
    count,
    failed,
    own_errors,
    failed / count AS failure_rate,
    spans,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    floor(percentiles[3] + 0.5)::HUGEINT AS p99,
    max
FROM summed
ORDER BY count DESC, workflow
