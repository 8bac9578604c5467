// SPDX-License-Identifier: MIT
// snug pipe: JSON Lines both ways on stdin and stdout, for bots. One login, kept alive.
//
// Every line of stdin is a request (requests.h); what is said in our rooms comes out as
// events from the start on. Ends with the input, when all requests have their answers.
#include "client/verbs/cold.h"
#include "client/verbs/errand.h"
#include "client/api/exit_code.h"
#include "client/app/terminal_words.h"
#include "client/verbs/print.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_BYTES_MAX (256 * 1024)

struct pipe {
	struct cold cold;
	struct requests *requests;
	struct loop_fd *watch;
	struct buf in;
	size_t n_open;
	bool is_ended; // the input
};

static void note_end(struct pipe *p)
{
	p->cold.is_over = p->is_ended && !p->n_open;
}

static void on_answer(void *arg, const json_t *answer, bool is_last)
{
	struct pipe *p = arg;

	print_json(answer);
	if (!is_last)
		return;
	p->n_open--;
	note_end(p);
}

static void on_event(void *arg UNUSED, const json_t *event, bool is_last UNUSED)
{
	print_json(event);
}

static void on_line(void *arg, const struct msg *m)
{
	struct pipe *p = arg;

	if (p->requests)
		requests_line(p->requests, m);
}

static void take_line(struct pipe *p, struct span line)
{
	json_t *request = json_loadb(line.at, line.len, 0, NULL);

	p->n_open++;
	requests_run(p->requests, request, on_answer, p);
	json_decref(request);
}

static void end_input(struct pipe *p)
{
	loop_remove(p->watch);
	p->watch = NULL;
	p->is_ended = true;
	note_end(p);
}

static void on_input(void *arg, unsigned events UNUSED)
{
	struct pipe *p = arg;
	ssize_t got = read(STDIN_FILENO, buf_space(&p->in, 65536), 65536);
	size_t taken = 0;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	p->in.len += got > 0 ? (size_t)got : 0;
	struct span rest = buf_span(&p->in);
	while (span_find(rest, '\n') < rest.len) {
		struct span line = span_cut(&rest, '\n');
		taken += line.len + 1;
		if (line.len)
			take_line(p, line);
	}
	buf_drop(&p->in, taken);
	if (got <= 0 || p->in.len > LINE_BYTES_MAX)
		end_input(p);
}

static void follow(struct pipe *p)
{
	json_t *request = json_pack("{s:s}", "op", "follow");

	requests_run(p->requests, request, on_event, NULL);
	json_decref(request);
}

int snug_pipe(struct options *o)
{
	struct pipe p = {0};
	int code = cold_open(&p.cold, o, COLD_SEEN);

	if (code != EXIT_OK)
		return code;
	p.cold.on_line = on_line;
	p.cold.arg = &p;
	code = cold_ask(&p.cold, "PING rooms", NULL, NULL);
	if (code == EXIT_OK) {
		p.requests = requests_new(p.cold.session, p.cold.calls, p.cold.model,
					  &terminal_words);
		follow(&p);
		p.watch = loop_add(p.cold.loop, STDIN_FILENO, LOOP_READ, on_input, &p);
		code = cold_wait(&p.cold, 0);
		loop_remove(p.watch);
		requests_free(p.requests);
		p.requests = NULL;
	}
	buf_clear(&p.in);
	cold_close(&p.cold);
	return code;
}
