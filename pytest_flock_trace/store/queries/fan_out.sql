-- title: Widest spans
-- about: The twenty spans with most direct children. failed is how many of these ended in error, labels how many kinds
--   of span they are, total the sum of their durations; children_time is the time from the first child's start to the
--   last one's end: where total is larger, they ran side by side. duration is the span's own. All times are in
--   nanoseconds.
WITH widest AS (
    SELECT parent_place AS parent, count(*) AS children
    FROM spans
    WHERE parent_place IS NOT NULL
    GROUP BY parent_place
    ORDER BY children DESC, parent_place
    LIMIT 20
),
below AS (
    SELECT
        parent,
        count(*) FILTER (status_code = 'ERROR') AS failed,
        count(DISTINCT label) AS labels,
        sum(duration) AS total,
        max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS children_time
    FROM spans
    JOIN widest ON parent = parent_place
    GROUP BY parent
)
SELECT label, children, failed, labels, total, children_time, duration, trace_id, span_id
FROM widest
JOIN below USING (parent)
JOIN spans ON place = parent
ORDER BY children DESC, place
