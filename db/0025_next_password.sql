-- SPDX-License-Identifier: MIT
-- A password that was asked for without the old one, and when it will be in force ('', 0: none).
ALTER TABLE account ADD COLUMN next_password TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN next_ms INTEGER NOT NULL DEFAULT 0;
