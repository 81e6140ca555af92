-- title: Which operations lead to which
-- about: What the edges of dependencies are made of: one row for each edge and each pair of operations, that of the span
--   that passed something on, or called, and that of the span that took it up. layer, source, target and artifact name
--   the edge; count and errors add up to count of it, errors being spans that took up and failed themselves.
-- with: artifacts, passages
-- by: agent, service, operation
SELECT
    layer,
    source,
    target,
    artifact,
    from_operation,
    to_operation,
    count(*) AS count,
    count(*) FILTER (operation_failed) AS errors
FROM passages
GROUP BY layer, source, target, artifact, from_operation, to_operation
ORDER BY layer, source, target, coalesce(artifact, ''), count DESC, from_operation, to_operation
