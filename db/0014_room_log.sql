-- SPDX-License-Identifier: MIT
-- What moderators do stands beside what administrators do: the log of a room.
ALTER TABLE audit ADD COLUMN room INTEGER NOT NULL DEFAULT 0;

CREATE INDEX audit_room ON audit (room);
