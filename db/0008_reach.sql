-- SPDX-License-Identifier: MIT
-- From where on a member reads: the newest message of the room when they joined, and when they
-- were invited; of an invitation, when it was made. Ids begin with the time.
ALTER TABLE member ADD COLUMN joined_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN joined_message INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN invited_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN invited_message INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ban ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ban ADD COLUMN message INTEGER NOT NULL DEFAULT 0;
UPDATE member SET joined_message = joined_ms << 20, joined_seq = coalesce((
	SELECT seq FROM message INDEXED BY message_stream
	WHERE stream = member.room AND seq > 0 AND id < member.joined_ms << 20
	ORDER BY id DESC LIMIT 1), 0);
UPDATE member SET invited_message = joined_message, invited_seq = joined_seq;
UPDATE ban SET message = at_ms << 20, seq = coalesce((
	SELECT seq FROM message INDEXED BY message_stream
	WHERE stream = ban.room AND seq > 0 AND id < ban.at_ms << 20
	ORDER BY id DESC LIMIT 1), 0) WHERE kind = 3;
