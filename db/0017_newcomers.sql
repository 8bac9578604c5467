-- SPDX-License-Identifier: MIT
-- Whether new accounts become members of a room.
ALTER TABLE room ADD COLUMN newcomers INTEGER NOT NULL DEFAULT 0;
