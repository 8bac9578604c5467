// SPDX-License-Identifier: MIT
// The program's own composition root (client/app/client.c), in a world made by hand; its files
// stand in a folder of the test.
#pragma once

#include "client/app/client_private.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "common/die.h"
#include "tests/support/loose_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ftw.h>

#define NOW_MS 1795348800000 // 2026-11-22T12:00:00Z
#define CAPS                                                                                   \
	"draft/message-redaction message-tags server-time labeled-response batch echo-message snug.chat/exactly-once"
#define CAPS_NUMBERED CAPS " snug.chat/sequence draft/chathistory"

struct fixture {
	struct loop *loop; // for the files alone
	struct loose_world world;
	struct folders paths;
	struct profile profile;
	struct preferences config;
	struct client *client;
	const char *history; // NULL: the server names none
	char home[40];
};

static inline void start(struct fixture *f)
{
	struct buf errors = {0};

	assert_true(settings_read(&f->config, &f->paths, NULL, &errors));
	f->client = client_new(f->loop, &f->world.outside, &f->paths, &f->profile, &f->config,
			       NULL);
	buf_clear(&errors);
}

static inline void end(struct fixture *f)
{
	client_free(f->client);
	settings_clear(&f->config);
}

static inline int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	loose_world_init(&f->world, NOW_MS);
	snprintf(f->home, sizeof(f->home), "/tmp/snug-client-XXXXXX");
	assert_non_null(mkdtemp(f->home));
	folders_init(&f->paths, f->home);
	profile_init(&f->profile, &f->paths, "den", "h", "1");
	free(f->profile.account);
	f->profile.account = xstrdup("ann");
	f->profile.pins.count = 1;
	assert_null(profile_save(&f->profile));
	start(f);
	*state = f;
	return 0;
}

static inline int remove_one(const char *path, const struct stat *st UNUSED, int kind UNUSED,
			     struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	end(f);
	loose_world_clear(&f->world);
	profile_clear(&f->profile);
	folders_clear(&f->paths);
	loop_free(f->loop);
	int result = nftw(f->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return result;
}

static inline void hear(struct fixture *f, const char *line)
{
	loose_world_hear(&f->world, span_of(line));
}

static inline void welcome(struct fixture *f)
{
	assert_true(loose_world_answer(&f->world));
	hear(f, f->history ? ":h CAP * LS :" CAPS_NUMBERED : ":h CAP * LS :" CAPS);
	hear(f, f->history ? ":h CAP * ACK :" CAPS_NUMBERED : ":h CAP * ACK :" CAPS);
	hear(f, ":h 001 ann :hi");
	hear(f, ":h 005 ann CHANTYPES=# :are");
	if (f->history) {
		char line[80];
		snprintf(line, sizeof(line), ":h 005 ann snug.chat/HISTORY=%s :are",
			 f->history);
		hear(f, line);
	}
	hear(f, ":h PONG h snug-alive-1");
}

static inline void log_in(struct fixture *f)
{
	struct login_order login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""};

	client_connect(f->client, &login);
	welcome(f);
	hear(f, ":ann!a@h JOIN #den");
	assert_true(model_is_online(f->client->core.model));
}

static inline struct target *den(struct fixture *f)
{
	return target_need(f->client->core.model, SPAN("#den"));
}

static inline void type(struct fixture *f, const char *text)
{
	const struct intents *i = &f->client->seat.intents;

	i->typed(i->arg, den(f), span_of(text));
	// Kept at the turn's end.
	loop_turn(f->loop, 0);
}

static inline enum own_state first_own(struct fixture *f)
{
	assert_false(list_is_empty(&den(f)->own));
	return container_of(den(f)->own.next, struct own, in_target)->state;
}

static inline const struct log_line *newest(struct fixture *f)
{
	assert_true(den(f)->log.count > 0);
	return scrollback_at(&den(f)->log, den(f)->log.count - 1);
}

// The value of a tag of the line that the client said last.
static inline void last_tag(struct fixture *f, const char *key, char out[static 80])
{
	struct span rest = buf_span(&f->world.said), last = SPAN(""), value;
	struct msg m;

	while (rest.len)
		last = span_cut(&rest, '\n');
	assert_int_equal(msg_parse(&m, last), MSG_OK);
	assert_true(msg_tag(&m, span_of(key), &value));
	snprintf(out, 80, SPAN_FMT, SPAN_ARG(value));
}

static inline void answer(struct fixture *f, const char *format)
{
	char label[80], line[300];

	last_tag(f, "label", label);
	snprintf(line, sizeof(line), "@label=%s%s", label, format);
	hear(f, line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
