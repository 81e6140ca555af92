-- title: Tokens and cost
-- about: What language models were asked, by model, by the nearest agent around or by trace, whoever took most tokens
--   first; '(without)' has no model or agent. Each call counts once: where calls of one kind wrap one another, the
--   innermost that say their tokens do, and a number that stands under several names counts once. unmetered is how
--   many of the calls say nothing of tokens. total_tokens is what the spans say, at least input and output together.
--   cost is the sum of what spans say of it themselves, NULL where none does. p50 and p95 are of the calls' durations,
--   in nanoseconds.
-- by: model, agent, trace_id
WITH RECURSIVE choice (field) AS (VALUES ('model')),
speaking AS MATERIALIZED (
    SELECT
        place,
        parent_place,
        trace_id,
        actor,
        status_code,
        duration,
        below,
        attributes,
        json_extract_string(
            attributes, ['gen_ai.operation.name', 'openinference.span.kind', 'llm.request.type']
        ) AS said
    FROM spans
    WHERE  -- most spans ask no model: cheaper than reading JSON
        contains(attributes::VARCHAR, 'gen_ai.operation.name')
        OR contains(attributes::VARCHAR, 'openinference.span.kind')
        OR contains(attributes::VARCHAR, 'llm.request.type')
),
asking AS (
    SELECT
        *,
        CASE
            WHEN said[1] = 'embeddings' THEN 'embedding'
            WHEN said[1] IN ('chat', 'text_completion', 'generate_content') THEN 'completion'
            WHEN said[2] = 'EMBEDDING' THEN 'embedding'
            WHEN said[2] = 'LLM' THEN 'completion'
            WHEN said[3] = 'embedding' THEN 'embedding'
            WHEN said[3] IN ('chat', 'completion') THEN 'completion'
        END AS kind
    FROM speaking
),
read AS (
    SELECT
        *,
        [
            name->>'$'
            FOR name IN json_extract(
                attributes, ['gen_ai.request.model', 'gen_ai.response.model', 'llm.model_name']
            )
            IF json_type(name) = 'VARCHAR' AND (name->>'$') <> ''
        ][1] AS model,
        list_max([
            number
            FOR number IN TRY_CAST(json_extract(
                attributes,
                ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt']
            )::VARCHAR[] AS DOUBLE[])
            IF number >= 0
        ]) AS input,
        list_max([
            number
            FOR number IN TRY_CAST(json_extract(
                attributes,
                ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion']
            )::VARCHAR[] AS DOUBLE[])
            IF number >= 0
        ]) AS output,
        list_max([
            number
            FOR number IN TRY_CAST(json_extract(
                attributes,
                ['gen_ai.usage.total_tokens', 'llm.token_count.total', 'llm.usage.total_tokens']
            )::VARCHAR[] AS DOUBLE[])
            IF number >= 0
        ]) AS whole,
        list_max([
            number
            FOR number IN TRY_CAST(json_extract(
                attributes, ['gen_ai.usage.cost', 'llm.cost.total']
            )::VARCHAR[] AS DOUBLE[])
            IF number >= 0
        ]) AS cost
    FROM asking
    WHERE kind IS NOT NULL
),
asked AS MATERIALIZED (
    SELECT
        * EXCLUDE (attributes, said),
        input IS NOT NULL OR output IS NOT NULL OR whole IS NOT NULL AS metered
    FROM read
),
nesting AS MATERIALIZED (
    SELECT DISTINCT trace_id FROM asked WHERE below > 0
),
passable AS MATERIALIZED (
    SELECT place, parent_place
    FROM spans
    WHERE trace_id IN (FROM nesting) AND coalesce(tool, '') = '' AND coalesce(agent, '') = ''
    AND place NOT IN (SELECT place FROM asked)
),
climbing (call, above) AS (
    SELECT place, parent_place FROM asked WHERE trace_id IN (FROM nesting)
    UNION ALL
    SELECT call, parent_place FROM climbing JOIN passable ON place = above
),
around AS MATERIALIZED (
    SELECT call, above AS wrapper
    FROM climbing
    JOIN asked AS outside ON outside.place = above
    JOIN asked AS inside ON inside.place = call
    WHERE outside.kind = inside.kind
),
wrapping (call, wrapper) AS (
    FROM around
    UNION ALL
    SELECT wrapping.call, around.wrapper FROM wrapping JOIN around ON around.call = wrapping.wrapper
),
wrappers AS MATERIALIZED (
    SELECT wrapper, bool_or(metered) AS repeats FROM wrapping JOIN asked ON place = call GROUP BY wrapper
),
repeated AS (
    SELECT DISTINCT call
    FROM wrapping
    JOIN wrappers USING (wrapper)
    JOIN asked ON place = wrapper
    WHERE metered AND NOT repeats
),
counted AS (
    SELECT
        CASE field WHEN 'model' THEN model WHEN 'agent' THEN actor ELSE trace_id END AS subject,
        asked.*
    FROM choice, asked
    LEFT JOIN wrappers ON wrapper = place
    WHERE CASE WHEN metered THEN repeats IS NOT TRUE ELSE wrapper IS NULL AND place NOT IN (FROM repeated) END
),
summed AS (
    SELECT
        coalesce(nullif(subject, ''), '(without)') AS subject,
        count(*) AS calls,
        count(*) FILTER (status_code = 'ERROR') AS errors,
        count(*) FILTER (NOT metered) AS unmetered,
        sum(trunc(coalesce(input, 0))) AS input_tokens,
        sum(trunc(coalesce(output, 0))) AS output_tokens,
        sum(trunc(greatest(coalesce(input, 0) + coalesce(output, 0), coalesce(whole, 0)))) AS total_tokens,
        sum(cost) AS cost,
        quantile_cont(duration, [0.50, 0.95]) AS percentiles
    FROM counted
    GROUP BY ALL
)
SELECT
    subject,
    calls,
    errors,
    unmetered,
    TRY_CAST(input_tokens AS HUGEINT) AS input_tokens,
    TRY_CAST(output_tokens AS HUGEINT) AS output_tokens,
    TRY_CAST(total_tokens AS HUGEINT) AS total_tokens,
    cost,
    floor(percentiles[1] + 0.5)::HUGEINT AS p50,
    floor(percentiles[2] + 0.5)::HUGEINT AS p95
FROM summed
ORDER BY summed.total_tokens DESC, subject
