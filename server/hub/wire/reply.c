// SPDX-License-Identifier: MIT
#include "server/hub/wire/reply.h"

#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"

struct span reply_nick(const struct session *s)
{
	return s->registered ? span_of(s->account->name) : SPAN("*");
}

void reply_start(struct line *l, struct session *s, enum numeric n)
{
	char command[4] = {(char)('0' + n / 100), (char)('0' + n / 10 % 10),
			   (char)('0' + n % 10)};

	line_start(l, s->hub, NULL, command);
	line_param(l, reply_nick(s));
}

void reply_end(struct line *l, struct session *s)
{
	session_say(s, l);
	line_clear(l);
}

void reply(struct session *s, enum numeric n)
{
	struct line l;

	reply_start(&l, s, n);
	line_text(&l, span_of(numeric_text(n)));
	reply_end(&l, s);
}

void reply1(struct session *s, enum numeric n, struct span a)
{
	struct line l;

	reply_start(&l, s, n);
	line_param(&l, a);
	line_text(&l, span_of(numeric_text(n)));
	reply_end(&l, s);
}

void reply2(struct session *s, enum numeric n, struct span a, struct span b)
{
	struct line l;

	reply_start(&l, s, n);
	line_param(&l, a);
	line_param(&l, b);
	line_text(&l, span_of(numeric_text(n)));
	reply_end(&l, s);
}

void replyf(struct session *s, enum numeric n, const char *format, ...)
{
	struct buf text = {0};
	struct line l;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	reply_start(&l, s, n);
	line_text(&l, buf_span(&text));
	reply_end(&l, s);
	buf_clear(&text);
}

static void standard(struct session *s, const char *kind, const char *command, const char *code,
		     struct span context, const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, kind);
	line_str(&l, command);
	line_str(&l, code);
	if (context.at)
		line_param(&l, context);
	line_text(&l, span_of(text));
	reply_end(&l, s);
}

void fail(struct session *s, const char *command, const char *code, struct span context,
	  const char *text)
{
	standard(s, "FAIL", command, code, context, text);
}

void warn(struct session *s, const char *command, const char *code, struct span context,
	  const char *text)
{
	standard(s, "WARN", command, code, context, text);
}

void note(struct session *s, const char *command, const char *code, struct span context,
	  const char *text)
{
	standard(s, "NOTE", command, code, context, text);
}

void fail_waits(struct session *s, const char *command, struct span context)
{
	fail(s, command, "TEMPORARILY_UNAVAILABLE", context,
	     "Storing waits: the server has no room for more until its store is back; nothing "
	     "was done, try again later");
}

static bool disk_answers(struct session *s, const char *command, bool takes)
{
	if (takes)
		return true;
	s->hub->figures.refused[HUB_REFUSED_DISK]++;
	if (s->hub->disk == DISK_AWAY)
		fail_waits(s, command, (struct span){0});
	else
		fail(s, command, "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "The server cannot store anything at the moment: nothing was done, try "
		     "again later");
	return false;
}

bool need_disk(struct session *s, const char *command)
{
	return disk_answers(s, command, can_post(s->hub));
}

bool need_disk_to_mend(struct session *s, const char *command)
{
	return disk_answers(s, command, can_mend(s->hub));
}

void notice(struct session *s, const char *format, ...)
{
	struct buf text = {0};
	struct line l;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	line_start(&l, s->hub, NULL, "NOTICE");
	line_param(&l, reply_nick(s));
	line_text(&l, buf_span(&text));
	reply_end(&l, s);
	buf_clear(&text);
}

void batch_ref(struct hub *h, char out[static BATCH_REF_LEN + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t bytes[BATCH_REF_LEN];

	hub_random(h, bytes, sizeof(bytes));
	for (size_t i = 0; i < BATCH_REF_LEN; i++)
		out[i] = letters[bytes[i] % 32];
	out[BATCH_REF_LEN] = '\0';
}

void batch_open(struct session *s, const char *type, const struct span *params, size_t n_params,
		struct span outer, char out[static BATCH_REF_LEN + 1])
{
	char name[BATCH_REF_LEN + 2] = "+";
	struct line l;

	out[0] = '\0';
	if (!session_has(s, CAP_BATCH))
		return;
	batch_ref(s->hub, out);
	memcpy(name + 1, out, BATCH_REF_LEN + 1);
	line_start(&l, s->hub, NULL, "BATCH");
	line_str(&l, name);
	line_str(&l, type);
	for (size_t i = 0; i < n_params; i++)
		line_param(&l, params[i]);
	l.batch = outer;
	reply_end(&l, s);
}

void batch_end(struct line *l, struct session *s, const char *ref)
{
	char name[BATCH_REF_LEN + 2] = "-";

	memcpy(name + 1, ref, BATCH_REF_LEN + 1);
	line_start(l, s->hub, NULL, "BATCH");
	line_str(l, name);
}

void batch_close(struct session *s, const char *ref)
{
	struct line l;

	if (!ref[0])
		return;
	batch_end(&l, s, ref);
	reply_end(&l, s);
}
