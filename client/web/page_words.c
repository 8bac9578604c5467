// SPDX-License-Identifier: MIT
#include "client/web/page_words.h"

#include "client/web/put.h"

#define WORDS_MAX 1024 // bytes of a sentence

const char *page_failure_name(enum failure failure)
{
	static const char *const names[] = {
#define FAILURE(name, retries) #name,
#include "client/net/failure.def"
#undef FAILURE
	};

	return names[failure];
}

static void say(struct buf *out, const char *name)
{
	char *to = buf_space(out, WORDS_MAX);
	size_t len = page_words(name, strlen(name), to, WORDS_MAX);

	out->len += len < WORDS_MAX ? len : WORDS_MAX;
}

static void say_ended(struct buf *out, const char *name, const struct uplink_status *s,
		      const char *host)
{
	page_open_object(NULL);
	put_str("failure", page_failure_name(s->failure));
	put_text("detail", span_trim(span_of(s->detail)));
	put_str("host", host);
	page_close();
	say(out, name);
}

static void say_failure(struct buf *out, const struct uplink_status *s, const char *host)
{
	say_ended(out, "failure", s, host);
}

static void say_refusal(struct buf *out, const struct uplink_status *s, const char *host)
{
	say_ended(out, "refusal", s, host);
}

static void say_send_again(struct buf *out, size_t count, int64_t oldest_ms, bool is_unsure)
{
	page_open_object(NULL);
	put_number("count", (double)count);
	put_ms("oldest", oldest_ms);
	put_flag("isUnsure", is_unsure);
	page_close();
	say(out, "sendAgain");
}

static void say_send_lost(struct buf *out, size_t count)
{
	page_open_object(NULL);
	put_number("count", (double)count);
	page_close();
	say(out, "sendLost");
}

static void say_gone(struct buf *out, bool is_other)
{
	page_open_object(NULL);
	put_flag("isOther", is_other);
	page_close();
	say(out, "gone");
}

static void say_unsendable(struct buf *out, enum unsendable why)
{
	static const char *const names[] = {
		[UNSENDABLE_NO_STORE] = "noStore",
		[UNSENDABLE_NOBODY] = "nobody",
		[UNSENDABLE_NO_EDITS] = "noEdits",
		[UNSENDABLE_NO_REACTIONS] = "noReactions",
		[UNSENDABLE_NO_REMOVALS] = "noRemovals",
		[UNSENDABLE_NO_UTF8] = "noUtf8",
	};

	page_open_object(NULL);
	put_str("why", names[why]);
	page_close();
	say(out, "unsendable");
}

static void say_not_kept(struct buf *out, const char *why)
{
	page_open_object(NULL);
	put_str("why", why);
	page_close();
	say(out, "notKept");
}

const struct words page_words_table = {
	.failure = say_failure,
	.refusal = say_refusal,
	.send_again = say_send_again,
	.send_lost = say_send_lost,
	.gone = say_gone,
	.unsendable = say_unsendable,
	.not_kept = say_not_kept,
};
