-- SPDX-License-Identifier: MIT
-- Which account made an invite in its client; 0: an administrator by the command line.
ALTER TABLE invite ADD COLUMN maker INTEGER NOT NULL DEFAULT 0;
