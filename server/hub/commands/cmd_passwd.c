// SPDX-License-Identifier: MIT
// PASSWD OLD NEW [KEEP|REVOKE], both as base64, so that they may hold blanks; answered by
// PASSWD * once it is durable.
#include "server/hub/commands/command.h"
#include "server/hub/door/login.h"
#include "server/hub/door/passwd.h"
#include "server/hub/wire/reply.h"

#include "common/encode.h"

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

static void tell(struct session *s, const struct passwd_end *end)
{
	struct line l;

	if (end->code) {
		fail(s, "PASSWD", end->code, (struct span){0}, end->words);
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

void cmd_passwd(struct session *s, const struct msg *m)
{
	struct span others = msg_param(m, 2);
	bool revokes = span_eq_fold(others, SPAN("REVOKE"));
	bool is_known = revokes || !others.len || span_eq_fold(others, SPAN("KEEP"));
	struct buf old = {0}, fresh = {0};

	if (is_known && decode(&old, m->params[0]) && decode(&fresh, m->params[1]))
		passwd_change(s, buf_span(&old), buf_span(&fresh), revokes, tell);
	else
		fail(s, "PASSWD", "INVALID_PARAMS", (struct span){0},
		     is_known ? "Use PASSWD OLD NEW, each of them one line of text as base64 "
				"(RFC 4648)"
			      : "What becomes of your other devices is KEEP or REVOKE: PASSWD "
				"OLD NEW REVOKE");
	buf_wipe(&old);
	buf_wipe(&fresh);
}
