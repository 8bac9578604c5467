-- SPDX-License-Identifier: MIT
-- Within a stream a time names one message: those that shared one with the message before come
-- a millisecond after it. Whoever had read them still has.
CREATE TABLE fresh AS SELECT id, stream, old_ms, new_ms FROM (
	SELECT id, stream, time_ms AS old_ms,
		n + max(time_ms - n) OVER (PARTITION BY stream ORDER BY id) AS new_ms
	FROM (SELECT id, stream, time_ms,
		row_number() OVER (PARTITION BY stream ORDER BY id) AS n FROM message)
) WHERE new_ms <> old_ms;
UPDATE marker SET time_ms = max(time_ms, coalesce((SELECT max(new_ms) FROM fresh
	WHERE fresh.stream = marker.stream AND old_ms <= marker.time_ms), 0));
UPDATE message SET time_ms = new_ms FROM fresh WHERE fresh.id = message.id;
DROP TABLE fresh;
