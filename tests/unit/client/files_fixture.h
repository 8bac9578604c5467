// SPDX-License-Identifier: MIT
// Files that go and come: a core that is logged in in a world made by hand, and a server for its
// files over a real socket.
#pragma once

#include "client/app/courier.h"
#include "client/model/line_file.h"
#include "tests/unit/client/core.h"
#include "tests/unit/client/web_files.h"

#include <ftw.h>
#include <sys/stat.h>

struct files {
	struct core *core;
	struct loop *loop;
	struct web_files web;
	struct preferences config;
	struct intents intents;
	struct courier *courier;
	struct buf said; // as messages
	char folder[40], path[64];
};

static inline void files_say(void *arg, struct target *t, enum line_kind kind, struct span text,
			     struct span reply_to)
{
	struct files *f = arg;

	assert_true(kind == LINE_MESSAGE && reply_to.len == 0);
	buf_printf(&f->said, "%s: " SPAN_FMT "\n", t->name, SPAN_ARG(text));
}

static inline void files_write(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

// The server names its place for files, and shows the same key there.
static inline void files_log_in(struct files *f)
{
	struct core *c = f->core;
	struct uplink_order order = {
		.host = "127.0.0.1",
		.port = "1",
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};
	char line[128];

	memcpy(c->world.pin, f->web.server.pin, TLS_PIN_LEN);
	pins_set(&order.pins, f->web.server.pin);
	engine_open(&c->e, &order);
	core_welcome(c, CORE_CAPS);
	snprintf(line, sizeof(line), ":h 005 ann draft/FILEHOST=%s :are", f->web.url);
	core_hear(c, line);
	core_hear(c, ":ann!a@h JOIN #den");
}

static inline int files_set_up(void **state)
{
	struct files *f = calloc(1, sizeof(*f));
	void *core = NULL;

	core_set_up(&core);
	f->core = core;
	f->loop = loop_new();
	web_files_init(&f->web, f->loop);
	strcpy(f->folder, "/tmp/snug-files-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/tide.txt", f->folder);
	files_write(f->path, "body\r\n");
	f->core->e.model->read_file = line_file_read;
	f->intents = (struct intents){.arg = f, .message = files_say};
	f->courier = courier_new(f->loop, &f->core->e, &f->config, &f->intents);
	files_log_in(f);
	*state = f;
	return 0;
}

static inline int files_remove(const char *path, const struct stat *st UNUSED, int kind UNUSED,
			       struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline int files_tear_down(void **state)
{
	struct files *f = *state;
	void *core = f->core;

	calls_lost(f->core->e.calls);
	courier_free(f->courier);
	scripted_clear(&f->web.server);
	core_tear_down(&core);
	loop_free(f->loop);
	buf_clear(&f->said);
	int result = nftw(f->folder, files_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return result;
}

static inline struct target *files_den(struct files *f)
{
	return core_room(f->core, "#den");
}

// Bob sends one; it has this id, and these tags.
static inline void files_come(struct files *f, const char *id, const char *tags)
{
	char line[256];

	snprintf(line, sizeof(line),
		 "@msgid=%s;time=2026-11-22T12:00:00.000Z;snug.chat/file=F%s%s "
		 ":bob!b@h PRIVMSG #den :%s/F%s",
		 id, id, tags, f->web.url, id);
	core_hear(f->core, line);
}

// A note in t says it, whole; all are forgotten then.
static inline void files_expect_told(struct files *f, struct target *t, enum line_kind kind,
				     const char *words)
{
	struct buf all = {0};
	bool is_told = false;

	for (size_t i = 0; i < t->log.count; i++) {
		const struct log_line *l = scrollback_at(&t->log, i);
		is_told |= l->kind == kind && span_eq(line_says(l), span_of(words));
		buf_printf(&all, "%d " SPAN_FMT "\n", l->kind, SPAN_ARG(line_says(l)));
	}
	if (!is_told)
		fail_msg("\"%s\" was not told, but: %s", words, buf_str(&all));
	buf_clear(&all);
	model_clear_notes(f->core->e.model, t);
}

static inline void files_expect_progress(struct files *f, const char *words)
{
	const char *progress = f->core->e.model->progress;

	if (!words || !progress)
		assert_ptr_equal(progress, words);
	else
		assert_string_equal(progress, words);
}

static inline void files_give_token(struct files *f, const char *token)
{
	struct buf line = {0};

	buf_printf(&line, " :h FILEHOST TOKEN %s", token);
	core_answer(f->core, "FILEHOST TOKEN", buf_str(&line));
	buf_clear(&line);
	buf_reset(&f->core->world.said);
}
