-- SPDX-License-Identifier: MIT
-- How many messages of each room the account's clients without history are shown at a login
-- when they missed more: 0 as many as the configuration says, -1 all.
ALTER TABLE account ADD COLUMN replay INTEGER NOT NULL DEFAULT 0;
