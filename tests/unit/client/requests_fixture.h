// SPDX-License-Identifier: MIT
// What other programs may ask, at a core in a world made by hand: a request goes in, what the
// client says to that and what it answers comes out. In all of these texts ' stands for ".
#pragma once

#include "client/api/requests.h"
#include "tests/unit/client/core.h"

#define ASKED_CAPS                                                                             \
	CORE_EXACT " draft/read-marker draft/message-redaction soju.im/search draft/multiline"
#define ASKED_TALKS 4

struct asked {
	struct core *core;
	struct requests *r;
	struct buf answers; // a line each
};

// What is said, and what the server says to it (core_answer).
struct asked_talk {
	const char *to, *with;
};

struct asked_row {
	const char *request;
	struct asked_talk talk[ASKED_TALKS];
	const char *answers;
};

static inline void asked_note(void *arg, const json_t *answer, bool is_last)
{
	struct buf *answers = arg;
	const char *type = json_string_value(json_object_get(answer, "type"));

	assert_int_equal(is_last, strcmp(type, "end") == 0);
	json_add_line(answers, answer);
}

static inline void asked_on_line(void *arg, const struct msg *m)
{
	requests_line(((struct asked *)arg)->r, m);
}

static inline void asked_on_online(void *arg)
{
	requests_link(((struct asked *)arg)->r, true);
}

static inline void asked_on_offline(void *arg)
{
	requests_link(((struct asked *)arg)->r, false);
}

// The same with " for each '; to be freed.
static inline char *asked_quoted(const char *text)
{
	char *quoted = strdup(text);

	for (char *c = quoted; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return quoted;
}

static inline int asked_set_up(void **state)
{
	struct asked *a = calloc(1, sizeof(*a));
	void *core = NULL;

	core_set_up_stored(&core);
	a->core = core;
	struct engine *e = &a->core->e;
	a->r = requests_new(e->session, e->calls, e->model, &terminal_words);
	e->events = (struct engine_events){.arg = a,
					   .on_line = asked_on_line,
					   .on_online = asked_on_online,
					   .on_offline = asked_on_offline};
	*state = a;
	return 0;
}

static inline int asked_tear_down(void **state)
{
	struct asked *a = *state;
	void *core = a->core;

	calls_lost(a->core->e.calls);
	requests_free(a->r);
	a->core->e.events = (struct engine_events){0};
	buf_clear(&a->answers);
	free(a);
	return core_tear_down(&core);
}

static inline void asked_run(struct asked *a, const char *request)
{
	char *text = asked_quoted(request);
	json_t *asked = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(asked);
	requests_run(a->r, asked, asked_note, &a->answers);
	json_decref(asked);
	free(text);
}

static inline void asked_expect(struct asked *a, const char *request, const char *answers)
{
	char *wanted = asked_quoted(answers);

	if (strcmp(buf_str(&a->answers), wanted) != 0)
		fail_msg("%s was answered by %snot by %s (said: %s)", request,
			 buf_str(&a->answers), wanted, buf_str(&a->core->world.said));
	buf_reset(&a->answers);
	free(wanted);
}

static inline void asked_play(struct asked *a, const struct asked_row *row)
{
	size_t said = a->core->world.said.len;

	asked_run(a, row->request);
	// What is refused here is said to nobody.
	if (!row->talk[0].to && a->core->world.said.len != said)
		fail_msg("%s said: %s", row->request, buf_str(&a->core->world.said) + said);
	for (size_t i = 0; i < ASKED_TALKS && row->talk[i].to; i++)
		core_answer(a->core, row->talk[i].to, row->talk[i].with);
	asked_expect(a, row->request, row->answers);
}

#define ASKED(fn) cmocka_unit_test_setup_teardown(fn, asked_set_up, asked_tear_down)
