-- title: Sizes of payloads
-- about: How large the recorded inputs and outputs are, by label, the most bytes first, and whether the larger ones take
--   longer. Inputs are the attributes input.*, gen_ai.input.* and the arguments of a tool, outputs output.value,
--   gen_ai.output.* and the result of a tool; sizes are in bytes of UTF-8. count is of the spans that recorded any.
--   input and output are means, input_max and output_max the largest. input_correlation and output_correlation are
--   those of size and duration over the spans (Pearson's, from -1 to 1), NULL where one of both is always the same.
WITH carrying AS (
    SELECT label, duration, list_zip(json_keys(attributes), attributes->>'$.*') AS said
    FROM spans
    WHERE NOT is_run
    AND (  -- cheaper than reading JSON
        contains(attributes::VARCHAR, 'put.')
        OR contains(attributes::VARCHAR, 'gen_ai.tool.call.')
        OR contains(attributes::VARCHAR, 'tool.parameters')
    )
),
sized AS (
    SELECT
        label,
        duration::DOUBLE AS duration,
        list_sum([
            coalesce(strlen(pair[2]), 0)
            FOR pair IN said
            IF starts_with(pair[1], 'input.') OR starts_with(pair[1], 'gen_ai.input.')
            OR pair[1] IN ('gen_ai.tool.call.arguments', 'tool.parameters')
        ]) AS input,
        list_sum([
            coalesce(strlen(pair[2]), 0)
            FOR pair IN said
            IF starts_with(pair[1], 'gen_ai.output.') OR pair[1] IN ('output.value', 'gen_ai.tool.call.result')
        ]) AS output
    FROM carrying
),
summed AS (
    SELECT
        label,
        count(*) AS count,
        sum(coalesce(input, 0) + coalesce(output, 0)) AS bytes,
        avg(input) AS input,
        max(input) AS input_max,
        avg(output) AS output,
        max(output) AS output_max,
        corr(input, duration) AS input_correlation,
        corr(output, duration) AS output_correlation
    FROM sized
    WHERE input IS NOT NULL OR output IS NOT NULL
    GROUP BY label
)
SELECT
    label,
    count,
    bytes,
    input,
    input_max,
    output,
    output_max,
    CASE WHEN isfinite(input_correlation) THEN input_correlation END AS input_correlation,
    CASE WHEN isfinite(output_correlation) THEN output_correlation END AS output_correlation
FROM summed
ORDER BY bytes DESC, label
