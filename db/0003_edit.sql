-- SPDX-License-Identifier: MIT
-- Messages that replace the text of an earlier one of the same stream and author.
CREATE TABLE edit (
	message INTEGER PRIMARY KEY,
	original INTEGER NOT NULL
) STRICT;
CREATE INDEX edit_original ON edit (original);
