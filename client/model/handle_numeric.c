// SPDX-License-Identifier: MIT
// Numerics, standard replies and capabilities.
#include "client/model/model_event_private.h"
#include "client/model/modes.h"
#include "client/model/invitations.h"
#include "client/model/numbers.h"
#include "client/model/people.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "common/die.h"
#include "common/spoken.h"
#include "common/utf8.h"

#include <stdlib.h>

#define ANNOUNCED_MAX_S 604800 // inside: a longer absence is no pause
#define CAP_NAME_MAX 64        // bytes; the longest that is asked for has 26

static struct span param(const struct event *e, size_t i)
{
	return msg_param(e->msg, i);
}

void on_welcome(const struct event *e)
{
	struct span nick = param(e, 0);
	if (nick.len)
		person_rename(e->m, e->m->me, nick);
	e->m->down_at_ms = e->m->back_at_ms = 0;
	// What was taken back meanwhile is not told of: what is set comes with the rooms.
	shown_forget(e->m);
	e->m->is_hush_listed = false;
	if (model_has_cap(e->m, "snug.chat/invited"))
		invitations_clear(e->m);
	struct span source = e->msg->source;
	if (!e->m->facts.network[0])
		set_text(&e->m->server->name, source);
}

static void copy_fact(char *out, size_t room, struct span value)
{
	value = utf8_cut(value, room - 1);
	if (value.len)
		memcpy(out, value.at, value.len);
	out[value.len] = '\0';
}

// PREFIX=(qov)~@+
static void take_prefix(struct server_facts *f, struct span value)
{
	if (!value.len || value.at[0] != '(')
		return;
	value = span_after(value, 1);
	struct span modes = span_cut(&value, ')');
	if (modes.len != value.len)
		return;
	copy_fact(f->prefix_modes, sizeof(f->prefix_modes), modes);
	copy_fact(f->prefix_signs, sizeof(f->prefix_signs), value);
}

static void take_chanmodes(struct server_facts *f, struct span value)
{
	copy_fact(f->list_modes, sizeof(f->list_modes), span_cut(&value, ','));
	copy_fact(f->key_modes, sizeof(f->key_modes), span_cut(&value, ','));
	copy_fact(f->set_modes, sizeof(f->set_modes), span_cut(&value, ','));
}

static void take_fact(struct model *m, struct span key, struct span value)
{
	struct server_facts *f = &m->facts;
	uint64_t number;
	if (span_eq(key, SPAN("NETWORK")) && value.len) {
		copy_fact(f->network, sizeof(f->network), value);
		set_text(&m->server->name, span_of(f->network));
	} else if (span_eq(key, SPAN("PREFIX"))) {
		take_prefix(f, value);
	} else if (span_eq(key, SPAN("CHANTYPES")) && value.len) {
		copy_fact(f->chan_types, sizeof(f->chan_types), value);
	} else if (span_eq(key, SPAN("CHANMODES"))) {
		take_chanmodes(f, value);
	} else if (span_eq(key, SPAN("LINELEN")) && span_to_u64(value, &number)) {
		f->line_len = number < 512 ? 512 : number > 65536 ? 65536 : (unsigned)number;
	} else if (span_eq(key, SPAN("draft/FILEHOST"))) {
		copy_fact(f->filehost, sizeof(f->filehost), value);
	} else if (span_eq(key, SPAN("VAPID"))) {
		copy_fact(f->vapid, sizeof(f->vapid), value);
	} else if (span_eq(key, SPAN("snug.chat/HISTORY"))) {
		numbers_are_of(m, value);
	}
}

void on_isupport(const struct event *e)
{
	for (size_t i = 1; i + 1 < e->msg->n_params; i++) {
		struct span value = param(e, i);
		struct span key = span_cut(&value, '=');
		take_fact(e->m, key, value);
	}
	e->m->version++;
}

static void cap_drop(struct model *m, struct span name)
{
	for (size_t i = 0; i < m->n_caps; i++) {
		if (!span_eq(span_of(m->caps[i]), name))
			continue;
		free(m->caps[i]);
		m->caps[i] = m->caps[--m->n_caps];
		return;
	}
}

static void cap_add(struct model *m, struct span name)
{
	cap_drop(m, name);
	if (m->n_caps >= MODEL_CAPS_MAX || name.len > CAP_NAME_MAX)
		return;
	m->caps = xreallocarray(m->caps, m->n_caps + 1, sizeof(char *));
	m->caps[m->n_caps++] = span_dup(name);
}

// CAP * ACK :a -b, CAP * DEL :c. What is offered but not asked for does not count.
void on_cap(const struct event *e)
{
	bool is_ack = span_eq(param(e, 1), SPAN("ACK"));
	if (!is_ack && !span_eq(param(e, 1), SPAN("DEL")))
		return;
	struct span rest = param(e, 2);
	while (rest.len) {
		struct span name = span_cut(&rest, ' ');
		bool is_off = name.len && name.at[0] == '-';
		if (is_off)
			name = span_after(name, 1);
		if (name.len && is_ack && !is_off)
			cap_add(e->m, name);
		else
			cap_drop(e->m, name);
	}
}

// FAIL COMMAND CODE [context...] :words. The first context that is a target is the place.
static void standard_reply(const struct event *e, enum line_kind kind)
{
	size_t n = e->msg->n_params;
	if (n < 3)
		return;
	struct target *t = n > 3 ? event_place(e, 2) : e->m->current;
	// Codes are for programs.
	event_add(e, t, kind, param(e, n - 1));
}

void on_fail(const struct event *e)
{
	// Asked by this program and not by the user: where no marker is kept, ours counts.
	if (span_eq_fold(param(e, 0), SPAN("MARKREAD")))
		return;
	if (!event_is_device_fail(e))
		standard_reply(e, LINE_ERROR);
}

void on_warn(const struct event *e)
{
	standard_reply(e, LINE_INFO);
}

// NOTE TALK TALK_OPENED #room: what we asked for by /query.
static bool shows_talk(const struct event *e)
{
	struct target *t = target_find(e->m, param(e, 2));

	if (!span_eq(param(e, 0), SPAN("TALK")) || !span_eq(param(e, 1), SPAN("TALK_OPENED")) ||
	    !t)
		return false;
	model_show(e->m, t);
	return true;
}

// NOTE * GOING_DOWN <seconds> <seconds from then, or *> :words, and NOTE * STAYS_UP :words: the
// status row has it until then, and a line of what is looked at.
static bool notes_going_down(const struct event *e)
{
	bool goes = span_eq(param(e, 1), SPAN("GOING_DOWN"));
	uint64_t down = 0, back = 0;

	if (!span_eq(param(e, 0), SPAN("*")) ||
	    (!goes && !span_eq(param(e, 1), SPAN("STAYS_UP"))))
		return false;
	e->m->down_at_ms = e->m->back_at_ms = 0;
	if (goes && span_to_u64(param(e, 2), &down) && down < ANNOUNCED_MAX_S)
		e->m->down_at_ms = e->now_ms + (int64_t)down * 1000;
	if (e->m->down_at_ms && span_to_u64(param(e, 3), &back) && back < ANNOUNCED_MAX_S)
		e->m->back_at_ms = e->m->down_at_ms + (int64_t)back * 1000;
	event_add(e, e->m->current, LINE_INFO, param(e, e->msg->n_params - 1));
	return true;
}

// The link has it (engine.c): there is nothing to do about it, and nothing to remember.
static bool is_of_store(const struct event *e)
{
	return span_eq(param(e, 0), SPAN("*")) &&
	       (span_eq(param(e, 1), SPAN("STORING_WAITS")) ||
		span_eq(param(e, 1), SPAN("STORING_GOES_ON")));
}

// NOTE 2FA with a secret: the face shows it, and keeps it nowhere.
static bool is_secret(const struct event *e)
{
	return span_eq(param(e, 0), SPAN("2FA")) &&
	       (span_eq(param(e, 1), SPAN("REGISTRATION_CHALLENGE")) ||
		span_eq(param(e, 1), SPAN("RECOVERY_CODES")));
}

void on_note(const struct event *e)
{
	bool is_rules = span_eq(param(e, 0), SPAN("JOIN")) &&
			span_eq(param(e, 1), SPAN("ROOM_RULES")) && e->msg->n_params == 4;

	if (is_rules)
		event_addf(e, event_place(e, 2), LINE_INFO,
			   spoken("rules of the room: " SPAN_FMT), SPAN_ARG(param(e, 3)));
	else if (!is_secret(e) && !is_of_store(e) && !notes_going_down(e) && !shows_talk(e))
		standard_reply(e, LINE_INFO);
}

// REGISTER SUCCESS account :words.
void on_register(const struct event *e)
{
	event_add(e, e->m->server, LINE_INFO, param(e, e->msg->n_params - 1));
}

void on_error(const struct event *e)
{
	event_addf(e, e->m->server, LINE_ERROR,
		   spoken("the server closed the connection: " SPAN_FMT),
		   SPAN_ARG(param(e, 0)));
}

void on_wallops(const struct event *e)
{
	event_addf(e, e->m->current, LINE_INFO, spoken("announces: " SPAN_FMT),
		   SPAN_ARG(param(e, 0)));
}

static void take_away(struct model *m, struct span nick, struct span text)
{
	struct person *p = person_find(m, nick);
	if (!p)
		return;
	person_set_away(p, &text);
	m->version++;
}

void on_whois_away(const struct event *e)
{
	take_away(e->m, param(e, 1), param(e, 2));
	event_addf(e, event_place(e, 1), LINE_INFO, spoken(SPAN_FMT " is away: " SPAN_FMT),
		   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)));
}

void on_here(const struct event *e)
{
	free(e->m->away);
	e->m->away = NULL;
	event_add(e, e->m->current, LINE_INFO,
		  span_of(spoken("you are no longer marked as away")));
}

void on_gone(const struct event *e)
{
	free(e->m->away);
	e->m->away = xstrdup("away");
	event_add(e, e->m->current, LINE_INFO,
		  span_of(spoken("you are marked as away (/back ends it)")));
}

void on_whois_user(const struct event *e)
{
	event_addf(e, e->m->current, LINE_INFO,
		   spoken(SPAN_FMT " is " SPAN_FMT "@" SPAN_FMT " (" SPAN_FMT ")"),
		   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)), SPAN_ARG(param(e, 3)),
		   SPAN_ARG(param(e, 5)));
}

void on_whois_server(const struct event *e)
{
	event_addf(e, e->m->current, LINE_INFO, spoken(SPAN_FMT " is on " SPAN_FMT),
		   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)));
}

void on_whois_idle(const struct event *e)
{
	uint64_t seconds = 0;
	if (!span_to_u64(param(e, 2), &seconds))
		return;
	unsigned long minutes = (unsigned long)(seconds / 60);
	event_addf(e, e->m->current, LINE_INFO,
		   spoken(SPAN_FMT " has been quiet for %lu h %lu min"), SPAN_ARG(param(e, 1)),
		   minutes / 60, minutes % 60);
}

void on_whois_rooms(const struct event *e)
{
	event_addf(e, e->m->current, LINE_INFO, spoken(SPAN_FMT " is in " SPAN_FMT),
		   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)));
}

void on_whois_account(const struct event *e)
{
	event_addf(e, e->m->current, LINE_INFO, spoken(SPAN_FMT " is logged in as " SPAN_FMT),
		   SPAN_ARG(param(e, 1)), SPAN_ARG(param(e, 2)));
}

void on_room_modes(const struct event *e)
{
	struct target *t = target_find(e->m, param(e, 1));
	if (!t)
		return;
	struct buf modes = {0}, words = {0};
	event_words(e, 2, &modes);
	set_text(&t->modes, buf_span(&modes));
	modes_say(&e->m->facts, buf_span(&modes), &words);
	if (words.len)
		event_addf(e, t, LINE_INFO, "%s (%s): %s", t->name, buf_str(&modes),
			   buf_str(&words));
	else
		event_addf(e, t, LINE_INFO,
			   spoken("%s: everybody may enter, write and set the topic"), t->name);
	buf_clear(&modes);
	buf_clear(&words);
	e->m->version++;
}

void on_topic_none(const struct event *e)
{
	struct target *t = target_find(e->m, param(e, 1));
	if (!t)
		return;
	set_text(&t->topic, SPAN(""));
	e->m->version++;
}

void on_topic_is(const struct event *e)
{
	struct target *t = target_find(e->m, param(e, 1));
	if (!t)
		return;
	set_text(&t->topic, param(e, 2));
	e->m->version++;
}

void on_inviting(const struct event *e)
{
	event_addf(e, event_place(e, 2), LINE_INFO,
		   spoken("you invited " SPAN_FMT " to " SPAN_FMT), SPAN_ARG(param(e, 1)),
		   SPAN_ARG(param(e, 2)));
}

// 352 me #room user host server nick H|G...: only away or here is of use.
void on_who_row(const struct event *e)
{
	struct person *p = person_find(e->m, param(e, 5));
	struct span flags = param(e, 6);
	if (!p || !flags.len)
		return;
	if (flags.at[0] == 'H')
		person_set_away(p, NULL);
	else if (!p->away)
		person_set_away(p, &SPAN(""));
	e->m->version++;
}

// "~@bob" or "@cem!user@host".
static void add_name(struct model *m, struct target *t, struct span name, bool is_absent)
{
	char signs[8] = "";
	size_t n = 0;
	while (name.len && strchr(m->facts.prefix_signs, name.at[0])) {
		if (n + 1 < sizeof(signs))
			signs[n++] = name.at[0];
		name = span_after(name, 1);
	}
	struct span nick = span_cut(&name, '!');
	if (!nick.len)
		return;
	struct room_member *who = member_need(m, t, person_need(m, nick));
	// A connection that is not seen does not count, but to whom it belongs.
	if (who)
		who->is_absent = is_absent && who->person != m->me;
	for (size_t i = 0; who && i < n; i++)
		member_set_prefix(&m->facts, who, signs[i], true);
}

static void take_names(const struct event *e, struct target *t, struct span names,
		       bool are_absent)
{
	if (!t)
		return;
	if (!t->members_partial)
		members_clear(e->m, t);
	t->members_partial = true;
	while (names.len)
		add_name(e->m, t, span_cut(&names, ' '), are_absent);
	e->m->version++;
}

void on_names(const struct event *e)
{
	take_names(e, target_find(e->m, param(e, 2)), param(e, 3), false);
}

// ABSENT #room :names
void on_absent(const struct event *e)
{
	take_names(e, target_find(e->m, param(e, 0)), param(e, 1), true);
}

void on_names_end(const struct event *e)
{
	struct target *t = target_find(e->m, param(e, 1));
	if (t)
		t->members_partial = false;
	e->m->version++;
}

void on_ban_row(const struct event *e)
{
	event_addf(e, event_place(e, 1), LINE_INFO,
		   spoken("banned: " SPAN_FMT " (by " SPAN_FMT ")"), SPAN_ARG(param(e, 2)),
		   SPAN_ARG(param(e, 3)));
}

void on_server_text(const struct event *e)
{
	event_add(e, e->m->server, LINE_INFO, param(e, 1));
}
