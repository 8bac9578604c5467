-- SPDX-License-Identifier: MIT
-- Ids, times and numbers of a stream all grow: its order is that of the ids, by which an
-- index ends by itself.
DROP INDEX message_time;
DROP INDEX message_seq;
DROP INDEX message_event;
CREATE INDEX message_stream ON message (stream) WHERE seq > 0;
CREATE INDEX message_event ON message (stream) WHERE seq = 0;
