-- SPDX-License-Identifier: MIT
-- Why an administrator did it.
ALTER TABLE audit ADD COLUMN reason TEXT NOT NULL DEFAULT '';
