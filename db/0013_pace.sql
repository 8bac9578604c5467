-- SPDX-License-Identifier: MIT
-- How fast one speaks in a room, and how long who is new there is silent: +W and +d.
ALTER TABLE room ADD COLUMN slow_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN newcomer_s INTEGER NOT NULL DEFAULT 0;
