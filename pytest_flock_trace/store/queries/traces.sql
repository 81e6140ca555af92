-- title: Traces
-- about: One row for each trace, the latest first. root is the label of the first span that stands under no other;
--   duration is the time from the first start to the last end, in nanoseconds; roots is how many spans stand under no
--   other, so that more than one means lost parents or work without context; agents are those invoked, by name.
SELECT
    trace_id,
    arg_min(label, (start_time, place)) FILTER (parent_place IS NULL) AS root,
    min(start_time) AS start_time,
    max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS duration,
    count(*) AS spans,
    count(*) FILTER (status_code = 'ERROR') AS errors,
    count(*) FILTER (parent_place IS NULL) AS roots,
    string_agg(DISTINCT agent, ', ' ORDER BY agent) AS agents
FROM spans
GROUP BY trace_id
ORDER BY start_time DESC, trace_id
