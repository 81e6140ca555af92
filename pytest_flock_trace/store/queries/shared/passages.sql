-- about: One row for each time somebody led to somebody else: whoever passed something on or called (source), whoever took
--   it up (target), in the order of the layers of the dependency graph. failed and duration are those of the target's
--   span; from_operation, to_operation and operation_failed are of the very spans that passed on and took up.
choice (field) AS (VALUES ('agent')),
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
        operation,
        start_time,
        greatest(start_time, end_time) AS finish,
        duration,
        status_code = 'ERROR' AS failed
    FROM spans, choice
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
        coalesce(sending.operation, '(external)') AS from_operation,
        taking.operation AS to_operation,
        taking.failed AS operation_failed,
        row_number() OVER (PARTITION BY taking.owner, sending.owner, id ORDER BY consumer, number) AS repetition
    FROM flows
    JOIN parties AS taking ON taking.place = consumer
    JOIN parties AS target ON target.place = coalesce(taking.owner, consumer)
    LEFT JOIN parties AS sending ON sending.place = producer
    LEFT JOIN parties AS source ON source.place = sending.owner
    WHERE taking.owner IS DISTINCT FROM sending.owner
),
passages AS (
    SELECT
        'artifact' AS layer,
        source,
        target,
        artifact,
        queue,
        duration,
        failed,
        from_operation,
        to_operation,
        operation_failed
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
        callee.failed,
        caller.operation,
        callee.operation,
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
        child.status_code = 'ERROR',
        parent.operation,
        child.operation,
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
