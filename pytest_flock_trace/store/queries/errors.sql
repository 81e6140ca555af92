-- title: Errors
-- about: Every span that ended in error, in order of start. message is what was said with the status, else the message
--   of the first exception recorded on the span; parent is the label of the span that it stands under.
WITH failed AS (
    SELECT * FROM spans WHERE status_code = 'ERROR'
),
parents AS (
    SELECT trace_id, span_id, arg_max(label, start_time) AS label
    FROM spans
    WHERE (trace_id, span_id) IN (SELECT (trace_id, parent_id) FROM failed)
    GROUP BY trace_id, span_id
)
SELECT
    failed.label,
    coalesce(
        nullif(failed.status_description, ''),
        (failed.events->>'$[*].attributes."exception.message"')[1]
    ) AS message,
    parents.label AS parent,
    failed.run,
    failed.start_time,
    failed.duration,
    failed.trace_id,
    failed.span_id
FROM failed
LEFT JOIN parents ON parents.trace_id = failed.trace_id AND parents.span_id = failed.parent_id
ORDER BY failed.start_time, failed.span_id
