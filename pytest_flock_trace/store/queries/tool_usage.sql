-- title: Tools
-- about: Calls of tools, by tool or by the nearest agent around ('(without)' has none), the most frequent first. Where a
--   framework and a client of a remote tool both record a call, one inside the other, the outer one counts. error_rate
--   is errors as a part of calls; total, p50, p95 and max are of the calls' durations, in nanoseconds. used_by are the
--   agents that called, tools is how many tools were called, traces in how many traces.
-- by: tool, agent
WITH RECURSIVE choice (field) AS (VALUES ('tool')),
calling AS MATERIALIZED (
    SELECT place, parent_place, trace_id, tool, actor, status_code, duration, below
    FROM spans
    WHERE tool <> '' AND NOT is_run
),
nesting AS MATERIALIZED (
    SELECT DISTINCT trace_id FROM calling WHERE below > 0
),
passable AS MATERIALIZED (
    SELECT place, parent_place
    FROM spans
    WHERE trace_id IN (FROM nesting) AND agent IS NULL AND (is_run OR coalesce(tool, '') = '')
),
climbing (call, above) AS (
    SELECT place, parent_place FROM calling WHERE trace_id IN (FROM nesting)
    UNION ALL
    SELECT call, parent_place FROM climbing JOIN passable ON place = above
),
shown_again AS (
    SELECT call
    FROM climbing
    JOIN calling AS inside ON inside.place = call
    JOIN calling AS outside ON outside.place = above AND outside.tool = inside.tool
),
summed AS (
    SELECT
        CASE field WHEN 'tool' THEN tool ELSE coalesce(nullif(actor, ''), '(without)') END AS subject,
        count(*) AS calls,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        sum(duration) AS total,
        quantile_cont(duration, [0.50, 0.95]) AS percentiles,
        max(duration) AS max,
        count(DISTINCT tool) AS tools,
        string_agg(DISTINCT actor, ', ' ORDER BY actor) AS used_by,
        count(DISTINCT trace_id) AS traces
    FROM calling, choice
    WHERE place NOT IN (FROM shown_again)
    GROUP BY ALL
)
SELECT
    subject,
    calls,
    errors,
    errors / calls AS error_rate,
    total,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95,
    max,
    tools,
    used_by,
    traces
FROM summed
ORDER BY calls DESC, subject
