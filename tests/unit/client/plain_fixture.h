// SPDX-License-Identifier: MIT
// Line mode on pipes: what it prints, and what it asks for.
#pragma once

#include "client/ui/plain_private.h"
#include "tests/unit/client/model_fixture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct lines {
	struct fixture *f;
	struct plain *p;
	struct loop *loop;
	struct intents intents;
	int in[2], out[2];
	struct buf asked;
	char printed[8000];
	bool is_offline;
};

static inline void ask_message(void *arg, struct target *t, enum line_kind kind,
			       struct span text, struct span reply_to)
{
	static const char *const kinds[] = {
		[LINE_MESSAGE] = "say", [LINE_EDIT] = "edit", [LINE_REACTION] = "react"};
	buf_printf(&((struct lines *)arg)->asked, "%s in %s to " SPAN_FMT ": " SPAN_FMT "\n",
		   kinds[kind], t->name, SPAN_ARG(reply_to), SPAN_ARG(text));
}

static inline bool ask_raw(void *arg, struct span line)
{
	struct lines *w = arg;
	if (!w->is_offline)
		buf_printf(&w->asked, SPAN_FMT "\n", SPAN_ARG(line));
	return !w->is_offline;
}

static inline void ask_remove(void *arg, struct target *t, struct span id)
{
	buf_printf(&((struct lines *)arg)->asked, "remove " SPAN_FMT " in %s\n", SPAN_ARG(id),
		   t->name);
}

static inline void ask_mark(void *arg, struct target *t, int64_t at_ms)
{
	buf_printf(&((struct lines *)arg)->asked, "read %s %lld\n", t->name, (long long)at_ms);
}

static inline void ask_seek(void *arg, struct target *t, struct span id, int64_t at_ms)
{
	struct lines *w = arg;
	if (id.len)
		buf_printf(&w->asked, "seek " SPAN_FMT " in %s\n", SPAN_ARG(id), t->name);
	else
		buf_printf(&w->asked, "seek %lld in %s\n", (long long)at_ms, t->name);
}

static inline void ask_get(void *arg, struct target *t, struct span id, struct span path,
			   bool opens)
{
	buf_printf(&((struct lines *)arg)->asked, "get %s " SPAN_FMT " \"" SPAN_FMT "\"%s\n",
		   t->name, SPAN_ARG(id), SPAN_ARG(path), opens ? " opens" : "");
}

static inline void ask_answer(void *arg, int id, char choice)
{
	buf_printf(&((struct lines *)arg)->asked, "answer %d %c\n", id, choice);
}

static inline void ask_typed(void *arg, struct target *t, struct span text)
{
	buf_printf(&((struct lines *)arg)->asked, "typed in %s: " SPAN_FMT "\n", t->name,
		   SPAN_ARG(text));
}

static inline void ask_prove(void *arg, int question_id, struct span text)
{
	buf_printf(&((struct lines *)arg)->asked, "prove %d " SPAN_FMT "\n", question_id,
		   SPAN_ARG(text));
}

static inline struct lines *begin(struct fixture *f)
{
	static struct lines w;
	setenv("TZ", "UTC", 1);
	tzset();
	w = (struct lines){.f = f, .loop = loop_new()};
	w.intents = (struct intents){.arg = &w,
				     .message = ask_message,
				     .raw = ask_raw,
				     .remove = ask_remove,
				     .answer = ask_answer,
				     .get = ask_get,
				     .prove = ask_prove,
				     .seek = ask_seek,
				     .mark_read = ask_mark,
				     .typed = ask_typed};
	assert_int_equal(pipe(w.in), 0);
	assert_int_equal(pipe(w.out), 0);
	w.p = plain_new(w.loop, f->m, &w.intents, w.in[0], w.out[1]);
	return &w;
}

static inline void end(struct lines *w)
{
	plain_free(w->p);
	for (int i = 0; i < 2; i++) {
		close(w->in[i]);
		close(w->out[i]);
	}
	buf_clear(&w->asked);
	loop_free(w->loop);
}

// What came out since the last time, once all is written; days left out.
static inline const char *printed(struct lines *w)
{
	static char text[8000];
	loop_turn(w->loop, 0); // its end tells where we are
	plain_sayf(w->p, "END");
	size_t len = 0;
	do {
		loop_turn(w->loop, 0);
		struct pollfd ready = {.fd = w->out[0], .events = POLLIN};
		if (poll(&ready, 1, 0) > 0)
			len += (size_t)read(w->out[0], w->printed + len,
					    sizeof(w->printed) - 1 - len);
		w->printed[len] = '\0';
	} while (!strstr(w->printed, "END\n"));
	struct span rest = span_of(w->printed);
	text[0] = '\0';
	while (rest.len) {
		struct span line = span_cut(&rest, '\n');
		if (!span_starts(line, SPAN("---")) && !span_eq(line, SPAN("END")))
			snprintf(text + strlen(text), sizeof(text) - strlen(text),
				 SPAN_FMT "\n", SPAN_ARG(line));
	}
	return text;
}

static inline void expect_asked(struct lines *w, const char *asked)
{
	assert_string_equal(buf_str(&w->asked), asked);
	buf_reset(&w->asked);
}

static inline void act(struct lines *w, const char *name, const char *text)
{
	assert_true(plain_message_act(w->p, span_of(name), span_of(text)));
}

static inline void type_line(struct lines *w, const char *text)
{
	assert_int_equal(write(w->in[1], text, strlen(text)), (ssize_t)strlen(text));
	loop_turn(w->loop, -1);
}

#define AT(clock, id) "@time=2026-11-22T" clock ":00.000Z;msgid=" id " "

static inline void talk(struct lines *w)
{
	say(w->f->m, AT("12:05", "i1") ":bob!b@h PRIVMSG #den :see https://wiki/x ok");
	say(w->f->m, AT("12:06", "i2") ":ann!a@h PRIVMSG #den :mine");
	say(w->f->m, AT("12:07", "i3") ":cem!c@h PRIVMSG ann :psst");
}
