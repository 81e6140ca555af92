-- title: Slowest spans
-- about: The twenty spans that took longest, the roots of runs left out. duration is in nanoseconds; self_time is the
--   part of it that no direct child covers.
SELECT label, run, duration, self_time, status_code, trace_id, span_id
FROM spans
WHERE NOT is_run
ORDER BY duration DESC, start_time, span_id
LIMIT 20
