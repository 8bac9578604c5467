// SPDX-License-Identifier: MIT
// snugd's side of errands without a snugd: the starter, snug-errand and what is under way.
//
// usage: errander FOLDER CA_FILE [ALLOW ...]
// A line "NUMBER URL LENGTH" is a push with a body of so many bytes; with " get" or " post"
// behind it an issuer is asked in that way. A line "NUMBER OUTCOME STATUS RETRY_AFTER LENGTH"
// says what came of it, "NUMBER later" or "NUMBER never" that it was not posted. "up" is said
// when the program is. It ends with its input.
#include "common/die.h"
#include "common/log.h"
#include "server/beside/beside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TOPIC "den"

struct errander {
	struct loop *loop;
	struct beside *beside;
	struct loop_hook *hook;
	bool is_up;
	struct buf input;
};

static bool keep_rights(void)
{
	return true;
}

static void on_told(UNUSED void *arg, const struct errand_answer *a)
{
	printf("%" PRIu64 " %s %u %" PRIu32 " %zu\n", a->number,
	       errand_outcome_word(a->outcome), a->status, a->retry_after_s, a->body.len);
}

static void ask_an_issuer(struct errand_request *r, struct span way)
{
	*r = (struct errand_request){
		.kind = ERRAND_ISSUER,
		.method = span_eq(way, SPAN("get")) ? ERRAND_GET : ERRAND_POST,
		.url = r->url,
		.headers = {[ERRAND_HEADER_ACCEPT] = SPAN("application/json"),
			    [ERRAND_HEADER_AUTHORIZATION] = SPAN("Bearer abc")}};
}

static void post(struct errander *e, struct span line)
{
	static char body[ERRAND_FORM_MAX + 1];
	static const char *const words[] = {[ERRAND_LATER] = "later", [ERRAND_NEVER] = "never"};
	struct span number = span_cut(&line, ' '), url = span_cut(&line, ' ');
	struct span length = span_cut(&line, ' ');
	uint64_t len = 0;
	struct errand_request r = {
		.kind = ERRAND_PUSH,
		.url = url,
		.headers = {
			[ERRAND_HEADER_TTL] = SPAN("60"), [ERRAND_HEADER_TOPIC] = SPAN(TOPIC)}};
	enum errand_posted posted;

	if (line.len)
		ask_an_issuer(&r, line);
	if (!span_to_u64(number, &r.number) || !span_to_u64(length, &len) || len > sizeof(body))
		exit(2);
	r.body = span_from(body, len);
	posted = errand_post(beside_errands(e->beside), &r, on_told, e);
	if (posted != ERRAND_POSTED)
		printf("%" PRIu64 " %s\n", r.number, words[posted]);
}

static void on_input(void *arg, UNUSED unsigned events)
{
	struct errander *e = arg;
	ssize_t len = read(STDIN_FILENO, buf_space(&e->input, 65536), 65536);
	const char *end;

	if (len <= 0) {
		loop_stop(e->loop);
		return;
	}
	e->input.len += (size_t)len;
	while ((end = memchr(e->input.at, '\n', e->input.len))) {
		size_t n = (size_t)(end - e->input.at);
		post(e, span_from(e->input.at, n));
		buf_drop(&e->input, n + 1);
	}
}

static void on_turn(void *arg)
{
	struct errander *e = arg;
	bool is_up = beside_state(e->beside, PROGRAM_ERRAND) == HELPER_UP;

	if (is_up && !e->is_up)
		puts("up");
	e->is_up = is_up;
}

int main(int argc, char **argv)
{
	struct starter_order order = {.drop_rights = keep_rights};
	struct errander e = {0};
	struct loop_fd *input;
	int starter;

	if (argc < 3)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	order.folder = argv[1];
	order.errand_words = (const char *const *)(argv + 2);
	starter = starter_fork(&order);
	if (starter < 0)
		return 1;
	e.loop = loop_new();
	e.beside = beside_new(e.loop, starter, (const bool[PROGRAMS]){[PROGRAM_ERRAND] = true});
	e.hook = loop_at_turn_end(e.loop, on_turn, &e);
	input = loop_add(e.loop, STDIN_FILENO, LOOP_READ, on_input, &e);
	loop_run(e.loop);
	loop_remove(input);
	loop_hook_remove(e.hook);
	beside_free(e.beside);
	loop_free(e.loop);
	buf_clear(&e.input);
	return 0;
}
