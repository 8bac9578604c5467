// SPDX-License-Identifier: MIT
// Capability negotiation (IRCv3 capability-negotiation, version 302).
//
// Every row of common/caps.def is offered, but for account-registration where nobody registers,
// files and authtoken where none are taken, webpush where no device is woken, and sts where no
// authority vouches for the certificate: a client that keeps it would refuse the server.
// values() holds those that have one. A client that does not speak 302 gets one line without
// values: what may not fit, the drafts and vendors' own, is left out for it.
#include "server/hub/commands/cmd_cap.h"

#include "server/hub/commands/command.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/room.h"
#include "server/hub/door/sasl.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/wire/line.h"

#include <stdlib.h>

#define LIST_MAX 400 // inside: bytes of one line, more become several

static void value_multiline(const struct hub *h, struct buf *out)
{
	(void)h;
	buf_printf(out, "max-bytes=%d,max-lines=%d", MULTILINE_BYTES_MAX, MULTILINE_LINES_MAX);
}

static void value_relaymsg(const struct hub *h, struct buf *out)
{
	(void)h;
	buf_add_char(out, RELAYED_MARK);
}

static void value_sasl(const struct hub *h, struct buf *out)
{
	sasl_names(h, out);
}

static void value_2fa(const struct hub *h, struct buf *out)
{
	(void)h;
	buf_add_str(out, "totp");
}

static void value_sts(const struct hub *h, struct buf *out)
{
	// Only TLS is spoken here: the duration alone counts, and clients keep it fresh.
	buf_printf(out, "duration=2592000,port=%u", h->config.port);
}

static void value_registration(const struct hub *h, struct buf *out)
{
	buf_add_str(out, "before-connect,custom-account-name");
	if (h->config.email_required)
		buf_add_str(out, ",email-required");
}

static void value_metadata(const struct hub *h, struct buf *out)
{
	(void)h;
	buf_printf(out, "before-connect,max-subs=%d,max-keys=%d,max-value-bytes=%d",
		   METADATA_SUBS_MAX, METADATA_KEYS_MAX, METADATA_VALUE_MAX);
}

static const struct {
	const char *name;
	void (*add)(const struct hub *h, struct buf *out);
} values[] = {
	{"sasl", value_sasl},
	{"sts", value_sts},
	{"draft/account-2fa", value_2fa},
	{"draft/account-registration", value_registration},
	{"draft/multiline", value_multiline},
	{"draft/metadata-2", value_metadata},
	{"draft/metadata-3", value_metadata},
	{"draft/relaymsg", value_relaymsg},
};

static void add_value(const struct hub *h, const char *name, struct buf *out)
{
	struct buf value = {0};

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (strcmp(values[i].name, name) == 0)
			values[i].add(h, &value);
	}
	if (value.len) {
		buf_add_char(out, '=');
		buf_add_span(out, buf_span(&value));
	}
	buf_clear(&value);
}

static void say(struct session *s, const char *what, bool more, struct span list)
{
	struct line l;

	line_start(&l, s->hub, NULL, "CAP");
	line_param(&l, reply_nick(s));
	line_str(&l, what);
	if (more)
		line_str(&l, "*");
	line_text(&l, list);
	reply_end(&l, s);
}

// The list of a set, in one line or (302) in as many as it takes.
static void say_set(struct session *s, const char *what, cap_set set, bool with_values)
{
	struct buf list = {0}, item = {0};

	for (enum cap cap = 0; cap < CAPS; cap++) {
		if (!cap_has(set, cap))
			continue;
		buf_reset(&item);
		buf_add_str(&item, cap_name(cap));
		if (with_values)
			add_value(s->hub, cap_name(cap), &item);
		if (list.len + 1 + item.len > LIST_MAX) {
			if (!s->cap_302)
				continue;
			say(s, what, true, buf_span(&list));
			buf_reset(&list);
		}
		if (list.len)
			buf_add_char(&list, ' ');
		buf_add_span(&list, buf_span(&item));
	}
	say(s, what, false, buf_span(&list));
	buf_clear(&list);
	buf_clear(&item);
}

static bool is_there(const struct hub *h, enum cap cap)
{
	if (cap == CAP_STS)
		return h->config.has_sts;
	if (cap == CAP_FILES || cap == CAP_AUTHTOKEN)
		return h->config.has_files;
	if (cap == CAP_WEBPUSH || cap == CAP_SOJU_WEBPUSH)
		return h->config.push;
	return cap != CAP_ACCOUNT_REGISTRATION || h->config.registration != REGISTRATION_CLOSED;
}

// What is offered to s: without 302 only what has a short, ratified name, and not sts.
static cap_set offered(const struct session *s)
{
	cap_set set = 0;

	for (enum cap cap = 0; cap < CAPS; cap++) {
		if (is_there(s->hub, cap) &&
		    (s->cap_302 || (!strchr(cap_name(cap), '/') && cap != CAP_STS)))
			set |= cap_bit(cap);
	}
	return set;
}

static void cap_ls(struct session *s, struct span version)
{
	uint64_t n;

	if (s->login)
		s->login->cap_open = true;
	if (span_to_u64(version, &n) && n >= 302) {
		s->cap_302 = true;
		s->caps |= cap_bit(CAP_CAP_NOTIFY);
	}
	say_set(s, "LS", offered(s), s->cap_302);
}

// Applies one word of a REQ to *caps; false when it is refused.
static bool apply(const struct session *s, struct span word, cap_set *caps)
{
	bool removes = word.at[0] == '-';
	enum cap cap;

	if (!cap_find(removes ? span_after(word, 1) : word, &cap) || cap == CAP_STS)
		return false;
	if (!removes && !is_there(s->hub, cap))
		return false;
	if (removes && cap == CAP_CAP_NOTIFY && s->cap_302)
		return false;
	if (cap == CAP_NO_PRESENCE && s->registered)
		return false; // the others have seen it come, or have not
	*caps = removes ? *caps & ~cap_bit(cap) : *caps | cap_bit(cap);
	return true;
}

// A list as received, in lines that hold it: each word is a capability, and shorter than one.
static void say_words(struct session *s, const char *what, struct span words)
{
	while (words.len > LIST_MAX) {
		size_t cut = LIST_MAX;

		while (words.at[cut] != ' ')
			cut--;
		say(s, what, false, (struct span){words.at, cut});
		words = span_after(words, cut + 1);
	}
	say(s, what, false, words);
}

static void cap_req(struct session *s, struct span words)
{
	struct span rest = words;
	cap_set caps = s->caps;
	bool good = true;

	if (s->login)
		s->login->cap_open = true;
	while (rest.len) {
		struct span word = span_cut(&rest, ' ');

		if (word.len && !apply(s, word, &caps))
			good = false;
	}
	if (!good) {
		say(s, "NAK", false,
		    words.len > LIST_MAX ? (struct span){words.at, LIST_MAX} : words);
		return;
	}
	say_words(s, "ACK", words);
	s->caps = caps;
	if (s->registered)
		rooms_caps(s);
}

void cmd_cap(struct session *s, const struct msg *m)
{
	struct span what = m->params[0];

	if (span_eq_fold(what, SPAN("LS"))) {
		cap_ls(s, msg_param(m, 1));
	} else if (span_eq_fold(what, SPAN("LIST"))) {
		say_set(s, "LIST", s->caps, false);
	} else if (span_eq_fold(what, SPAN("REQ"))) {
		cap_req(s, span_trim(msg_param(m, 1)));
	} else if (span_eq_fold(what, SPAN("END"))) {
		if (s->login)
			s->login->cap_open = false;
		login_try(s);
	} else {
		reply1(s, ERR_INVALIDCAPCMD, what);
	}
}

void caps_configured(struct hub *h, enum registration before)
{
	bool is_open = is_there(h, CAP_ACCOUNT_REGISTRATION);
	struct session *s;
	size_t cursor = 0;

	if (is_open == (before != REGISTRATION_CLOSED))
		return;
	while ((s = idmap_next(&h->sessions, &cursor)) != NULL) {
		if (!is_open)
			s->caps &= ~cap_bit(CAP_ACCOUNT_REGISTRATION);
		if (session_has(s, CAP_CAP_NOTIFY))
			say_set(s, is_open ? "NEW" : "DEL", cap_bit(CAP_ACCOUNT_REGISTRATION),
				is_open && s->cap_302);
	}
}
