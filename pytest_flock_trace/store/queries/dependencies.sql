-- title: Who led to whom
-- about: One row for each edge of each layer of the dependency graph. layer is artifact, call or service; the layers are
--   not to be added up. artifact: from whoever produced an artifact, or was linked to, to whoever took it up, one row
--   for each type of artifact. call: from parents to children. service: from one service to another, a client to its
--   server or a producer to its consumer; the same whatever is grouped by. '(external)' is whoever is not in the table.
--   count is how often it happened, errors how often the target failed. queue is the median time from the end of the
--   source's span to the start of the target, p50 and p95 are percentiles of the target's durations, in nanoseconds.
-- with: artifacts, passages
-- by: agent, service, operation
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
