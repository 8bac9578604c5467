// SPDX-License-Identifier: MIT
// PASSWD OLD NEW [KEEP|REVOKE], both as base64, so that they may hold blanks; answered by
// PASSWD * once it is durable. OLD may be * (forgotten.h): then PASSWD PENDING TIME may be the
// answer, and PASSWD CANCEL refuses what it asked for.
#include "server/hub/commands/command.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/login.h"
#include "server/hub/door/passwd.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/wipe.h"

// Who did not say what becomes of the others learns that they are still let in.
static void note_left(struct session *s, size_t n)
{
	struct buf words = {0};

	buf_printf(&words,
		   "%zu other devices and app tokens may still log in: PASSWD OLD NEW REVOKE "
		   "signs them out, CERT DEL one of them",
		   n);
	note(s, "PASSWD", "DEVICES_LEFT", (struct span){0}, buf_str(&words));
	buf_clear(&words);
}

static void say_pending(struct session *s, int64_t at_ms)
{
	char at[CLOCK_TEXT_LEN + 1];
	struct line l;

	clock_text(at_ms, at);
	line_start(&l, s->hub, NULL, "PASSWD");
	line_str(&l, "PENDING");
	line_str(&l, at);
	reply_end(&l, s);
}

static void cancel(struct session *s)
{
	struct line l;

	if (!need_disk_to_mend(s, "PASSWD"))
		return;
	if (!forgotten_cancel(s)) {
		fail(s, "PASSWD", "NO_SUCH_CHANGE", (struct span){0},
		     "No new password waits to be in force");
		return;
	}
	line_start(&l, s->hub, NULL, "PASSWD");
	line_str(&l, "CANCEL");
	reply_end(&l, s);
}

static void tell(struct session *s, const struct passwd_end *end)
{
	struct line l;

	if (end->code) {
		fail(s, "PASSWD", end->code, (struct span){0}, end->words);
		return;
	}
	if (end->in_force_ms) {
		say_pending(s, end->in_force_ms);
		return;
	}
	line_start(&l, s->hub, NULL, "PASSWD");
	line_str(&l, "*");
	if (end->revokes)
		line_number(&l, (int64_t)end->n_revoked);
	reply_end(&l, s);
	if (end->n_left)
		note_left(s, end->n_left);
}

// A password that can also be typed into PASS and SASL PLAIN.
static bool decode(struct buf *out, struct span text)
{
	return decode_b64(out, text) && out->len && !memchr(out->at, '\0', out->len) &&
	       !memchr(out->at, '\r', out->len) && !memchr(out->at, '\n', out->len);
}

static void change(struct session *s, const struct msg *m, bool revokes)
{
	struct buf old = {0}, fresh = {0};
	bool is_forgotten = span_eq(m->params[0], SPAN("*"));

	if ((!is_forgotten && !decode(&old, m->params[0])) || !decode(&fresh, m->params[1]))
		fail(s, "PASSWD", "INVALID_PARAMS", (struct span){0},
		     "Use PASSWD OLD NEW, each of them one line of text as base64 (RFC 4648)");
	else if (is_forgotten)
		passwd_renew(s, buf_span(&fresh), revokes, tell);
	else
		passwd_change(s, buf_span(&old), buf_span(&fresh), revokes, tell);
	wipe_away(&old);
	wipe_away(&fresh);
}

void cmd_passwd(struct session *s, const struct msg *m)
{
	struct span others = msg_param(m, 2);
	bool revokes = span_eq_fold(others, SPAN("REVOKE"));

	if (m->n_params == 1 && span_eq_fold(m->params[0], SPAN("CANCEL")))
		cancel(s);
	else if (m->n_params < 2)
		reply1(s, ERR_NEEDMOREPARAMS, SPAN("PASSWD"));
	else if (revokes || !others.len || span_eq_fold(others, SPAN("KEEP")))
		change(s, m, revokes);
	else
		fail(s, "PASSWD", "INVALID_PARAMS", (struct span){0},
		     "What becomes of your other devices is KEEP or REVOKE: PASSWD OLD NEW "
		     "REVOKE");
}
