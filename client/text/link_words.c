// SPDX-License-Identifier: MIT
#include "client/text/link_words.h"

#include "client/text/invite_link.h"
#include "common/clock.h"

enum exit_code exit_code_of(enum failure f)
{
	switch (f) {
	case FAILURE_NONE:
		return EXIT_OK;
	case FAILURE_KEY:
	case FAILURE_UNTRUSTED:
		return EXIT_KEY;
	case FAILURE_PASSWORD:
	case FAILURE_DEVICE:
	case FAILURE_NO_LOGIN:
	case FAILURE_BANNED:
	case FAILURE_DISABLED:
		return EXIT_LOGIN;
	case FAILURE_REGISTRATION:
	case FAILURE_NAME_TAKEN:
	case FAILURE_BAD_NAME:
	case FAILURE_WEAK_PASSWORD:
	case FAILURE_INVITE:
		return EXIT_REFUSED;
	case FAILURE_CONFIG:
		return EXIT_CONFIG;
	case FAILURE_NO_HOST:
	case FAILURE_REFUSED:
	case FAILURE_UNREACHABLE:
	case FAILURE_TIMED_OUT:
	case FAILURE_TLS:
	case FAILURE_LOST:
	case FAILURE_SILENT:
	case FAILURE_ENDED:
	case FAILURE_SLOW_LOGIN:
	case FAILURE_CHANGED:
	case FAILURE_BUSY:
	case FAILURES:
		break;
	}
	return EXIT_UNREACHABLE;
}

static void say_keys(struct buf *out, const struct uplink_status *s)
{
	char was[PIN_TEXT_MAX], now[PIN_TEXT_MAX], when[CLOCK_TEXT_LEN + 1];

	pin_text(s->pin, was);
	pin_text(s->peer_pin, now);
	clock_text(s->pinned_at, when);
	buf_printf(out, ": it shows %s; trusted is %s", now, was);
	if (s->pinned_at)
		buf_printf(out, ", since %.10s", when);
}

void failure_say(struct buf *out, const struct uplink_status *s, const char *host)
{
	struct buf advice = {0};

	failure_what(out, s->failure, span_of(host), span_trim(span_of(s->detail)));
	if (s->failure == FAILURE_KEY && s->pin && s->peer_pin)
		say_keys(out, s);
	failure_advice(&advice, s->failure, span_of(host));
	if (out->len && !strchr(".!?", out->at[out->len - 1]))
		buf_add_char(out, '.');
	if (advice.len)
		buf_printf(out, " %s", buf_str(&advice));
	buf_clear(&advice);
}

static enum link_state waiting_state(bool was_online)
{
	return was_online ? LINK_OFFLINE : LINK_CONNECTING;
}

void link_status_of(const struct uplink_status *s, const char *host, bool was_online,
		    int64_t since_ms, struct buf *text, struct link_status *out)
{
	*out = (struct link_status){
		.since_ms = since_ms, .tries = s->tries, .lag_ms = s->lag_ms};
	// What is tried again by itself needs no advice: the row is short.
	if (s->state == UPLINK_REFUSED)
		failure_say(text, s, host);
	else if (s->is_queued)
		buf_add_str(text, s->detail);
	else if (s->failure != FAILURE_NONE)
		failure_what(text, s->failure, span_of(host), span_trim(span_of(s->detail)));
	switch (s->state) {
	case UPLINK_OFF:
		out->state = LINK_OFFLINE;
		break;
	case UPLINK_DIALING:
		out->state = LINK_CONNECTING;
		break;
	case UPLINK_LOGIN:
		out->state = LINK_LOGIN;
		break;
	case UPLINK_ONLINE:
		out->state = LINK_ONLINE;
		break;
	case UPLINK_WAITING:
		out->state = waiting_state(was_online);
		out->next_at_ms = clock_wall_ms() + s->next_at - clock_mono_ms();
		break;
	case UPLINK_REFUSED:
		out->state = LINK_REFUSED;
		break;
	}
	out->text = text->len ? text->at : NULL;
	if (text->len) {
		const char *unused = buf_str(text);
		(void)unused;
		out->text = text->at;
	}
}
