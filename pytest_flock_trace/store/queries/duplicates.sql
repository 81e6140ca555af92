-- title: Asked again
-- about: What was called several times with the same input, the most time lost first: candidates for a cache. The input
--   is all that a span says of it: attributes input.*, gen_ai.input.* and the arguments of a tool, but for Flock's
--   input.ctx, which holds ids of one run. Names with .on_ are left out, Flock's component hooks. calls is how often
--   that label was called so, traces in how many traces, errors how many calls ended in error. total is the sum of
--   their durations, again that without the first call, in nanoseconds. input shows its first 200 characters; trace_id
--   and span_id are of the first call.
WITH given AS (
    SELECT
        label,
        list_sort([
            pair[1] || ' = ' || coalesce(pair[2], 'null')
            FOR pair IN list_zip(json_keys(attributes), attributes->>'$.*')
            IF starts_with(pair[1], 'input.') AND pair[1] <> 'input.ctx'
            OR starts_with(pair[1], 'gen_ai.input.')
            OR pair[1] IN ('gen_ai.tool.call.arguments', 'tool.parameters')
        ]) AS input,
        start_time,
        place,
        duration,
        status_code,
        trace_id,
        span_id
    FROM spans
    WHERE NOT is_run AND NOT contains(name, '.on_')
    AND (  -- cheaper than reading JSON
        contains(attributes::VARCHAR, 'input.')
        OR contains(attributes::VARCHAR, 'gen_ai.tool.call.arguments')
        OR contains(attributes::VARCHAR, 'tool.parameters')
    )
),
repeated AS (
    SELECT
        label,
        input,
        count(*) AS calls,
        count(DISTINCT trace_id) AS traces,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        sum(duration) AS total,
        arg_min(duration, (start_time, place)) AS first_duration,
        arg_min(trace_id, (start_time, place)) AS trace_id,
        arg_min(span_id, (start_time, place)) AS span_id
    FROM given
    WHERE input <> []
    GROUP BY label, input
    HAVING calls > 1
)
SELECT
    label,
    left(array_to_string(input, ', '), 200) AS input,
    calls,
    traces,
    errors,
    total,
    total - first_duration AS again,
    trace_id,
    span_id
FROM repeated
ORDER BY again DESC, label, input
