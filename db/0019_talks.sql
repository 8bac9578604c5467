-- SPDX-License-Identifier: MIT
-- Whether a room is a conversation of a few people.
ALTER TABLE room ADD COLUMN talk INTEGER NOT NULL DEFAULT 0;
