// SPDX-License-Identifier: MIT
// snug account: what is stored of oneself, page by page on stdout, and the end of it (ACCOUNT
// of snugd).
#include "client/api/exit_code.h"
#include "client/verbs/cold.h"
#include "client/verbs/options.h"
#include "client/verbs/print.h"
#include "client/verbs/prove.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PLACE_MAX 64         // inside: "heard-" and two numbers
#define RECORD_MAX (1 << 20) // inside: longer than any line that a server has

struct export
{
	char place[PLACE_MAX]; // of the next page; "*": there is none
	bool is_page;          // the server told of one
	struct buf line;       // the pieces of a line so far
};

static void take_piece(struct export *e, struct span piece, bool is_last)
{
	if (e->line.len < RECORD_MAX)
		buf_add_span(&e->line, piece);
	if (!is_last)
		return;
	print_words(stdout, "%s", buf_str(&e->line));
	buf_clear(&e->line);
}

// EXPORT + :piece, EXPORT * :last piece, NOTE ACCOUNT EXPORT_PAGE PLACE :words
static void on_page(void *arg, const struct msg *m)
{
	struct export *e = arg;
	struct span text = msg_param(m, 1);

	if (span_eq_fold(m->command, SPAN("EXPORT"))) {
		take_piece(e, text, span_eq(msg_param(m, 0), SPAN("*")));
	} else if (span_eq_fold(m->command, SPAN("NOTE")) &&
		   span_eq(text, SPAN("EXPORT_PAGE"))) {
		snprintf(e->place, sizeof(e->place), SPAN_FMT, SPAN_ARG(msg_param(m, 2)));
		e->is_page = true;
	}
}

static int ask_page(struct cold *c, const struct options *o, struct export *e)
{
	char line[PLACE_MAX + 20];
	int code;

	snprintf(line, sizeof(line), "ACCOUNT EXPORT%s%s", e->place[0] ? " " : "", e->place);
	e->is_page = false;
	code = prove_ask(c, o, line, on_page, e);
	if (code == EXIT_OK && !e->is_page) {
		fprintf(stderr, "snug: this server has no command for that\n");
		return EXIT_REFUSED;
	}
	return code;
}

static int export(struct cold *c, const struct options *o)
{
	struct export e = {0};
	int code;

	do
		code = ask_page(c, o, &e);
	while (code == EXIT_OK && strcmp(e.place, "*") != 0 && !ferror(stdout));
	buf_clear(&e.line);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "snug: cannot write: %s\n", strerrordesc_np(errno));
	return EXIT_UNKNOWN;
}

// NOTE ACCOUNT CODE [time] :words
static void on_note(void *arg, const struct msg *m)
{
	(void)arg;
	if (span_eq_fold(m->command, SPAN("NOTE")) && m->n_params > 2)
		print_words(stderr, SPAN_FMT, SPAN_ARG(m->params[m->n_params - 1]));
}

int snug_account(struct options *o)
{
	bool is_export = !strcmp(o->args[0], "export"), is_end = !strcmp(o->args[0], "delete");
	struct cold c;
	int code;

	if (!is_export && !is_end && strcmp(o->args[0], "keep") != 0)
		return verb_misused("account");
	code = cold_open(&c, o, COLD_UNSEEN);
	if (code != EXIT_OK)
		return code;
	if (is_export)
		code = export(&c, o);
	else
		code = prove_ask(&c, o, is_end ? "ACCOUNT DELETE" : "ACCOUNT KEEP", on_note,
				 NULL);
	cold_close(&c);
	return code;
}
