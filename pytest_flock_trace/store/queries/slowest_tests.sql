-- title: Slowest tests
-- about: The twenty attempts at tests that took longest, with what their traces hold. duration is the attempt's, in
--   nanoseconds. traces, spans and errors count what it caused. busiest is the label with most time that no direct
--   child covers, the roots of runs left out, and busiest_time that time in nanoseconds: NULL where nothing was traced.
-- needs: tests, test_traces
WITH slowest AS (
    SELECT session, test, attempt, outcome, worker, start_time, duration
    FROM tests
    ORDER BY duration DESC, start_time, test, attempt
    LIMIT 20
),
caused AS (
    SELECT DISTINCT session, test, attempt, trace_id FROM test_traces SEMI JOIN slowest USING (session, test, attempt)
),
labelled AS (
    SELECT
        session,
        caused.test,
        attempt,
        label,
        count(*) AS spans,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        sum(self_time) FILTER (NOT is_run) AS self_total
    FROM caused
    JOIN spans USING (trace_id)
    GROUP BY ALL
),
summed AS (
    SELECT
        session,
        test,
        attempt,
        sum(spans)::BIGINT AS spans,
        sum(errors)::BIGINT AS errors,
        arg_max(label, (self_total, label)) FILTER (self_total IS NOT NULL) AS busiest,
        max(self_total) AS busiest_time
    FROM labelled
    GROUP BY session, test, attempt
),
counted AS (
    SELECT session, test, attempt, count(*) AS traces FROM caused GROUP BY session, test, attempt
)
SELECT
    test,
    attempt,
    outcome,
    worker,
    duration,
    coalesce(traces, 0) AS traces,
    coalesce(spans, 0) AS spans,
    coalesce(errors, 0) AS errors,
    busiest,
    busiest_time
FROM slowest
LEFT JOIN counted USING (session, test, attempt)
LEFT JOIN summed USING (session, test, attempt)
ORDER BY duration DESC, start_time, test, attempt
