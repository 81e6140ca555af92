-- title: Kinds of error
-- about: The spans that ended in error, by label and by what was said, the most frequent first. pattern is the first
--   line of the message, with <id> in place of UUIDs, of hexadecimal numbers and of long ones of that kind without 0x,
--   and <n> in place of other numbers; NULL where nothing was said. first_seen and last_seen are starts in Unix
--   nanoseconds, traces is in how many traces it happened; message, trace_id and span_id are of the last.
WITH failed AS (
    SELECT
        label,
        coalesce(
            nullif(status_description, ''),
            (events->>'$[*].attributes."exception.message"')[1]
        ) AS message,
        start_time,
        place,
        trace_id,
        span_id
    FROM spans
    WHERE status_code = 'ERROR'
),
patterned AS (
    SELECT
        *,
        regexp_replace(
            regexp_replace(
                left(split_part(message, chr(10), 1), 200),
                '\b(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|[0-9a-fA-F]{16,})\b',
                '<id>',
                'g'
            ),
            '\d+(?:\.\d+)?',
            '<n>',
            'g'
        ) AS pattern
    FROM failed
)
SELECT
    label,
    pattern,
    count(*) AS count,
    count(DISTINCT trace_id) AS traces,
    min(start_time) AS first_seen,
    max(start_time) AS last_seen,
    max_by(struct_pack(said := message), (start_time, place)).said AS message,
    arg_max(trace_id, (start_time, place)) AS trace_id,
    arg_max(span_id, (start_time, place)) AS span_id
FROM patterned
GROUP BY label, pattern
ORDER BY count DESC, label, pattern NULLS LAST
