-- title: Who led to whom
-- about: One row for each edge of each layer of the dependency graph. layer is artifact, call or service; the layers are
--   not to be added up. artifact: from whoever produced an artifact, or was linked to, to whoever took it up, one row
--   for each type of artifact. call: from parents to children. service: from one service to another, a client to its
--   server or a producer to its consumer; the same whatever is grouped by. '(external)' is whoever is not in the table.
--   count is how often it happened, errors how often the target failed. queue is the median time from the end of the
--   source's span to the start of the target, p50 and p95 are percentiles of the target's durations, in nanoseconds.
-- by: agent, service, operation
WITH choice (field) AS (VALUES ('agent')),
parties AS (
    SELECT
        place,
        CASE
            WHEN field = 'agent' THEN agent
            WHEN is_run THEN NULL
            WHEN field = 'service' THEN service
            ELSE operation
        END AS party,
        CASE field
            WHEN 'agent' THEN agent_above WHEN 'service' THEN service_above ELSE operation_above
        END AS above,
        CASE WHEN party IS NULL THEN above ELSE place END AS owner,
        start_time,
        greatest(start_time, end_time) AS finish,
        duration,
        status_code = 'ERROR' AS failed
    FROM spans, choice
),
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
),
taken AS (
    SELECT
        consumer,
        wanted.id,
        coalesce(
            wanted.artifact,
            nullif(arg_max(coalesce(made.artifact, ''), (made.start_time, producer, -made.number)), '')
        ) AS artifact,
        wanted.number,
        arg_max(producer, (made.start_time, producer)) AS producer
    FROM wanted
    LEFT JOIN made ON made.id = wanted.id AND producer <> consumer AND made.start_time <= wanted.start_time
    GROUP BY consumer, wanted.id, wanted.artifact, wanted.number
),
linking AS (
    SELECT
        place AS consumer,
        unnest(links->>'$[*].trace_id') AS trace_id,
        unnest(links->>'$[*].span_id') AS span_id,
        unnest(range(json_array_length(links)::BIGINT)) AS number
    FROM spans
    WHERE links <> '[]'
),
linked AS (
    SELECT consumer, number, max(place) AS producer
    FROM linking
    JOIN spans ON spans.trace_id = linking.trace_id AND spans.span_id = linking.span_id
    GROUP BY consumer, number
),
flows AS (
    SELECT consumer, producer, id, artifact, number FROM taken
    UNION ALL
    SELECT consumer, producer, NULL, NULL, number
    FROM linked
    WHERE NOT EXISTS (FROM taken WHERE taken.consumer = linked.consumer AND taken.producer = linked.producer)
),
between_parties AS (
    SELECT
        coalesce(nullif(source.party, ''), '(external)') AS source,
        coalesce(nullif(target.party, ''), '(external)') AS target,
        artifact,
        greatest(coalesce(target.start_time::HUGEINT - sending.finish, 0), 0)::DOUBLE AS queue,
        target.duration,
        target.failed,
        row_number() OVER (PARTITION BY taking.owner, sending.owner, id ORDER BY consumer, number) AS repetition
    FROM flows
    JOIN parties AS taking ON taking.place = consumer
    JOIN parties AS target ON target.place = coalesce(taking.owner, consumer)
    LEFT JOIN parties AS sending ON sending.place = producer
    LEFT JOIN parties AS source ON source.place = sending.owner
    WHERE taking.owner IS DISTINCT FROM sending.owner
),
passages AS (
    SELECT 'artifact' AS layer, source, target, artifact, queue, duration, failed
    FROM between_parties, choice
    WHERE repetition = 1 AND NOT (source = target AND (field = 'service' OR source = '(external)'))
    UNION ALL
    SELECT
        'call',
        caller.party,
        callee.party,
        NULL,
        greatest(callee.start_time::HUGEINT - caller.finish, 0)::DOUBLE,
        callee.duration,
        callee.failed
    FROM choice, parties AS callee
    JOIN parties AS caller ON caller.place = callee.above
    WHERE callee.party IS NOT NULL AND NOT (field = 'service' AND callee.party = caller.party)
    UNION ALL
    SELECT
        'service',
        parent.service,
        child.service,
        NULL,
        greatest(child.start_time::HUGEINT - greatest(parent.start_time, parent.end_time), 0)::DOUBLE,
        child.duration,
        child.status_code = 'ERROR'
    FROM spans AS child
    JOIN spans AS parent ON parent.place = child.parent_place
    WHERE child.service <> '' AND child.parent_service <> ''
    AND (
        child.service <> child.parent_service
        OR (parent.kind = 'CLIENT' AND child.kind = 'SERVER')
        OR (parent.kind = 'PRODUCER' AND child.kind = 'CONSUMER')
    )
)
SELECT
    layer,
    source,
    target,
    artifact,
    count(*) AS count,
    count(*) FILTER (failed) AS errors,
    round_even(quantile_cont(queue, 0.50), 0)::HUGEINT AS queue,
    round_even(quantile_cont(duration, 0.50), 0)::HUGEINT AS p50,
    round_even(quantile_cont(duration, 0.95), 0)::HUGEINT AS p95
FROM passages
GROUP BY layer, source, target, artifact
ORDER BY layer, source, target, coalesce(artifact, '')
