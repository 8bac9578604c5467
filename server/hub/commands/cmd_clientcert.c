// SPDX-License-Identifier: MIT
// CLIENTCERT (soju.im/client-cert): what CERT does, as other clients know it.
//
// They name a certificate by the SHA-512 of the whole of it; here its key counts. So a
// renewed certificate of the same key takes the old one's place, and one that was entered
// by its pin shows in the list once its device has been here.
#include "server/hub/commands/command.h"
#include "server/hub/people/credential.h"
#include "server/hub/door/device_told.h"
#include "server/hub/journal/post.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/utf8.h"
#include "server/hub/commands/label_told.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/step_up.h"

#include <sodium.h>

static void refuse(struct session *s, struct span what, const char *text)
{
	fail(s, "CLIENTCERT", "INTERNAL_ERROR", what, text);
}

// Nothing keeps s from it, or the error was sent.
static bool may(struct session *s, struct span what, const struct step_up *why_not)
{
	if (why_not)
		fail(s, "CLIENTCERT", why_not->code, what, why_not->words);
	return !why_not;
}

static void answer(struct session *s, const char *what, struct span fingerprint)
{
	struct line l;

	line_start(&l, s->hub, NULL, "CLIENTCERT");
	line_str(&l, what);
	if (fingerprint.len)
		line_param(&l, fingerprint);
	reply_end(&l, s);
}

static void create(struct session *s, struct span name)
{
	struct credential *c = credential_shown_by(s);
	struct span label = name.len ? utf8_cut(name, DEVICE_NAME_MAX) : SPAN("device");
	bool is_new = !c;

	if (!s->cert) {
		fail(s, "CLIENTCERT", "NOCERT", SPAN("CREATE"),
		     "Your client showed no certificate on this connection");
	} else if (c && c->account != s->account) {
		refuse(s, SPAN("CREATE"), "The certificate belongs to another account");
	} else if (!c && credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT) {
		refuse(s, SPAN("CREATE"), "The account has too many certificates and tokens");
	} else if (!c && !can_post(s->hub)) {
		refuse(s, SPAN("CREATE"), "The server cannot store anything at the moment");
	} else if (c || may(s, SPAN("CREATE"), step_up_add(s))) {
		if (!c)
			c = credential_new(s->account, CREDENTIAL_CERT, s->cert->pin, label, 0);
		if (is_new)
			device_added(s, c);
		credential_shown(c, s->cert->hash);
		answer(s, "CREATE", SPAN(""));
		if (is_new)
			label_told(s, "CLIENTCERT", label, c);
	}
}

static bool is_listed(const struct credential *c)
{
	return c->kind == CREDENTIAL_CERT && !sodium_is_zero(c->cert, sizeof(c->cert));
}

static void list_one(struct session *s, const struct credential *c, const char *batch)
{
	struct buf print = {0}, name = {0};
	char used[CLOCK_TEXT_LEN + 1];
	struct line l;

	encode_hex(&print, c->cert, sizeof(c->cert));
	buf_add_str(&name, "name=");
	msg_tag_escape(&name, span_of(c->label));
	line_start(&l, s->hub, NULL, "CLIENTCERT");
	line_str(&l, "LIST");
	line_param(&l, buf_span(&print));
	line_param(&l, buf_span(&name));
	if (c->used_ms) {
		clock_text(c->used_ms, used);
		buf_reset(&name);
		buf_printf(&name, "time=%s", used);
		line_param(&l, buf_span(&name));
	}
	l.batch = span_of(batch);
	reply_end(&l, s);
	buf_clear(&print);
	buf_clear(&name);
}

static void list(struct session *s)
{
	char batch[BATCH_REF_LEN + 1];

	batch_open(s, "soju.im/client-cert", NULL, 0, (struct span){0}, batch);
	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (is_listed(c))
			list_one(s, c, batch);
	}
	batch_close(s, batch);
}

// By its fingerprint, or that of this connection when none is given.
static struct credential *named(struct session *s, struct span fingerprint)
{
	struct credential *found = NULL;
	struct buf cert = {0};

	if (!fingerprint.len) {
		found = credential_shown_by(s);
		return found && found->account == s->account ? found : NULL;
	}
	if (!decode_hex(&cert, fingerprint) || cert.len != sizeof(found->cert)) {
		buf_clear(&cert);
		return NULL;
	}
	list_for_each(item, &s->account->credentials) {
		struct credential *c = container_of(item, struct credential, in_account);

		if (is_listed(c) && memcmp(c->cert, cert.at, cert.len) == 0)
			found = c;
	}
	buf_clear(&cert);
	return found;
}

static void delete (struct session *s, struct span fingerprint)
{
	struct credential *c = named(s, fingerprint);

	if (!c) {
		refuse(s, SPAN("DELETE"), "The account has no such certificate");
	} else if (!can_mend(s->hub)) {
		refuse(s, SPAN("DELETE"), "The server cannot store anything at the moment");
	} else if (may(s, SPAN("DELETE"), step_up_remove(s, c))) {
		credential_delete(c, s);
		answer(s, "DELETE", fingerprint);
	}
}

void cmd_clientcert(struct session *s, const struct msg *m)
{
	struct span what = m->params[0];

	if (span_eq_fold(what, SPAN("CREATE")))
		create(s, msg_param(m, 1));
	else if (span_eq_fold(what, SPAN("LIST")))
		list(s);
	else if (span_eq_fold(what, SPAN("DELETE")))
		delete (s, msg_param(m, 1));
	else
		fail(s, "CLIENTCERT", "UNKNOWN_COMMAND", what, "Unknown subcommand");
}
