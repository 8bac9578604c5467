// SPDX-License-Identifier: MIT
// Parts that statements of sql.def share. An engine defines before them what it says in its own
// way, and then makes its texts of sql.def:
//   BY_STREAM, BY_EVENT, BY_CLIENT  which index a row of `message` is found by, or ""
//   BY_ID_OF_STREAM                 what has the heads of streams come in order
//   MOST(a, b)                      the greater of two
//   BYTES(text)                     how many a text has
// Only files of server/store see this.
#pragma once

#define STORED                                                                                 \
	"message.id, message.stream, message.seq, message.time_ms, message.account, "          \
	"message.sender, message.kind, message.text, message.tags, message.client_id, "        \
	"message.redacted"
// What is asked of who removed a message, where somebody did.
#define IF_REDACTED "CASE WHEN message.redacted <> 0 THEN "
#define COLUMNS                                                                                \
	STORED                                                                                 \
	", " IF_REDACTED "coalesce((SELECT account FROM redaction "                            \
	"WHERE message = message.id), 0) ELSE 0 END AS redacted_by, " IF_REDACTED              \
	"(SELECT name FROM redaction "                                                         \
	"WHERE message = message.id) ELSE '' END AS redacted_name, " IF_REDACTED               \
	"(SELECT reason FROM redaction "                                                       \
	"WHERE message = message.id) ELSE '' END AS redacted_reason, " IF_REDACTED             \
	"coalesce((SELECT original FROM edit "                                                 \
	"WHERE message = message.id), 0) ELSE 0 END AS redacted_edit"
// Where who removed a message is not looked at: a search goes through thousands.
#define UNREMOVED                                                                              \
	STORED                                                                                 \
	", 0 AS redacted_by, '' AS redacted_name, '' AS redacted_reason, 0 AS redacted_edit"
// Parameters of a page: 1 stream, 2 after this id, 3 before this one, 4 redacted ones too,
// 5 limit.
#define WITHIN " AND id > ?2 AND id < ?3 AND redacted <= ?4"
// The indexes end in the id: these come in its order.
#define MESSAGES "FROM message" BY_STREAM " WHERE stream = ?1 AND seq > 0"
#define EVENTS "FROM message" BY_EVENT " WHERE stream = ?1 AND seq = 0"
#define OLD " ORDER BY id"
#define NEW " ORDER BY id DESC"
// The newest message and event of the stream named behind it, up to a parenthesis.
#define NEWEST_MESSAGE                                                                         \
	"(SELECT max(n.id) FROM message AS n" BY_STREAM " WHERE n.seq > 0"                     \
	" AND n.stream = "
#define NEWEST_EVENT                                                                           \
	"(SELECT max(n.id) FROM message AS n" BY_EVENT " WHERE n.seq = 0"                      \
	" AND n.stream = "
// What places are compared by.
#define SPOT "SELECT id, seq, time_ms "

// The message that the message ?1 edits, or itself.
#define ORIGINAL "coalesce((SELECT original FROM edit WHERE message = ?1), ?1)"

// What a message takes on disk: its text, and about what its row and its entries in the
// indexes are without it.
#define WEIGHT "130 + " BYTES("text") " * 2 + " BYTES("tags") " + " BYTES("sender")

// An entry of the audit log, beside it its link and salt; what gives its ids stands between.
#define LOGGED_ENTRY                                                                           \
	"SELECT i.id, a.id IS NOT NULL, coalesce(a.at_ms, l.at_ms), coalesce(a.actor, ''),"    \
	" coalesce(a.verb, l.verb), coalesce(a.detail, ''), coalesce(a.room, l.room),"         \
	" coalesce(a.about, 0), coalesce(a.reason, ''), coalesce(a.uid, ''),"                  \
	" l.words, l.hash, s.salt, l.at_ms IS NOT DISTINCT FROM a.at_ms"                       \
	" AND l.verb IS NOT DISTINCT FROM a.verb AND l.room IS NOT DISTINCT FROM a.room,"      \
	" EXISTS (SELECT 1 FROM room AS r WHERE r.id = l.room), l.at_ms, l.verb, l.room FROM "
#define LOGGED_BESIDE                                                                          \
	" AS i LEFT JOIN audit AS a ON a.id = i.id LEFT JOIN audit_link AS l ON l.id = i.id"   \
	" LEFT JOIN audit_salt AS s ON s.id = i.id"

// As many parameters.
#define PARAMS_2 "?1, ?2"
#define PARAMS_3 PARAMS_2 ", ?3"
#define PARAMS_4 PARAMS_3 ", ?4"
#define PARAMS_5 PARAMS_4 ", ?5"
#define PARAMS_6 PARAMS_5 ", ?6"
#define PARAMS_7 PARAMS_6 ", ?7"
#define PARAMS_8 PARAMS_7 ", ?8"
#define PARAMS_9 PARAMS_8 ", ?9"
#define PARAMS_10 PARAMS_9 ", ?10"
#define PARAMS_11 PARAMS_10 ", ?11"
#define PARAMS_12 PARAMS_11 ", ?12"
#define PARAMS_13 PARAMS_12 ", ?13"
#define PARAMS_14 PARAMS_13 ", ?14"
#define PARAMS_15 PARAMS_14 ", ?15"
#define PARAMS_16 PARAMS_15 ", ?16"
#define PARAMS_17 PARAMS_16 ", ?17"
