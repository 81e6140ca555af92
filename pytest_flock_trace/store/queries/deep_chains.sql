-- title: Deepest traces
-- about: The twenty traces whose spans are nested most deeply. depth is the number of spans from the root down to the
--   deepest, both included; root is the label of the first span that stands under no other, deepest that of the span at
--   the bottom, the first where several are as deep. spans is how many there are in the trace; trace_id and span_id are
--   of the deepest.
WITH RECURSIVE parents AS MATERIALIZED (
    SELECT place, parent_place FROM spans WHERE place IN (SELECT parent_place FROM spans)
),
levels (place, depth) AS (
    SELECT place, 1 FROM parents WHERE parent_place IS NULL
    UNION ALL
    SELECT parents.place, depth + 1 FROM levels JOIN parents ON parents.parent_place = levels.place
),
deepest AS (
    SELECT
        trace_id,
        max(coalesce(depth, 0) + 1) AS depth,
        arg_min(label, (start_time, spans.place)) FILTER (parent_place IS NULL) AS root,
        arg_max(spans.place, (coalesce(depth, 0), -start_time::HUGEINT, -spans.place)) AS place,
        count(*) AS spans
    FROM spans
    LEFT JOIN levels ON levels.place = parent_place
    GROUP BY trace_id
    ORDER BY depth DESC, trace_id
    LIMIT 20
)
SELECT depth, root, label AS deepest, deepest.spans, spans.trace_id, span_id
FROM deepest
JOIN spans ON spans.place = deepest.place
ORDER BY depth DESC, spans.trace_id
