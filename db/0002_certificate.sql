-- SPDX-License-Identifier: MIT
-- The SHA-512 of the certificate by which a device's key was last shown, by which clients
-- with soju.im/client-cert name it; empty until it is seen.
ALTER TABLE credential ADD COLUMN certificate BLOB NOT NULL DEFAULT x'';
