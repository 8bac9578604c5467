// SPDX-License-Identifier: MIT
// Rows of every table into loading, each field with any value that a database can hold: refused
// in words, or the hub lives with it through a day of people, administrators and a restart's
// timers, and each line that leaves is one whole, valid line.
//
// The input is rows. A row is a byte for its kind and its fields in the order of entries.def: a
// number is a byte below 224, or one that names a number of `extremes`; a text or blob is a byte
// for its length and so many bytes, or from 250 on a long one; an array its bytes.
#include "server/hub/hub_load.h"
#include "server/letters/field.h"
#include "server/letters/letter.h"
#include "tests/support/hub_world.h"

#include <assert.h>
#include <stdlib.h>

#define ROWS_MAX 60
#define DAY_MS 86400000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t extremes[] = {
	-1,
	-2,
	INT64_MIN,
	INT64_MAX,
	INT32_MAX,
	INT32_MIN,
	UINT32_MAX,
	INT64_MAX / 2,
	65536,
	100000,
	1767225600000,
	1767225500000,
	1000,
	2147483648,
	1767312000000,
	INT64_MAX / 2 + 1,
	4096,
	86400000,
	1798761600000,
	1 << 20,
	1024,
	2592000,
	2592001,
	INT64_MAX - 1,
	1767225600001,
	1099511627776,
	512,
	999999999999,
	300,
	1767225599999,
	65535,
	400,
};
static char longest[ROW_TEXT_MAX + 1];

static uint8_t take_byte(struct span *from)
{
	uint8_t byte = from->len ? (uint8_t)from->at[0] : 0;

	*from = span_after(*from, from->len > 0);
	return byte;
}

static struct span take_bytes(struct span *from, size_t len)
{
	struct span bytes = span_from(from->at, len < from->len ? len : from->len);

	*from = span_after(*from, bytes.len);
	return bytes;
}

static struct span take_text(struct span *from)
{
	uint8_t len = take_byte(from);

	if (len < 250)
		return take_bytes(from, len);
	return span_from(longest, len == 250   ? sizeof(longest)
				  : len == 251 ? sizeof(longest) - 1
					       : (size_t)(len - 251) * 100);
}

static void take_field(const struct field *f, void *row, struct span *from)
{
	uint8_t bytes[ENTRY_BYTES_MAX] = {0};
	struct span given;
	uint8_t number;

	if (f->type == FIELD_NUMBER) {
		number = take_byte(from);
		field_set_number(f, row,
				 number < 256 - ARRAY_LEN(extremes)
					 ? number
					 : (uint64_t)extremes[255 - number]);
	} else if (f->type == FIELD_BYTES) {
		given = take_bytes(from, f->size);
		if (given.len)
			memcpy(bytes, given.at, given.len);
		field_set_bytes(f, row, bytes);
	} else {
		*field_span(f, row) = take_text(from);
	}
}

static void load_rows(struct hub *h, struct span from)
{
	for (int i = 0; i < ROWS_MAX && from.len; i++) {
		struct entry e = {.kind = (enum entry_kind)(take_byte(&from) % ENTRY_KINDS)};
		void *row = entry_row(&e);

		for (const struct field *f = entry_fields(e.kind); f->name; f++)
			take_field(f, row, &from);
		hub_load(h, &e);
	}
}

// What is sound, for rows to hang on: accounts 1 and 2, their dialog 10 and room 11.
static void load_sound(struct hub *h)
{
	const struct entry rows[] = {
		{.kind = ENTRY_ACCOUNT,
		 .account = {.id = 1,
			     .name = SPAN("ann"),
			     .password = SPAN("$fuzz$"),
			     .role = ROLE_ADMIN,
			     .created_ms = 1767225000000}},
		{.kind = ENTRY_ACCOUNT,
		 .account = {.id = 2,
			     .name = SPAN("bob"),
			     .password = SPAN("$fuzz$"),
			     .created_ms = 1767225000000}},
		{.kind = ENTRY_ROOM,
		 .room = {.id = 11, .name = SPAN("#den"), .created_ms = 1767225000000}},
		{.kind = ENTRY_DIALOG, .dialog = {.id = 10, .low = 1, .high = 2}},
		{.kind = ENTRY_MEMBER,
		 .member = {.room = 11, .account = 1, .role = MEMBER_FOUNDER}},
		{.kind = ENTRY_MEMBER, .member = {.room = 11, .account = 2}},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		hub_load(h, &rows[i]);
}

static void play(struct hub_world *w, unsigned client, const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		hub_world_line(w, client, span_of(lines[i]));
		hub_world_turn(w);
		hub_world_store(w);
	}
}

// Both ask for all that there is to be seen, and change some of it.
static void people_talk(struct hub_world *w)
{
	static const char *const ann[] = {
		"CAP REQ :message-tags server-time echo-message batch draft/chathistory "
		"draft/event-playback draft/metadata-3 draft/read-marker account-tag "
		"snug.chat/sequence snug.chat/devices snug.chat/saved snug.chat/quiet",
		"PASS ann:secret",
		"NICK ann",
		"USER a 0 * :a",
		"CAP END",
		"LIST",
		"WHO #den %tcuihsnfdlaor",
		"WHOIS bob",
		"NAMES #den",
		"MODE #den",
		"MODE #den beI",
		"TOPIC #den",
		"METADATA * SYNC",
		"METADATA #den LIST",
		"MARKREAD #den",
		"CHATHISTORY TARGETS timestamp=2025-01-01T00:00:00.000Z "
		"timestamp=2027-01-01T00:00:00.000Z 50",
		"PRIVMSG #den :a word",
		"PRIVMSG bob :another",
		"PRIVMSG ChanServ :LOG #den",
		"PRIVMSG ChanServ :ACCESS #den LIST",
		"PRIVMSG NickServ :INFO",
		"PRIVMSG Snug :user list",
		"PRIVMSG Snug :user show bob",
		"PRIVMSG Snug :user token list bob",
		"PRIVMSG Snug :user cert list bob",
		"PRIVMSG Snug :room list",
		"PRIVMSG Snug :room show #den",
		"PRIVMSG Snug :room members #den",
		"PRIVMSG Snug :room bans #den",
		"PRIVMSG Snug :invite list --all",
		"PRIVMSG Snug :hook list",
		"PRIVMSG Snug :ban list",
		"PRIVMSG Snug :status",
		"PRIVMSG Snug :session list",
		"PRIVMSG Snug :user rename bob rob",
		"KICK #den rob :out",
		"PRIVMSG Snug :room set #den --topic x --slow 10s --limit 5",
		"PRIVMSG Snug :user delete rob --confirm rob"};
	static const char *const bob[] = {"PASS bob:secret", "NICK bob",
					  "USER b 0 * :b",   "PRIVMSG #den :hello @room ann",
					  "PRIVMSG ann :hi", "AWAY :out",
					  "MONITOR + ann",   "INVITELINK LIST",
					  "CERT LIST",       "PRIVMSG *playback :PLAY * 0",
					  "PART #den",       "JOIN #den",
					  "RULES #den"};

	hub_world_open(w, 0);
	hub_world_open(w, 1);
	play(w, 1, bob, ARRAY_LEN(bob));
	play(w, 0, ann, ARRAY_LEN(ann));
}

// The timers of what ends, is erased or is over, and of what is asked each day.
static void time_passes(struct hub_world *w)
{
	for (int i = 0; i < 5; i++) {
		w->now.mono_ms += DAY_MS;
		w->now.wall_ms += DAY_MS;
		hub_world_turn(w);
		hub_world_store(w);
		hub_world_turn(w);
	}
}

// Proves B26.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hub_world w = {0};
	char *error;

	memset(longest, 'l', sizeof(longest));
	hub_world_new(&w);
	load_sound(w.hub);
	load_rows(w.hub, span_from(data, size));
	if (hub_world_begin(&w, &error)) {
		people_talk(&w);
		time_passes(&w);
	} else {
		assert(error && error[0]);
		free(error);
	}
	hub_world_end(&w);
	return 0;
}
