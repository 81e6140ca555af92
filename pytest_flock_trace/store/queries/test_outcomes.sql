-- title: Outcomes of tests
-- about: One row for each test, those whose attempts ended differently first, then those that failed most often.
--   attempts, passed and failed count over all sessions, failed with those that ended in an error outside the test
--   itself; flaky is true where some attempts passed and some failed. last is the outcome of the latest attempt, failure
--   what the latest one that failed said. spans and errors are what all attempts caused; p50 and max are of their
--   durations, in nanoseconds.
-- needs: tests, test_traces
WITH caused AS (
    SELECT trace_id, count(*) AS spans, count(*) FILTER (status_code = 'ERROR') AS errors FROM spans GROUP BY trace_id
),
summed AS (
    SELECT
        test,
        count(*) AS attempts,
        count(*) FILTER (outcome = 'passed') AS passed,
        count(*) FILTER (outcome IN ('failed', 'error')) AS failed,
        arg_max(outcome, (start_time, attempt)) AS last,
        arg_max(failure, (start_time, attempt)) FILTER (outcome IN ('failed', 'error')) AS failure,
        floor(quantile_cont(duration, 0.50) + 0.5)::HUGEINT AS p50,
        max(duration) AS max
    FROM tests
    GROUP BY test
),
traced AS (
    SELECT test, sum(spans)::BIGINT AS spans, sum(errors)::BIGINT AS errors
    FROM (SELECT DISTINCT test, trace_id FROM test_traces)
    JOIN caused USING (trace_id)
    GROUP BY test
)
SELECT
    test,
    attempts,
    passed,
    failed,
    passed > 0 AND failed > 0 AS flaky,
    last,
    failure,
    coalesce(spans, 0) AS spans,
    coalesce(errors, 0) AS errors,
    p50,
    max
FROM summed
LEFT JOIN traced USING (test)
ORDER BY flaky DESC, failed DESC, test
