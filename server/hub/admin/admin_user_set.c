// SPDX-License-Identifier: MIT
// user set: what an account may, as far as it is neither its role nor its password.
#include "server/hub/admin/admin_user.h"

#include "common/clock.h"
#include "server/hub/door/endings.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/oper.h"

static const char *const classes[] = {
	[CLASS_PERSON] = "person",
	[CLASS_BOT] = "bot",
	[CLASS_BRIDGE] = "bridge",
};

const char *verb_class(enum account_class class)
{
	return classes[class];
}

void verb_put_replay(const struct account *a, struct buf *out)
{
	if (a->replay > 0)
		buf_add_i64(out, a->replay);
	else
		buf_add_str(out, a->replay == REPLAY_ALL ? "all" : "server");
}

static bool read_class(struct verb_call *c, enum account_class *class)
{
	struct span text = verb_value(c, "--class");

	for (size_t i = 0; i < ARRAY_LEN(classes) && text.at; i++) {
		*class = (enum account_class)i;
		if (span_eq(text, span_of(classes[i])))
			return true;
	}
	if (text.at)
		verb_end(c, ADMIN_USAGE, "a class is person, bot or bridge, not " SPAN_FMT,
			 SPAN_ARG(text));
	return !text.at;
}

static bool parse_replay(struct span text, int64_t *replay)
{
	uint64_t n;

	*replay = span_eq(text, SPAN("all")) ? REPLAY_ALL : 0;
	if (*replay == REPLAY_ALL || span_eq(text, SPAN("server")))
		return true;
	if (!span_to_u64(text, &n) || n == 0 || n > REPLAY_MAX)
		return false;
	*replay = (int64_t)n;
	return true;
}

static bool read_replay(struct verb_call *c, int64_t *replay)
{
	struct span text = verb_value(c, "--replay");

	if (!text.at || parse_replay(text, replay))
		return true;
	verb_end(c, ADMIN_USAGE,
		 SPAN_FMT " is nothing for --replay: how many messages, from 1 to %d, or all, "
			  "or server",
		 SPAN_ARG(text), REPLAY_MAX);
	return false;
}

// Given time, one whose time was over is let in again.
static bool read_expires(struct verb_call *c, const struct account *a, int64_t *expires_ms)
{
	if (!verb_value(c, "--expires").at)
		return true;
	return verb_until(c, "--expires", 0, expires_ms) &&
	       (!*expires_ms || verb_leaves_an_admin(c, a));
}

struct changes {
	enum account_class class;
	int64_t replay, expires_ms;
	stream_id guest_room;
};

static bool are_same(const struct changes *a, const struct changes *b)
{
	return a->class == b->class && a->replay == b->replay &&
	       a->expires_ms == b->expires_ms && a->guest_room == b->guest_room;
}

// It is a full account now: its sessions lose the mode of a guest.
static void end_guest(struct account *a)
{
	list_for_each(item, &a->sessions) {
		struct session *s = container_of(item, struct session, in_account);

		if (!s->closing && !s->oper)
			oper_say(s, NULL, "-g");
	}
}

static void apply(struct account *a, const struct changes *to)
{
	bool was_over = a->expires_ms && a->expires_ms <= a->hub->now.wall_ms;

	if (was_over && to->expires_ms != a->expires_ms) {
		a->disabled = false;
		a->seen_ms = a->hub->now.wall_ms;
	}
	a->class = to->class;
	a->replay = to->replay;
	a->expires_ms = to->expires_ms;
	if (a->guest_room && !to->guest_room)
		end_guest(a);
	a->guest_room = to->guest_room;
	account_post(a);
	endings_changed(a->hub);
}

static void put_ending(const struct account *a, struct buf *out)
{
	char end[CLOCK_TEXT_LEN + 1];

	clock_text(a->expires_ms, end);
	if (a->expires_ms)
		buf_printf(out, ", ends at %s", end);
	if (account_is_guest(a))
		buf_add_str(out, ", a guest");
}

static void describe(const struct account *a, struct buf *out)
{
	buf_printf(out, "%s, replay ", classes[a->class]);
	verb_put_replay(a, out);
	put_ending(a, out);
}

// What its connections say from now on is paid as the new class pays.
static void set(struct verb_call *c, struct account *a, const struct changes *to)
{
	struct buf before = {0}, after = {0}, replay = {0}, ending = {0};

	describe(a, &before);
	apply(a, to);
	describe(a, &after);
	verb_audit_change(c, a->name, buf_str(&before), buf_str(&after));
	verb_put_replay(a, &replay);
	put_ending(a, &ending);
	verb_end(c, ADMIN_DONE, "%s has the class %s, and is shown of each room: %s" SPAN_FMT,
		 a->name, classes[a->class], buf_str(&replay), SPAN_ARG(buf_span(&ending)));
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&replay);
	buf_clear(&ending);
}

void verb_user_set(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0)); // ends c where it is not there
	struct changes to, was;

	if (!a)
		return;
	if (!verb_is_told_what(c)) {
		verb_end(c, ADMIN_USAGE,
			 "what of %s is to change: --class, --replay, --expires or --full?",
			 a->name);
		return;
	}
	to = was = (struct changes){a->class, a->replay, a->expires_ms, a->guest_room};
	if (verb_flag(c, "--full"))
		to.guest_room = 0;
	if (read_class(c, &to.class) && read_replay(c, &to.replay) &&
	    read_expires(c, a, &to.expires_ms) && verb_may_write(c)) {
		c->is_unchanged = are_same(&was, &to);
		set(c, a, &to);
	}
}
