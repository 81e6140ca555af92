-- title: Way of the artifacts
-- about: One row for each artifact and each span that took it up, the latest artifact last. made_by and taken_by are the
--   nearest agents around the two spans, else their labels; made_by is '(external)' where nobody in the table made it,
--   and taken_by NULL where nobody took it up. made_at is the end of the span that made it, taken_at the start of the
--   span that took it up, in Unix nanoseconds; waited is the time between, in nanoseconds, at least 0, NULL where
--   one of both is not known. trace_id and span_id are of the span that took it up, else of the one that made it.
-- with: artifacts
WITH taken AS (
    SELECT
        consumer,
        wanted.id,
        coalesce(any_value(wanted.artifact), arg_max(made.artifact, (made.start_time, producer))) AS artifact,
        arg_max(producer, (made.start_time, producer)) AS producer
    FROM wanted
    LEFT JOIN made ON made.id = wanted.id AND producer <> consumer AND made.start_time <= wanted.start_time
    GROUP BY consumer, wanted.id
),
passed AS (
    SELECT id, artifact, producer, consumer FROM taken
    UNION ALL
    SELECT DISTINCT id, artifact, producer, NULL
    FROM made
    ANTI JOIN taken USING (id, producer)
),
handling AS (
    SELECT place, coalesce(nullif(actor, ''), label) AS party, start_time, end_time, trace_id, span_id
    FROM spans
    WHERE produced <> '[]' OR consumed <> '[]'
)
SELECT
    id,
    artifact,
    coalesce(source.party, '(external)') AS made_by,
    target.party AS taken_by,
    greatest(source.start_time, source.end_time) AS made_at,
    target.start_time AS taken_at,
    CASE WHEN taken_at > made_at THEN taken_at::HUGEINT - made_at WHEN taken_at <= made_at THEN 0 END AS waited,
    coalesce(target.trace_id, source.trace_id) AS trace_id,
    coalesce(target.span_id, source.span_id) AS span_id
FROM passed
LEFT JOIN handling AS source ON source.place = producer
LEFT JOIN handling AS target ON target.place = consumer
ORDER BY coalesce(made_at, taken_at), id, taken_at, consumer
