// SPDX-License-Identifier: MIT
// room set|ban|unban|bans: the settings of a room, as far as they are not roles.
#include "server/hub/admin/admin_room.h"
#include "server/hub/admin/admin_room_was.h"

#include "common/clock.h"
#include "common/names.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/mask.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/pages/retention.h"

// 1000, 64KiB, 10MiB, 1GiB. False: no such number.
static bool parse_bytes(struct span text, int64_t *bytes)
{
	static const struct {
		const char *unit;
		int shift;
	} units[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"B", 0}, {"", 0}};
	size_t digits = 0;
	uint64_t n;

	while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
		digits++;
	if (!span_to_u64(span_from(text.at, digits), &n) || n > UINT32_MAX)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!span_eq(span_after(text, digits), span_of(units[i].unit)))
			continue;
		*bytes = (int64_t)(n << units[i].shift);
		return true;
	}
	return false;
}

#define WAIT_WORDS "a time as in 30s or 10m, at most 30d, or none"
#define KEEP_SAME INT64_MIN
#define KEEP_FOREVER (-1) // whatever the server's bound is

struct settings {
	struct span topic, rules, key, modes, name; // at NULL: unchanged
	int64_t limit;                              // -1: unchanged
	int64_t slow_s, newcomer_s;                 // -1: unchanged
	int64_t keep_ms, keep_bytes;                // KEEP_SAME: unchanged
	unsigned on, off;
	bool newcomers;
};

// What is set another way (mode, NULL: no mode at all) is refused with that way.
static void refuse_mode(struct verb_call *c, struct span modes, const struct room_mode *mode)
{
	struct buf letters = {0};

	modes_letters(MODE_FLAG, &letters);
	if (mode != NULL && (mode->kind & (MODE_KEY | MODE_LIMIT | MODE_WAIT)))
		verb_end(c, ADMIN_USAGE, "--modes does not set %c: --%s does", mode->letter,
			 mode->word);
	else if (mode != NULL && mode->kind == MODE_RANK)
		verb_end(c, ADMIN_USAGE, "--modes does not set %c: room grant --role %s does",
			 mode->letter, mode->word);
	else
		verb_end(c, ADMIN_USAGE, "modes are letters of %s behind + or -, not " SPAN_FMT,
			 buf_str(&letters), SPAN_ARG(modes));
	buf_clear(&letters);
}

static bool parse_modes(struct verb_call *c, struct settings *set)
{
	bool add = true;

	for (size_t i = 0; i < set->modes.len; i++) {
		char letter = set->modes.at[i];
		const struct room_mode *mode = modes_find(letter);

		if (letter == '+' || letter == '-') {
			add = letter == '+';
		} else if (mode == NULL || mode->kind != MODE_FLAG) {
			refuse_mode(c, set->modes, mode);
			return false;
		} else if (add) {
			set->on |= mode->which;
		} else {
			set->off |= mode->which;
		}
	}
	if (set->modes.at == NULL || ((set->on | set->off) != 0 && (set->on & set->off) == 0))
		return true;
	verb_end(c, ADMIN_USAGE, "modes are letters behind + or -, each once");
	return false;
}

static bool parse_number(struct verb_call *c, const char *flag, const char *wanted, int64_t *n,
			 bool (*parse)(struct span text, int64_t *n))
{
	struct span text = verb_value(c, flag);

	*n = -1;
	if (text.at == NULL || parse(text, n))
		return true;
	verb_end(c, ADMIN_USAGE, SPAN_FMT " is nothing for %s: %s", SPAN_ARG(text), flag,
		 wanted);
	return false;
}

static bool parse_limit(struct span text, int64_t *limit)
{
	uint64_t n;

	if (span_eq(text, SPAN("none"))) {
		*limit = 0;
		return true;
	}
	if (!span_to_u64(text, &n) || !n || n > MEMBERS_MAX)
		return false;
	*limit = (int64_t)n;
	return true;
}

static bool parse_wait(struct span text, int64_t *seconds)
{
	if (!span_eq(text, SPAN("none")))
		return mode_parse_wait(text, seconds);
	*seconds = 0;
	return true;
}

// "forever", "server" (the bound of the configuration), or what `parse` takes but 0, of which
// nobody knows which of the two it means.
static bool parse_keep(struct verb_call *c, const char *flag, const char *wanted, int64_t *keep,
		       bool (*parse)(struct span text, int64_t *n))
{
	struct span text = verb_value(c, flag);

	*keep = KEEP_SAME;
	if (text.at == NULL)
		return true;
	*keep = span_eq(text, SPAN("forever")) ? KEEP_FOREVER : 0;
	if (*keep == KEEP_FOREVER || span_eq(text, SPAN("server")))
		return true;
	if (!parse_number(c, flag, wanted, keep, parse))
		return false;
	if (*keep == 0)
		verb_end(c, ADMIN_USAGE, "%s " SPAN_FMT " would keep nothing: %s", flag,
			 SPAN_ARG(text), wanted);
	return *keep != 0;
}

// Other words for two of the modes; the first is none of them.
struct mode_word {
	const char *word;
	unsigned on;
};

static bool parse_words(struct verb_call *c, const char *flag, const char *wanted,
			const struct mode_word words[static 3], struct settings *set)
{
	const unsigned all = words[0].on | words[1].on | words[2].on;
	struct span text = verb_value(c, flag);

	if (text.at == NULL)
		return true;
	for (size_t i = 0; i < 3; i++) {
		if (!span_eq(text, span_of(words[i].word)))
			continue;
		set->on = (set->on & ~all) | words[i].on;
		set->off |= all & ~words[i].on;
		return true;
	}
	verb_end(c, ADMIN_USAGE, SPAN_FMT " is nothing for %s: %s", SPAN_ARG(text), flag,
		 wanted);
	return false;
}

static bool parse_history(struct verb_call *c, struct settings *set)
{
	return parse_words(c, "--history", "all, since-joined or since-invited",
			   (const struct mode_word[]){{"all", 0},
						      {"since-joined", ROOM_SINCE_JOINED},
						      {"since-invited", ROOM_SINCE_INVITED}},
			   set);
}

static bool parse_mention_all(struct verb_call *c, struct settings *set)
{
	return parse_words(c, "--mention-all", "everyone, moderators or nobody",
			   (const struct mode_word[]){{"moderators", 0},
						      {"everyone", ROOM_ALERT_ALL},
						      {"nobody", ROOM_ALERT_NONE}},
			   set);
}

static bool parse_newcomers(struct verb_call *c, bool *newcomers)
{
	struct span text = verb_value(c, "--welcome");

	if (text.at == NULL)
		return true;
	*newcomers = span_eq(text, SPAN("yes"));
	if (*newcomers || span_eq(text, SPAN("no")))
		return true;
	verb_end(c, ADMIN_USAGE, "--welcome is yes or no, not " SPAN_FMT, SPAN_ARG(text));
	return false;
}

static bool take_settings(struct verb_call *c, const struct room *r, struct settings *set)
{
	*set = (struct settings){.topic = verb_value(c, "--topic"),
				 .rules = verb_value(c, "--rules"),
				 .key = verb_value(c, "--key"),
				 .modes = verb_value(c, "--modes"),
				 .name = verb_value(c, "--name"),
				 .newcomers = r->newcomers};
	if (!parse_newcomers(c, &set->newcomers) ||
	    !parse_number(c, "--limit", "how many members at most, or none", &set->limit,
			  parse_limit) ||
	    !parse_number(c, "--slow", WAIT_WORDS, &set->slow_s, parse_wait) ||
	    !parse_number(c, "--newcomers", WAIT_WORDS, &set->newcomer_s, parse_wait) ||
	    !parse_keep(c, "--keep", "a time as in 12h or 30d, forever or server",
			&set->keep_ms, clock_parse_span) ||
	    !parse_keep(c, "--keep-size", "a size as in 300KiB or 10MiB, forever or server",
			&set->keep_bytes, parse_bytes))
		return false;
	if (set->key.len > 0 && !mode_key_is_valid(set->key)) {
		verb_end(c, ADMIN_USAGE,
			 "a key has at most %d bytes, without spaces, commas, control "
			 "characters and a colon in front",
			 KEY_MAX);
		return false;
	}
	return parse_modes(c, set) && parse_history(c, set) && parse_mention_all(c, set);
}

static bool name_is_free(struct verb_call *c, const struct room *r, struct span name)
{
	const struct room *other;

	if (name.at == NULL)
		return true;
	if (!name_is_room(name)) {
		verb_end(c, ADMIN_USAGE, SPAN_FMT " is no name for a room", SPAN_ARG(name));
		return false;
	}
	other = room_find(c->hub, name);
	if (other != NULL && other != r) {
		verb_end(c, ADMIN_CONFLICT, "there is a room %s already", other->name);
		return false;
	}
	other = room_alike(c->hub, name, r, NULL);
	return verb_meant_alike(c, name, other == NULL ? NULL : other->name);
}

struct was { // before the change
	unsigned flags;
	int64_t limit, slow_s, newcomer_s;
	bool key_differs;
};

static bool is_changed(const struct room *r, const struct was *was,
		       const struct room_mode *mode)
{
	switch (mode->kind) {
	case MODE_FLAG:
		return ((r->flags ^ was->flags) & mode->which) != 0;
	case MODE_KEY:
		return was->key_differs;
	case MODE_LIMIT:
		return r->limit != was->limit;
	case MODE_WAIT:
		return mode->which == ROOM_WAIT_SLOW ? r->slow_s != was->slow_s
						     : r->newcomer_s != was->newcomer_s;
	case MODE_LIST:
	case MODE_RANK:
		break;
	}
	return false;
}

// One MODE line, as if a moderator had done it.
static void say_modes(struct room *r, const struct was *was)
{
	struct buf modes = {0}, args = {0};
	size_t n;
	const struct room_mode *all = modes_all(&n);

	for (size_t i = 0; i < n; i++) {
		bool on = mode_is_on(r, &all[i]);

		if (!is_changed(r, was, &all[i]))
			continue;
		buf_printf(&modes, "%c%c", on ? '+' : '-', all[i].letter);
		if (all[i].kind == MODE_KEY)
			buf_printf(&args, " %s", on ? r->key : "*");
		else if (all[i].kind == MODE_LIMIT && on)
			buf_printf(&args, " %lld", (long long)r->limit);
		else if (all[i].kind == MODE_WAIT && on)
			buf_printf(&args, " %lld", (long long)mode_wait(r, &all[i]));
	}
	if (modes.len > 0)
		mode_say(r, NULL, buf_span(&modes), buf_span(&args));
	buf_clear(&modes);
	buf_clear(&args);
}

static bool is_same_text(struct span wanted, const char *has)
{
	return wanted.at == NULL || span_eq(wanted, span_of(has));
}

static bool is_same_number(int64_t wanted, int64_t none, int64_t has)
{
	return wanted == none || wanted == has;
}

static bool is_so(const struct room *r, const struct settings *set)
{
	return ((r->flags | set->on) & ~set->off) == r->flags &&
	       set->newcomers == r->newcomers && is_same_text(set->key, r->key) &&
	       is_same_text(set->topic, r->topic) && is_same_text(set->rules, r->rules) &&
	       is_same_text(set->name, r->name) && is_same_number(set->limit, -1, r->limit) &&
	       is_same_number(set->slow_s, -1, r->slow_s) &&
	       is_same_number(set->newcomer_s, -1, r->newcomer_s) &&
	       is_same_number(set->keep_ms, KEEP_SAME, r->keep_ms) &&
	       is_same_number(set->keep_bytes, KEEP_SAME, r->keep_bytes);
}

static void apply(struct room *r, const struct settings *set)
{
	const struct was was = {.flags = r->flags,
				.limit = r->limit,
				.slow_s = r->slow_s,
				.newcomer_s = r->newcomer_s,
				.key_differs = set->key.at != NULL &&
					       !span_eq(set->key, span_of(r->key))};

	r->flags = (r->flags | set->on) & ~set->off;
	if (set->key.at != NULL)
		room_set_text(&r->key, set->key);
	if (set->limit >= 0)
		r->limit = set->limit;
	if (set->slow_s >= 0)
		r->slow_s = set->slow_s;
	if (set->newcomer_s >= 0)
		r->newcomer_s = set->newcomer_s;
	if (set->keep_ms != KEEP_SAME)
		r->keep_ms = set->keep_ms;
	if (set->keep_bytes != KEEP_SAME)
		r->keep_bytes = set->keep_bytes;
	r->newcomers = set->newcomers;
	room_post(r);
	retention_changed(r->hub);
	say_modes(r, &was);
	if (set->rules.at != NULL)
		rules_set(r, set->rules);
	if (set->topic.at != NULL)
		room_set_topic(r, NULL, set->topic, SPAN(""));
	if (set->name.at != NULL)
		r->talk = false;
	if (set->name.at != NULL)
		room_say_rename(r, NULL, set->name, SPAN("Renamed by an administrator"));
}

static void set_room(struct verb_call *c, struct room *r, struct buf *name)
{
	struct settings set;
	struct room_was was;

	if (!take_settings(c, r, &set))
		return;
	if (set.name.at != NULL) {
		verb_room_name(set.name, name);
		set.name = buf_span(name);
	}
	if (!name_is_free(c, r, set.name) || !verb_may_write(c))
		return;
	if (is_so(r, &set)) {
		verb_unchanged(c, "%s is so already", r->name);
		return;
	}
	was = room_was(r);
	apply(r, &set);
	verb_audit_room(c, r, &was);
	verb_end(c, ADMIN_DONE, "changed %s", r->name);
}

void verb_room_set(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	struct buf name = {0};

	if (r == NULL)
		return;
	if (verb_is_told_what(c))
		set_room(c, r, &name);
	else
		verb_end(c, ADMIN_USAGE, "what of %s is to change?  help room  lists it",
			 r->name);
	buf_clear(&name);
}

static void ban(struct verb_call *c, struct room *r, struct span mask, int64_t lasts_ms)
{
	struct span reason = verb_value(c, "--reason");
	struct span by = c->request->actor.len > 0 ? c->request->actor : SPAN("shell");
	bool is_change = ban_would_change(c->hub, r, BAN_BAN, mask, lasts_ms);
	struct buf args = {0};

	verb_audit(c, mask);
	(void)ban_add(c->hub, r, BAN_BAN, mask, by, reason.at == NULL ? SPAN("") : reason,
		      lasts_ms);
	room_uninvite_banned(r);
	buf_printf(&args, " " SPAN_FMT, SPAN_ARG(mask));
	if (is_change)
		mode_say(r, NULL, SPAN("+b"), buf_span(&args));
	buf_clear(&args);
	verb_end(c, ADMIN_DONE, "banned " SPAN_FMT " from %s", SPAN_ARG(mask), r->name);
}

// An account's name bans that account, not a nick's mask.
static bool take_mask(struct verb_call *c, size_t i, struct buf *mask, int64_t *lasts_ms)
{
	struct span word = verb_word(c, i);
	struct buf text = {0};
	bool ok;

	if (verb_flag(c, "--mute"))
		buf_add_str(&text, "~m:");
	if (name_is_account(word))
		buf_add_str(&text, "~a:");
	buf_add_span(&text, word);
	ok = mask_parse(buf_span(&text), mask, lasts_ms);
	buf_clear(&text);
	if (!ok)
		verb_end(c, ADMIN_USAGE, SPAN_FMT " is no mask: ACCOUNT or NICK!USER@HOST",
			 SPAN_ARG(word));
	return ok;
}

// A ban of a name that was mistyped keeps nobody out.
void verb_room_ban(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	int64_t lasts_ms, given_ms = 0;
	struct buf mask = {0};

	if (r == NULL || !verb_span(c, "--for", BAN_ENDLESS, &given_ms) ||
	    !verb_knows_account(c, verb_word(c, 1)))
		return;
	if (take_mask(c, 1, &mask, &lasts_ms)) {
		if (bans_are_full(r, BAN_BAN, buf_span(&mask)))
			verb_end(c, ADMIN_CONFLICT, "%s has %d bans: remove one first", r->name,
				 BANS_PER_ROOM);
		else if (verb_may_write(c))
			ban(c, r, buf_span(&mask), given_ms > 0 ? given_ms : lasts_ms);
	}
	buf_clear(&mask);
}

static void unban(struct verb_call *c, struct room *r, struct span mask)
{
	struct ban *b = ban_find(c->hub, r, BAN_BAN, mask);

	if (b == NULL) {
		verb_end(c, ADMIN_NOT_FOUND, "%s has no ban of " SPAN_FMT, r->name,
			 SPAN_ARG(mask));
		return;
	}
	if (!verb_may_write(c))
		return;
	verb_audit(c, mask);
	mode_say_unban(r, b);
	ban_remove(b);
	verb_end(c, ADMIN_DONE, "the ban is gone");
}

void verb_room_unban(struct verb_call *c)
{
	struct room *r = verb_room(c, 0);
	struct buf mask = {0};
	int64_t lasts_ms;

	if (r != NULL && take_mask(c, 1, &mask, &lasts_ms))
		unban(c, r, buf_span(&mask));
	buf_clear(&mask);
}
