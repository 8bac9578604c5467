-- SPDX-License-Identifier: MIT
-- A direct conversation keeps how the one who was deleted was called: the other one reads it by
-- that name. Of earlier ones it is the name under which the last message was said; where somebody
-- has it by now, or several had it, the number of the account stands behind it.
ALTER TABLE dialog ADD COLUMN gone TEXT NOT NULL DEFAULT '';
CREATE TABLE fresh AS SELECT id, who, coalesce((SELECT sender FROM message
		WHERE stream = parted.id AND seq > 0 AND account = parted.who
		ORDER BY message.id DESC LIMIT 1), 'deleted') AS name
	FROM (SELECT id, iif(low IN (SELECT id FROM account), high, low) AS who FROM dialog
		WHERE (low IN (SELECT id FROM account)) <> (high IN (SELECT id FROM account)))
	AS parted;
UPDATE dialog SET gone = (SELECT iif(
		name COLLATE NOCASE IN (SELECT name FROM account) OR
		name COLLATE NOCASE IN (SELECT name FROM fresh GROUP BY name COLLATE NOCASE
			HAVING count(DISTINCT who) > 1),
		name || '~' || who, name) FROM fresh WHERE fresh.id = dialog.id)
	WHERE id IN (SELECT id FROM fresh);
DROP TABLE fresh;
