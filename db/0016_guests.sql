-- SPDX-License-Identifier: MIT
-- When an account ends by itself (0: never), and the one room of a guest (0: no guest); of an
-- invite, when the guests whom it brings end.
ALTER TABLE account ADD COLUMN expires_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN guest_room INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invite ADD COLUMN guest_ms INTEGER NOT NULL DEFAULT 0;
