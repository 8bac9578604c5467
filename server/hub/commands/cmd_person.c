// SPDX-License-Identifier: MIT
// ACCOUNT: what is one's own as a person.
//
//	ACCOUNT DELETE		all of it is to be erased, seven days later (farewell.h)
//	ACCOUNT KEEP		it stays
//	ACCOUNT EXPORT [PLACE]	a page of all that is stored of oneself (dossier.h), and
//				where the next begins
//	ACCOUNT BIND, BINDINGS, UNBIND NUMBER	who one is elsewhere (account_binding.h)
//
// An export goes by pages as history does: who wants the next asks for it, and pays for it.
// So nothing of it waits in the server, and a client that lost its connection goes on where
// it was.
#include "server/hub/commands/account_binding.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/services.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/step_up.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/dossier.h"
#include "server/hub/rooms/server_ban.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/service.h"

#include "common/clock.h"

#define PIECE 300 // inside: bytes of a line of JSON that fit into one of ours

static const struct step_up last_admin = {
	.code = "LAST_ADMIN",
	.words = "You are the only administrator: make somebody else one first"};

// NULL: nothing keeps s from going.
static const struct step_up *why_not(const struct session *s)
{
	return account_is_last_admin(s->account) ? &last_admin : step_up_add(s);
}

static void refuse(struct session *s, const struct step_up *why)
{
	fail(s, "ACCOUNT", why->code, step_up_context(why), why->words);
}

static void go(struct session *s)
{
	const struct step_up *why = why_not(s);
	char at[CLOCK_TEXT_LEN + 1];
	struct buf words = {0};

	if (why) {
		refuse(s, why);
	} else if (need_disk_to_mend(s, "ACCOUNT")) {
		farewell_ask(s);
		clock_text(s->account->erase_ms, at);
		farewell_describe(s->account, &words);
		note(s, "ACCOUNT", "TO_BE_ERASED", span_of(at), buf_str(&words));
	}
	buf_clear(&words);
}

static void stay(struct session *s)
{
	if (!need_disk_to_mend(s, "ACCOUNT"))
		return;
	if (farewell_cancel(s))
		note(s, "ACCOUNT", "ACCOUNT_KEPT", (struct span){0}, "Your account stays");
	else
		fail(s, "ACCOUNT", "NO_SUCH_CHANGE", (struct span){0},
		     "Nobody asked for your account to be erased");
}

// EXPORT + :piece of a line of JSON; its last piece is EXPORT *.
static void say_line(struct session *s, struct span text, const char *batch)
{
	do {
		size_t n = text.len < PIECE ? text.len : PIECE;
		struct line l;

		line_start(&l, s->hub, NULL, "EXPORT");
		l.batch = span_of(batch);
		line_str(&l, n < text.len ? "+" : "*");
		line_text(&l, span_from(text.at, n));
		session_say(s, &l);
		line_clear(&l);
		text = span_after(text, n);
	} while (text.len);
}

// Behind the lines where to go on, "*" at the end.
static void say_page(struct session *s, const struct dossier *d, struct span lines)
{
	char batch[BATCH_REF_LEN + 1];
	struct buf place = {0};

	dossier_place_next(d, &place);
	batch_open(s, "snug.chat/export", &(const struct span){place.at, place.len}, 1,
		   (struct span){0}, batch);
	while (lines.len)
		say_line(s, span_cut(&lines, '\n'), batch);
	batch_close(s, batch);
	note(s, "ACCOUNT", "EXPORT_PAGE", buf_span(&place),
	     span_eq(buf_span(&place), SPAN("*")) ? "That was all"
						  : "Go on: ACCOUNT EXPORT and this place");
	buf_clear(&place);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct dossier *d = arg;
	struct buf lines = {0};

	(void)h;
	if (s && !s->closing) {
		if (dossier_take(d, rows, &lines))
			say_page(s, d, buf_span(&lines));
		else
			fail(s, "ACCOUNT", "TEMPORARILY_UNAVAILABLE", (struct span){0},
			     "The history could not be read: try again");
	}
	buf_clear(&lines);
	dossier_free(d);
}

// The first page is what the account is and has; the others are asked of the store.
static void export(struct session *s, struct span place)
{
	struct dossier *d;
	struct buf lines = {0};

	if (step_up_add(s)) {
		refuse(s, step_up_add(s));
		return;
	}
	d = dossier_new(s->hub, s->account->id);
	if (!place.len) {
		dossier_begin(d, &lines);
		say_page(s, d, buf_span(&lines));
	} else if (!dossier_go_to(d, place)) {
		fail(s, "ACCOUNT", "INVALID_PARAMS", place,
		     "There is no such place: begin anew by ACCOUNT EXPORT");
	} else {
		struct query *q = ask_new(s->hub, QUERY_PAGE);

		if (dossier_ask(d, q)) {
			ask(s->hub, s, q, on_rows, d);
			return;
		}
		query_free(q);
		say_page(s, d, SPAN(""));
	}
	buf_clear(&lines);
	dossier_free(d);
}

void cmd_person(struct session *s, const struct msg *m)
{
	struct span what = m->params[0];

	if (span_eq_fold(what, SPAN("DELETE")))
		go(s);
	else if (span_eq_fold(what, SPAN("KEEP")))
		stay(s);
	else if (span_eq_fold(what, SPAN("EXPORT")))
		export(s, msg_param(m, 1));
	else if (span_eq_fold(what, SPAN("BIND")))
		account_bind(s);
	else if (span_eq_fold(what, SPAN("BINDINGS")))
		account_bindings(s);
	else if (span_eq_fold(what, SPAN("UNBIND")))
		account_unbind(s, msg_param(m, 1));
	else
		fail(s, "ACCOUNT", "INVALID_PARAMS", what,
		     "Use DELETE, KEEP, EXPORT, BIND, BINDINGS or UNBIND");
}

// For who has a client that knows no more.
void nickserv_drop(struct session *s, const struct service_call *c)
{
	const struct step_up *why = why_not(s);
	struct buf words = {0};

	if (!need_disk_to_mend(s, "PRIVMSG"))
		return;
	if (span_eq_fold(service_word(c, 1), SPAN("CANCEL"))) {
		service_say(s, "NickServ", "%s",
			    farewell_cancel(s) ? "Your account stays"
					       : "Nobody asked for your account to be erased");
	} else if (why) {
		service_say(s, "NickServ", "%s", why->words);
	} else {
		farewell_ask(s);
		farewell_describe(s->account, &words);
		service_say(s, "NickServ", "%s", buf_str(&words));
	}
	buf_clear(&words);
}
