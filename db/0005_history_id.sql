-- SPDX-License-Identifier: MIT
-- Which history this is: drawn once, and anew by a copy that goes its own way. The term is
-- raised by an engine whose database is taken over; here nobody else ever writes.
INSERT INTO setting (key, value) VALUES ('history_id', randomblob(16)), ('term', x'31');
