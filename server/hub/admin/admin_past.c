// SPDX-License-Identifier: MIT
// history import: what was said elsewhere, before there was this server.
//
// 1. All of one request is one turn and so one transaction: it is stored whole or not at all.
// 2. What is not newer than what was said in the room last is there already and is passed over,
//    so that the same lines come in once, however often they are given, and a run that was
//    interrupted is gone on with by giving all again.
// 3. A name that an account has is that account; any other gets the mark of those that are not
//    from here (RELAYED_MARK), so that nobody is spoken for.
#include "server/hub/admin/admin_history.h"
#include "server/hub/history/history.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
#include "server/hub/wire/line.h"

#include "common/clock.h"
#include "common/utf8.h"
#include "server/letters/limits.h"

#include <string.h>

#define PLACE "import" // inside: where those are from whom nobody here is

// When the oldest account or room was made: no message of this server is older, so that the ids
// of older times are free.
static int64_t began_ms(struct hub *h)
{
	int64_t began = h->now.wall_ms;
	const struct account *a;
	const struct room *r;
	size_t cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)))
		began = a->created_ms < began ? a->created_ms : began;
	cursor = 0;
	while ((r = idmap_next(&h->rooms, &cursor)))
		began = r->created_ms < began ? r->created_ms : began;
	return began;
}

// NULL: it can be stored. A record's time in *at_ms.
static const char *fault_of(const struct admin_record *r, int64_t after, int64_t before,
			    int64_t *at_ms)
{
	if (!r->time.at || !clock_parse(r->time, at_ms))
		return "time is to be as in 2026-01-31T12:00:00.000Z";
	if (*at_ms <= after)
		return "it is not newer than the one before it";
	if (*at_ms >= before)
		return "it is not older than this server: only what was said before it is "
		       "imported";
	if (r->kind.at && !span_eq(r->kind, SPAN("PRIVMSG")) &&
	    !span_eq(r->kind, SPAN("NOTICE")))
		return "kind is PRIVMSG or NOTICE";
	if (!r->text.len || r->text.len > MULTILINE_BYTES_MAX || !utf8_is_valid(r->text) ||
	    memchr(r->text.at, '\0', r->text.len) || memchr(r->text.at, '\r', r->text.len))
		return "text is empty, too long, or holds what no message may";
	if (!r->name.len || r->name.len > RELAYED_NAME_MAX - strlen("/" PLACE))
		return "name is empty or too long";
	return NULL;
}

static bool are_fine(struct verb_call *c)
{
	const struct admin_request *r = c->request;
	int64_t at = 0, last = 0, began = began_ms(c->hub);

	for (size_t i = 0; i < r->n_records; i++, last = at) {
		const char *why = fault_of(&r->records[i], last, began, &at);

		if (!why)
			continue;
		verb_end(c, ADMIN_USAGE, "message %zu: %s; nothing is stored", i + 1, why);
		return false;
	}
	if (r->n_records && r->n_records <= PAST_MAX)
		return true;
	verb_end(c, ADMIN_USAGE, "1 to %d messages go in one request, not %zu", PAST_MAX,
		 r->n_records);
	return false;
}

// Nothing that another part of a line could be taken for.
static void add_foreign(struct buf *out, struct span name)
{
	for (size_t at = 0; at < name.len;) {
		size_t begin = at;
		uint32_t code = utf8_next(name, &at);
		bool is_odd = code < 0x80
				      ? code <= ' ' || code == 0x7f ||
						strchr("/!@*?,:#&$%+~.'\"<>=;|\\", (int)code)
				      : utf8_is_unprintable(code);

		if (is_odd)
			buf_add_char(out, '_');
		else
			buf_add(out, name.at + begin, at - begin);
	}
	buf_printf(out, "%c%s", RELAYED_MARK, PLACE);
}

static void store(struct hub *h, struct room *room, const struct admin_record *r, int64_t at_ms)
{
	const struct account *a = account_find(h, r->name);
	struct buf foreign = {0};
	struct entry_message m = {.time_ms = at_ms, .text = r->text};

	m.kind = span_eq(r->kind, SPAN("NOTICE")) ? MESSAGE_NOTICE : MESSAGE_PRIVMSG;
	m.account = a ? a->id : 0;
	if (!a)
		add_foreign(&foreign, r->name);
	m.sender = a ? span_of(a->name) : buf_span(&foreign);
	history_append_past(h, &room->stream, &m);
	buf_clear(&foreign);
}

void verb_history_import(struct verb_call *c)
{
	static const char *const columns[] = {"room", "stored", "there"};
	int64_t stored = 0, there = 0, at_ms;
	struct room *room;

	if (!verb_room_flag(c, &room) || !are_fine(c) || !verb_may_write(c))
		return;
	if (c->hub->disk != DISK_FINE) {
		verb_end(c, ADMIN_FAILED,
			 "the disk takes nothing new at the moment: import it again later");
		return;
	}
	for (size_t i = 0; i < c->request->n_records; i++) {
		const struct admin_record *r = &c->request->records[i];

		if (clock_parse(r->time, &at_ms) && at_ms > room->stream.said_ms) {
			store(c->hub, room, r, at_ms);
			stored++;
		} else {
			there++;
		}
	}
	verb_columns(c, columns, 3);
	verb_text(c, span_of(room->name));
	verb_number(c, stored);
	verb_number(c, there);
	c->is_unchanged = !stored;
	if (stored)
		verb_audit(c, span_of(room->name));
	verb_end(c, ADMIN_DONE, "%lld messages stored in %s, %lld were there already",
		 (long long)stored, room->name, (long long)there);
}
