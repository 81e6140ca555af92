-- title: Exceptions
-- about: Exceptions recorded on spans, by type, the most frequent first. spans is how many spans recorded one, each
--   once however often it did; failed is how many of these ended in error, so that the others have handled theirs;
--   labels is how many kinds of span they were, traces in how many traces. first_seen and last_seen are starts of
--   spans in Unix nanoseconds; message, label, trace_id and span_id are of the last. '(without)' names no type.
WITH recorded AS (
    SELECT label, start_time, place, trace_id, span_id, status_code, unnest(events->'$[*]') AS event
    FROM spans
    WHERE contains(events::VARCHAR, 'exception')  -- most have none: cheaper than reading JSON
),
raised AS (
    SELECT
        coalesce(event->'attributes'->>'exception.type', '(without)') AS type,
        any_value(event->'attributes'->>'exception.message') AS message,
        any_value(label) AS label,
        any_value(start_time) AS start_time,
        place,
        any_value(trace_id) AS trace_id,
        any_value(span_id) AS span_id,
        any_value(status_code) AS status_code
    FROM recorded
    WHERE (event->>'name') = 'exception'
    GROUP BY place, type
)
SELECT
    type,
    count(*) AS spans,
    count(*) FILTER (status_code = 'ERROR') AS failed,
    count(DISTINCT label) AS labels,
    count(DISTINCT trace_id) AS traces,
    min(start_time) AS first_seen,
    max(start_time) AS last_seen,
    max_by(struct_pack(said := message), (start_time, place)).said AS message,
    arg_max(label, (start_time, place)) AS label,
    arg_max(trace_id, (start_time, place)) AS trace_id,
    arg_max(span_id, (start_time, place)) AS span_id
FROM raised
GROUP BY type
ORDER BY spans DESC, type
