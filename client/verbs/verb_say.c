// SPDX-License-Identifier: MIT
// snug send, edit, react, redact, read: saying something from a script.
//
// Exit 0 means that the server has stored it.
#include "client/verbs/errand.h"
#include "client/api/exit_code.h"
#include "client/outside/outside_loop.h"
#include "client/sync/unsent.h"
#include "client/verbs/print.h"
#include "client/verbs/verb_file.h"
#include "common/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 10000
#define TEXT_MAX (1024u * 1024)
#define CHUNK_MAX (16u * 1024) // inside: of one request

static int timeout_ms(const struct options *o)
{
	return o->timeout ? o->timeout * 1000 : TIMEOUT_MS;
}

struct sent {
	const struct options *options;
	size_t n_stored;
};

static void print_stored(void *arg, const json_t *answer, bool is_last)
{
	struct sent *s = arg;
	const struct options *o = s->options;
	const char *id = json_string_value(json_object_get(answer, "id"));
	const char *note = json_string_value(json_object_get(answer, "note"));

	if (is_last)
		return;
	s->n_stored++;
	if (note)
		print_words(stderr, "snug: %s", note);
	if (o->json) {
		print_json(answer);
	} else if (id && id[0]) {
		print_words(stdout, "%s", id);
	}
}

// `key`: the same once more sends only what is missing; or NULL.
static void say_stored(const struct sent *s, int code, const char *key)
{
	if (code && s->n_stored)
		fprintf(stderr, "snug: %zu message%s stored before that\n", s->n_stored,
			s->n_stored == 1 ? " was" : "s were");
	if (code == EXIT_UNKNOWN && key)
		fprintf(stderr, "snug: the same text with --id %s sends what is missing\n",
			key);
}

static int run(struct options *o, json_t *request, const char *key)
{
	struct sent s = {.options = o};
	struct errand e = {
		.options = o,
		.request = request,
		.fn = print_stored,
		.arg = &s,
		.changes = true,
		.timeout_ms = timeout_ms(o),
	};
	int code = errand_run(&e);

	json_decref(request);
	say_stored(&s, code, key);
	return code;
}

static void set_text(json_t *request, const char *key, const char *value)
{
	if (value)
		json_object_set_new(request, key, json_string(value));
}

// The words behind the target, or all of stdin. False: it was said why not.
static bool read_text(const struct options *o, struct buf *text)
{
	bool is_stdin = (o->n_args == 1 && !o->files.count) ||
			(o->n_args == 2 && strcmp(o->args[1], "-") == 0);

	for (int i = 1; !is_stdin && i < o->n_args; i++)
		buf_printf(text, "%s%s", i > 1 ? " " : "", o->args[i]);
	if (is_stdin && isatty(STDIN_FILENO))
		fprintf(stderr, "Type the message; Ctrl-D ends it.\n");
	for (size_t got = is_stdin; got && text->len <= TEXT_MAX;) {
		got = fread(buf_space(text, 4096), 1, 4096, stdin);
		text->len += got;
	}
	if (text->len > TEXT_MAX) {
		fprintf(stderr,
			"snug: the text is longer than %u bytes: nothing was sent; send it in "
			"parts\n",
			TEXT_MAX);
		return false;
	}
	while (text->len && text->at[text->len - 1] == '\n')
		text->len--;
	return true;
}

static bool need_text(const struct options *o, struct buf *text)
{
	if (!read_text(o, text))
		return false;
	bool is_text = utf8_is_valid(buf_span(text));
	if (!text->len)
		fprintf(stderr, "snug: there is no text\n");
	else if (!is_text)
		fprintf(stderr, "snug: the text is not UTF-8: nothing was sent\n");
	return text->len && is_text;
}

// What one request takes of it: whole lines, as long as they fit.
static struct span take_chunk(struct span *rest)
{
	struct span chunk = *rest;

	if (chunk.len > CHUNK_MAX) {
		chunk = utf8_cut(chunk, CHUNK_MAX);
		size_t end = chunk.len;
		while (end && chunk.at[end - 1] != '\n')
			end--;
		chunk.len = end ? end : chunk.len;
	}
	*rest = span_after(*rest, chunk.len);
	while (rest->len && rest->at[0] == '\n')
		*rest = span_after(*rest, 1);
	return chunk;
}

// Each part has an id of its own, and the same one whenever this text has this key.
static json_t *part_request(const struct options *o, const char *key, unsigned number,
			    struct span text)
{
	struct buf id = {0};
	json_t *request = json_pack("{s:s, s:s, s:o}", "op", "send", "target", o->args[0],
				    "text", json_stringn(text.at, text.len));

	buf_add_str(&id, key);
	if (number > 1)
		buf_printf(&id, ".%u", number);
	set_text(request, "id", buf_str(&id));
	set_text(request, "reply", o->reply);
	set_text(request, "kind", o->me ? "action" : NULL);
	if (o->yes)
		json_object_set_new(request, "yes", json_true());
	buf_clear(&id);
	return request;
}

// A message for each file, the first with the text as its caption.
static int send_files(struct options *o)
{
	char made[CLIENT_ID_SPACE];
	struct buf caption = {0}, urls = {0};
	struct outside here = outside_of_loop(NULL);
	unsigned number = 0;
	bool is_text = read_text(o, &caption) && utf8_is_valid(buf_span(&caption)) &&
		       !memchr(buf_str(&caption), '\n', caption.len);

	if (!is_text)
		fprintf(stderr, "snug: a caption is one line of UTF-8: nothing was sent\n");
	client_id_make(&here, 0, made);
	const char *key = o->id ? o->id : made;
	int code = is_text ? verb_file_send(o, &urls) : EXIT_USAGE;
	json_t *requests = json_array();
	struct span rest = buf_span(&urls);
	while (rest.len) {
		struct buf text = {0};
		struct span url = span_cut(&rest, '\n');
		buf_add_span(&text, buf_span(&caption));
		buf_printf(&text, "%s" SPAN_FMT, caption.len ? " " : "", SPAN_ARG(url));
		json_array_append_new(requests,
				      part_request(o, key, ++number, buf_span(&text)));
		buf_clear(&text);
		buf_reset(&caption);
	}
	int said = number ? run(o, json_incref(requests), key) : EXIT_OK;
	json_decref(requests);
	buf_clear(&caption);
	buf_clear(&urls);
	return code ? code : said;
}

int snug_send(struct options *o)
{
	char made[CLIENT_ID_SPACE];
	struct buf text = {0};
	unsigned number = 0;

	if (o->files.count)
		return send_files(o);
	if (!need_text(o, &text)) {
		buf_clear(&text);
		return EXIT_USAGE;
	}
	// Made here, so that asking twice is still one message.
	struct outside here = outside_of_loop(NULL);
	client_id_make(&here, 0, made);
	const char *key = o->id ? o->id : made;
	json_t *requests = json_array();
	struct span rest = buf_span(&text);
	while (rest.len)
		json_array_append_new(requests,
				      part_request(o, key, ++number, take_chunk(&rest)));
	buf_clear(&text);
	return run(o, requests, key);
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
	return run(o, request, NULL);
}

int snug_edit(struct options *o)
{
	struct buf text = {0};
	json_t *words = need_text(o, &text) ? json_stringn(text.at, text.len) : NULL;

	buf_clear(&text);
	return words ? on_message(o, "edit", words) : EXIT_USAGE;
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
	return run(o, json_pack("{s:s, s:s}", "op", "read", "target", o->args[0]), NULL);
}
