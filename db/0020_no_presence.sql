-- SPDX-License-Identifier: MIT
-- Who logs in by the token is not shown to others as being here.
ALTER TABLE credential ADD COLUMN no_presence INTEGER NOT NULL DEFAULT 0;
