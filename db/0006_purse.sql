-- SPDX-License-Identifier: MIT
-- How much may be said and asked at once: an account's class, and a token's own rate in lines
-- a minute, 0 where it has none.
ALTER TABLE account ADD COLUMN class INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credential ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
