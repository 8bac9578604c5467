// SPDX-License-Identifier: MIT
#include "client/app/terminal_words.h"

#include "common/snug_link.h"
#include "common/clock.h"

#include <time.h>

static const struct {
	const char *what, *advice;
} rows[] = {
#define FAILURE_SAYS(name, what_, advice_)                                                     \
	[FAILURE_##name] = {.what = what_, .advice = advice_},
#include "client/app/failure_words.def"
#undef FAILURE_SAYS
};

_Static_assert(ARRAY_LEN(rows) == FAILURES, "a row for each failure");

// `address` is what a verb takes for the server.
static void fill_in(struct buf *out, const char *words, struct span host, struct span address,
		    struct span detail)
{
	for (const char *at = words; *at; at++) {
		if (*at != '%') {
			buf_add_char(out, *at);
			continue;
		}
		at++;
		if (*at == 'h') {
			buf_add_span(out, host);
		} else if (*at == 'a') {
			buf_add_span(out, address);
		} else if (detail.len) {
			buf_add_str(out, ": ");
			buf_add_span(out, detail);
		}
	}
}

// Where a server that answers in several places was looked for.
static void say_places(struct buf *out, const struct uplink_status *s, const char *host)
{
	buf_add_str(out, " (tried: ");
	link_address(out, host, s->port);
	for (size_t i = 0; i < s->others->count; i++) {
		buf_add_str(out, ", ");
		link_address(out, s->others->at[i].name, s->others->at[i].port);
	}
	buf_add_char(out, ')');
}

static bool is_nowhere(enum failure failure)
{
	return failure == FAILURE_NO_HOST || failure == FAILURE_REFUSED ||
	       failure == FAILURE_UNREACHABLE || failure == FAILURE_TIMED_OUT ||
	       failure == FAILURE_TLS;
}

static void say_failure(struct buf *out, const struct uplink_status *s, const char *host)
{
	fill_in(out, rows[s->failure].what, span_of(host), span_of(host),
		span_trim(span_of(s->detail)));
	if (s->others && is_nowhere(s->failure))
		say_places(out, s, host);
}

static struct tm local_time(int64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	return tm;
}

static void say_keys(struct buf *out, const struct uplink_status *s)
{
	char pin[PIN_TEXT_MAX], when[32];

	pin_text(s->peer_pin, pin);
	buf_printf(out, ": it shows %s; trusted is ", pin);
	for (size_t i = 0; i < s->pins->count; i++) {
		pin_text(s->pins->at[i], pin);
		buf_printf(out, i ? " or %s" : "%s", pin);
	}
	struct tm tm = local_time(s->pinned_at);
	strftime(when, sizeof(when), "%Y-%m-%d", &tm);
	if (s->pinned_at)
		buf_printf(out, ", since %s", when);
}

static void say_refusal(struct buf *out, const struct uplink_status *s, const char *host)
{
	const char *advice = rows[s->failure].advice;

	say_failure(out, s, host);
	if (s->failure == FAILURE_KEY && s->pins && s->peer_pin)
		say_keys(out, s);
	if (out->len && !strchr(".!?", out->at[out->len - 1]))
		buf_add_char(out, '.');
	if (!advice[0])
		return;
	buf_add_char(out, ' ');
	struct buf address = {0};
	link_address(&address, host, s->port ? s->port : "");
	fill_in(out, advice, span_of(host), buf_span(&address), SPAN(""));
	buf_clear(&address);
}

static void say_send_again(struct buf *out, size_t count, int64_t oldest_ms, bool is_unsure)
{
	const char *lines = count == 1 ? "line" : "lines";
	char when[32];
	struct tm tm = local_time(oldest_ms);

	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	if (is_unsure)
		buf_printf(out,
			   "%zu %s may have been sent before the connection broke: send "
			   "again? y: yes, n: keep unsent, e: edit, d: drop",
			   count, lines);
	else
		buf_printf(out,
			   "send %zu %s from %s? y: yes, n: keep unsent, e: edit, "
			   "d: drop",
			   count, lines, when);
}

static void say_send_lost(struct buf *out, size_t count)
{
	buf_printf(out,
		   "the server lost %zu %s of yours: send again? y: yes, n: keep unsent, "
		   "e: edit, d: drop",
		   count, count == 1 ? "line" : "lines");
}

static void say_gone(struct buf *out, bool is_other)
{
	buf_add_str(out, is_other ? "the server has another history now"
				  : "the server does not know the last message here any more");
	buf_add_str(out, ": what stands above may be gone from it");
}

static void say_unsendable(struct buf *out, enum unsendable why)
{
	static const char *const words[] = {
		[UNSENDABLE_NO_STORE] =
			"nothing can be sent: there is no place to keep unsent messages",
		[UNSENDABLE_NOBODY] =
			"there is nobody to talk to here: go to a room or a person first",
		[UNSENDABLE_NO_EDITS] = "this server knows no edits: nothing was sent",
		[UNSENDABLE_NO_REACTIONS] = "this server knows no reactions: nothing was sent",
		[UNSENDABLE_NO_REMOVALS] =
			"this server takes no message back: nothing was sent",
		[UNSENDABLE_NO_UTF8] = "not sent: this is not UTF-8 text",
	};

	buf_add_str(out, words[why]);
}

static void say_not_kept(struct buf *out, const char *why)
{
	buf_printf(out, "not queued: the disk says: %s", why);
}

const struct words terminal_words = {
	.failure = say_failure,
	.refusal = say_refusal,
	.send_again = say_send_again,
	.send_lost = say_send_lost,
	.gone = say_gone,
	.unsendable = say_unsendable,
	.not_kept = say_not_kept,
};
