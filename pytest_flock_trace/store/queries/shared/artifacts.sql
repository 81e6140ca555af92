-- about: One row for each artifact that a span made, and one for each that a span took up; number is its place in the
--   list of that span.
made AS (
    SELECT
        place AS producer,
        start_time,
        unnest(produced->>'$[*].id') AS id,
        unnest(produced->>'$[*].type') AS artifact,
        unnest(range(json_array_length(produced)::BIGINT)) AS number
    FROM spans
    WHERE produced <> '[]'
),
wanted AS (
    SELECT
        place AS consumer,
        start_time,
        unnest(consumed->>'$[*].id') AS id,
        unnest(consumed->>'$[*].type') AS artifact,
        unnest(range(json_array_length(consumed)::BIGINT)) AS number
    FROM spans
    WHERE consumed <> '[]'
)
