// SPDX-License-Identifier: MIT
// snug get, and the files of snug send: the running program (or a login) gives a token, the
// file itself goes between this process and the server.
#include "client/verbs/verb_file.h"

#include "client/api/exit_code.h"
#include "client/files/transfer.h"
#include "client/model/line_file.h"
#include "client/verbs/cold.h"
#include "client/verbs/errand.h"
#include "client/verbs/print.h"
#include "common/die.h"
#include "common/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define ID_LEN 22 // base64url of 128 bits

// The way to the server's files.
struct file_space {
	const struct options *options;
	struct outgoing
		*files;   // that are sent, as many as in the options; NULL: one is fetched
	struct buf *urls; // of those, a line each
	struct loop *loop;
	char *url, *token;
	char *id, *name; // of the message's file, or NULL
	struct profile profile;
};

static int on_open(void *arg, struct loop *l);

static void space_clear(struct file_space *s)
{
	if (s->token)
		wipe_bytes(s->token, strlen(s->token));
	free(s->url);
	free(s->token);
	free(s->id);
	free(s->name);
	profile_clear(&s->profile);
}

static char *text_of(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));

	return text ? xstrdup(text) : NULL;
}

static void on_answer(void *arg, const json_t *answer, bool is_last UNUSED)
{
	struct file_space *s = arg;
	const char *type = json_string_value(json_object_get(answer, "type"));

	if (type && strcmp(type, "file_space") == 0 && !s->url) {
		s->url = text_of(answer, "url");
		s->token = text_of(answer, "token");
	} else if (type && strcmp(type, "file") == 0 && !s->id) {
		s->id = text_of(answer, "id");
		s->name = text_of(answer, "name");
	}
}

// The message in o->in, or NULL, has the file; `then` is done while the token is good, which
// dies with the login that asked for it.
static int with_space(struct file_space *s, const char *message)
{
	json_t *request = json_pack("{s:s}", "op", "file");
	struct errand e = {.options = s->options,
			   .request = request,
			   .fn = on_answer,
			   .arg = s,
			   .timeout_ms = TIMEOUT_MS,
			   .then = on_open};

	if (message) {
		json_object_set_new(request, "target", json_string(s->options->in));
		json_object_set_new(request, "id", json_string(message));
	}
	int code = cold_profile(s->options, &s->profile);
	if (code == EXIT_OK)
		code = errand_run(&e);
	json_decref(request);
	space_clear(s);
	return code;
}

// One file on its way.
struct passage {
	struct loop *loop;
	struct transfer *transfer;
	const char *name;
	bool shows; // how far it is, on stderr
	int shown;  // percent
	bool is_over;
	int code;
	struct buf result; // url, or path
};

static void on_progress(void *arg)
{
	struct passage *p = arg;
	uint64_t total, done = transfer_done(p->transfer, &total);
	int percent = total ? (int)(done * 100 / total) : 0;

	if (!p->shows || percent == p->shown)
		return;
	p->shown = percent;
	struct buf words = {0};
	buf_printf(&words, "\r%d %% of ", percent);
	file_size_add(&words, total);
	fprintf(stderr, "%s ", buf_str(&words));
	buf_clear(&words);
}

static void on_end(void *arg, const struct transfer_end *e)
{
	struct passage *p = arg;

	if (p->shows && p->shown >= 0)
		fprintf(stderr, "\n");
	if (e->why)
		print_words(stderr, "snug: %s: %s", p->name, e->why);
	p->code = e->why ? EXIT_REFUSED : EXIT_OK;
	buf_add_str(&p->result, e->url ? e->url : e->path ? e->path : "");
	p->is_over = true;
}

static void passage_init(struct passage *p, struct loop *l, const char *name)
{
	*p = (struct passage){
		.loop = l, .name = name, .shows = isatty(STDERR_FILENO), .shown = -1};
}

// With p->transfer, or NULL: there is no such address.
static int passage_end(struct passage *p)
{
	if (!p->transfer) {
		print_words(stderr, "snug: %s: that is no address of a file", p->name);
		p->code = EXIT_REFUSED;
	}
	while (p->transfer && !p->is_over)
		loop_turn(p->loop, -1);
	transfer_free(p->transfer);
	return p->code;
}

static struct transfer_order order_of(const struct file_space *s, const char *url,
				      struct https_keys *keys)
{
	const struct profile *p = &s->profile;

	transfer_keys(keys, p->pins.count ? &p->pins : NULL,
		      p->has_next_pin ? p->next_pin : NULL, p->host, url);
	return (struct transfer_order){
		.loop = s->loop, .url = url, .token = s->token, .keys = keys};
}

static struct transfer_events events_of(struct passage *p)
{
	return (struct transfer_events){.arg = p, .on_progress = on_progress, .on_end = on_end};
}

static int send_one(const struct file_space *s, const struct outgoing *file)
{
	struct passage p;
	struct https_keys keys;
	struct transfer_order o = order_of(s, s->url, &keys);

	passage_init(&p, s->loop, file->name);
	struct transfer_events events = events_of(&p);
	p.transfer = transfer_send(&o, s->options->args[0], file, &events);
	int code = passage_end(&p);
	if (code == EXIT_OK)
		buf_printf(s->urls, "%s\n", buf_str(&p.result));
	buf_clear(&p.result);
	return code;
}

static int send_all(const struct file_space *s)
{
	int code = EXIT_OK;

	for (int i = 0; code == EXIT_OK && i < s->options->files.count; i++)
		code = send_one(s, &s->files[i]);
	return code;
}

// What is wrong with one is said before any is sent.
static bool open_all(const struct options *o, struct outgoing *files)
{
	struct preferences config;
	struct buf errors = {0};
	bool is_good = settings_read(&config, &o->paths, o->face, &errors);
	char *error = NULL;

	if (!is_good)
		fprintf(stderr, "%s", buf_str(&errors));
	for (int i = 0; is_good && i < o->files.count; i++) {
		is_good = outgoing_open(&files[i], o->files.at[i], config.metadata, &error);
		if (!is_good)
			print_words(stderr, "snug: nothing was sent: %s", error);
		free(error);
		error = NULL;
	}
	buf_clear(&errors);
	settings_clear(&config);
	return is_good;
}

int verb_file_send(const struct options *o, struct buf *urls)
{
	struct outgoing files[OPTION_LIST_MAX] = {0};
	struct file_space s = {.options = o, .files = files, .urls = urls};
	int code = open_all(o, files) ? with_space(&s, NULL) : EXIT_USAGE;

	for (int i = 0; i < o->files.count; i++)
		outgoing_close(&files[i]);
	return code;
}

// get

static bool is_file_id(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return text.len == ID_LEN;
}

// The address of what was asked for; false: it was said why not. The token goes nowhere else
// than where the server says that its files are.
static bool find_url(const struct file_space *s, const char *wanted, struct buf *url)
{
	struct span id = span_of(s->id ? s->id : wanted), prefix = span_of(s->url);

	if (span_starts(id, SPAN("https://"))) {
		if (span_starts(id, prefix) && id.len > prefix.len && id.at[prefix.len] == '/')
			id = span_after(id, prefix.len + 1);
		id.len = span_find(id, '?');
	}
	if (is_file_id(id)) {
		buf_printf(url, "%s/" SPAN_FMT, s->url, SPAN_ARG(id));
		return true;
	}
	print_words(stderr,
		    "snug: %s is no file of this server: an address below %s, the last part of "
		    "one, or with --in TARGET the id of a message",
		    wanted, s->url);
	return false;
}

static void print_kept(const struct options *o, struct passage *p)
{
	if (!o->json) {
		print_words(stdout, "%s", buf_str(&p->result));
		return;
	}
	json_t *kept = json_pack("{s:i, s:s, s:o}", "v", 1, "type", "file", "path",
				 json_text(buf_span(&p->result)));
	print_json(kept);
	json_decref(kept);
}

static int get(const struct file_space *s)
{
	const struct options *o = s->options;
	struct buf url = {0};
	struct passage p;
	struct https_keys keys;
	int code = EXIT_USAGE;

	if (find_url(s, o->args[0], &url)) {
		passage_init(&p, s->loop, o->args[0]);
		struct transfer_order order = order_of(s, buf_str(&url), &keys);
		struct transfer_events events = events_of(&p);
		struct incoming_place place = {
			.path = o->output, .folder = ".", .name = s->name};
		p.transfer = transfer_get(&order, &place, &events);
		code = passage_end(&p);
		if (code == EXIT_OK)
			print_kept(o, &p);
		buf_clear(&p.result);
	}
	buf_clear(&url);
	return code;
}

static int on_open(void *arg, struct loop *l)
{
	struct file_space *s = arg;

	s->loop = l;
	if (s->url && s->token)
		return s->files ? send_all(s) : get(s);
	fprintf(stderr, "snug: the server lets nobody in where files are\n");
	return EXIT_REFUSED;
}

int snug_get(struct options *o)
{
	struct file_space s = {.options = o};

	return with_space(&s, o->in ? o->args[0] : NULL);
}
