// SPDX-License-Identifier: MIT
// snug send, edit, react, redact, read: saying something from a script.
//
// Exit 0 means that the server has stored it.
#include "client/verbs/errand.h"
#include "client/api/exit_code.h"
#include "client/outside/outside_loop.h"
#include "client/sync/unsent.h"
#include "client/verbs/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 10000
#define TEXT_MAX (64u * 1024)

static int timeout_ms(const struct options *o)
{
	return o->timeout ? o->timeout * 1000 : TIMEOUT_MS;
}

static void print_stored(void *arg, const json_t *answer, bool is_last)
{
	const struct options *o = arg;
	const char *id = json_string_value(json_object_get(answer, "id"));

	if (is_last)
		return;
	if (o->json) {
		print_json(answer);
	} else if (id && id[0]) {
		print_words(stdout, "%s", id);
	}
}

static int run(struct options *o, json_t *request)
{
	struct errand e = {
		.options = o,
		.request = request,
		.fn = print_stored,
		.arg = o,
		.changes = true,
		.timeout_ms = timeout_ms(o),
	};
	int code = errand_run(&e);

	json_decref(request);
	return code;
}

static void set_text(json_t *request, const char *key, const char *value)
{
	if (value)
		json_object_set_new(request, key, json_string(value));
}

// The words behind the target, or all of stdin.
static bool read_text(const struct options *o, struct buf *text)
{
	bool is_stdin = o->n_args == 1 || (o->n_args == 2 && strcmp(o->args[1], "-") == 0);

	for (int i = 1; !is_stdin && i < o->n_args; i++)
		buf_printf(text, "%s%s", i > 1 ? " " : "", o->args[i]);
	if (!is_stdin)
		return true;
	if (isatty(STDIN_FILENO))
		fprintf(stderr, "Type the message; Ctrl-D ends it.\n");
	for (size_t got = 1; got;) {
		got = fread(buf_space(text, 4096), 1, 4096, stdin);
		text->len += got;
		if (text->len > TEXT_MAX) {
			fprintf(stderr, "snug: the text is longer than %u bytes\n", TEXT_MAX);
			return false;
		}
	}
	while (text->len && text->at[text->len - 1] == '\n')
		text->len--;
	return true;
}

// The same as a string; NULL: said why.
static json_t *need_text(const struct options *o)
{
	struct buf text = {0};
	json_t *words = NULL;

	if (read_text(o, &text) && text.len)
		words = json_stringn(text.at, text.len);
	buf_clear(&text);
	if (!words)
		fprintf(stderr, "snug: there is no text, or it is no UTF-8\n");
	return words;
}

int snug_send(struct options *o)
{
	char made[CLIENT_ID_LEN + 1];

	json_t *words = need_text(o);
	if (!words)
		return EXIT_USAGE;
	json_t *request =
		json_pack("{s:s, s:s, s:o}", "op", "send", "target", o->args[0], "text", words);
	// Made here, so that asking twice is still one message.
	struct outside here = outside_of_loop(NULL);
	client_id_make(&here, made);
	set_text(request, "id", o->id ? o->id : made);
	set_text(request, "reply", o->reply);
	set_text(request, "kind", o->me ? "action" : NULL);
	return run(o, request);
}

// Takes `text` over; NULL: there is none.
static int on_message(struct options *o, const char *op, json_t *text)
{
	if (!o->in) {
		json_decref(text);
		fprintf(stderr, "snug: say where the message stands: --in TARGET\n");
		return EXIT_USAGE;
	}
	json_t *request =
		json_pack("{s:s, s:s, s:s}", "op", op, "target", o->in, "id", o->args[0]);
	if (text)
		json_object_set_new(request, "text", text);
	return run(o, request);
}

int snug_edit(struct options *o)
{
	json_t *text = need_text(o);
	return text ? on_message(o, "edit", text) : EXIT_USAGE;
}

int snug_react(struct options *o)
{
	return on_message(o, "react", json_string(o->args[1]));
}

int snug_redact(struct options *o)
{
	return on_message(o, "redact", o->n_args == 2 ? json_string(o->args[1]) : NULL);
}

int snug_read(struct options *o)
{
	return run(o, json_pack("{s:s, s:s}", "op", "read", "target", o->args[0]));
}
