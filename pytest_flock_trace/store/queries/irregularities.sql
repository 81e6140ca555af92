-- title: Irregular spans
-- about: Spans whose record is not as it should be, by what is wrong with them and label. unfinished had not ended when
--   it was looked at; late started or ended after its run had closed; detached started in a thread or executor without
--   context; orphan names a parent that is not there; cut lost attributes, events or links to limits; backwards ends
--   before it starts. A span may be wrong in several ways. trace_id and span_id are of the first.
WITH wrong AS (
    SELECT
        unnest([
            CASE WHEN unfinished THEN 'unfinished' END,
            CASE WHEN late THEN 'late' END,
            CASE WHEN detached THEN 'detached' END,
            CASE WHEN parent_id <> '' AND parent_place IS NULL THEN 'orphan' END,
            CASE WHEN dropped > 0 THEN 'cut' END,
            CASE WHEN end_time < start_time THEN 'backwards' END
        ]) AS irregularity,
        label,
        start_time,
        place,
        trace_id,
        span_id
    FROM spans
    WHERE unfinished OR late OR detached OR dropped > 0 OR end_time < start_time
    OR (parent_id <> '' AND parent_place IS NULL)
)
SELECT
    irregularity,
    label,
    count(*) AS count,
    count(DISTINCT trace_id) AS traces,
    arg_min(trace_id, (start_time, place)) AS trace_id,
    arg_min(span_id, (start_time, place)) AS span_id
FROM wrong
WHERE irregularity IS NOT NULL
GROUP BY irregularity, label
ORDER BY count DESC, irregularity, label
