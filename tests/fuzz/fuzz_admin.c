// SPDX-License-Identifier: MIT
// Requests of the command line against a hub: each line is one, as JSON when it begins with "{",
// as words otherwise ("\x01" begins another act of a batch, "\x02" stands for a blank in a word,
// and what follows "\x03" is the secret). Whatever is asked: no crash, one answer that says
// something, and a request and an answer are read as they were written.
#include "common/buf.h"
#include "common/utf8.h"
#include "server/admin_json.h"
#include "server/hub/people/account.h"
#include "server/letters/letter.h"
#include "tests/support/hub_world.h"

#include <assert.h>
#include <stdlib.h>

#define REQUESTS_MAX 60
#define TURNS_MAX 500
#define TURN_MS 500 // erasing looks once a second whether it is done
#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct admin_request *read_again(struct span text)
{
	char *error = NULL;
	struct admin_request *r = admin_request_decode(text, &error);

	assert(r ? !error : error && error[0]);
	free(error);
	return r;
}

// What is read once is written and read again, and is the same.
static void check_request(const struct admin_request *r)
{
	struct buf once = {0}, twice = {0};
	struct admin_request *again;

	if (!admin_request_encode(r, &once))
		abort();
	again = read_again(buf_span(&once));
	assert(again && again->n_words == r->n_words && again->n_records == r->n_records);
	if (!admin_request_encode(again, &twice))
		abort();
	assert(span_eq(buf_span(&once), buf_span(&twice)));
	admin_request_free(again);
	buf_clear(&once);
	buf_clear(&twice);
}

static void check_answer(const struct admin_answer *a)
{
	struct buf once = {0}, twice = {0};
	struct admin_answer *again;
	char *error = NULL;

	assert(a->code <= ADMIN_UNCONFIRMED);
	assert(a->code == ADMIN_DONE || a->words.len || a->n_rows);
	assert(utf8_is_valid(a->words) && utf8_is_valid(a->plain));
	admin_answer_encode(a, &once);
	again = admin_answer_decode(buf_span(&once), &error);
	assert(again && again->code == a->code && again->n_rows == a->n_rows);
	admin_answer_encode(again, &twice);
	assert(span_eq(buf_span(&once), buf_span(&twice)));
	admin_answer_free(again);
	buf_clear(&once);
	buf_clear(&twice);
}

static void add_words(struct admin_request *r, struct span words)
{
	for (int i = 0; i < WORDS_MAX && words.len; i++) {
		struct span word = span_cut(&words, ' ');
		char *plain = span_dup(word);

		for (size_t k = 0; k < word.len; k++)
			plain[k] = plain[k] == '\2' ? ' ' : plain[k];
		if (span_eq(word, SPAN("\1")))
			admin_request_word(r, SPAN(ADMIN_NEXT));
		else
			admin_request_word(r, span_from(plain, word.len));
		free(plain);
	}
}

// The command line sends only UTF-8, and no NUL.
static struct admin_request *request_of(struct span line)
{
	struct admin_request *r;

	if (line.at[0] == '{')
		return read_again(line);
	if (!utf8_is_valid(line) || memchr(line.at, '\0', line.len))
		return NULL;
	r = admin_request_new();
	add_words(r, span_cut(&line, '\3'));
	if (line.len)
		r->secret = arena_dup(&r->arena, line);
	if (r->n_words)
		return r;
	admin_request_free(r);
	return NULL;
}

static void ask(struct hub_world *w, struct span line)
{
	struct admin_request *r = request_of(line);

	if (!r)
		return;
	check_request(r);
	r->ticket = 7;
	r->actor = SPAN("shell");
	letter_add(&w->mail.letters, &r->letter);
	for (int i = 0; i < TURNS_MAX && !w->mail.answer; i++) {
		w->now.mono_ms += TURN_MS;
		hub_world_turn(w);
		hub_world_store(w);
	}
	assert(w->mail.answer && w->mail.answer->ticket == 7);
	check_answer(w->mail.answer);
	admin_answer_free(w->mail.answer);
	w->mail.answer = NULL;
}

// Whatever the server says, it is read or refused in words.
static void read_answer(struct span text)
{
	char *error = NULL;
	struct admin_answer *a = admin_answer_decode(text, &error);
	struct buf out = {0};

	assert(a ? !error : error && error[0]);
	if (a) {
		assert(!a->n_rows || a->cells_space >= a->n_rows * a->n_columns);
		admin_answer_encode(a, &out);
	}
	buf_clear(&out);
	admin_answer_free(a);
	free(error);
}

static void begin(struct hub_world *w)
{
	char *error;

	hub_world_new(w);
	if (!hub_world_begin(w, &error))
		abort();
	account_new(w->hub, SPAN("p0"), SPAN("$fuzz$"))->role = ROLE_ADMIN;
	(void)account_new(w->hub, SPAN("p1"), SPAN("$fuzz$"));
	hub_world_open(w, 0);
	hub_world_line(w, 0, SPAN("PASS p1:secret"));
	hub_world_line(w, 0, SPAN("NICK p1"));
	hub_world_line(w, 0, SPAN("USER p 0 * :p"));
	hub_world_line(w, 0, SPAN("JOIN #den"));
	hub_world_line(w, 0, SPAN("PRIVMSG #den :hello there"));
	for (int i = 0; i < 4; i++) {
		hub_world_turn(w);
		hub_world_store(w);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_from(data, size);
	struct hub_world w = {0};

	read_answer(rest);
	begin(&w);
	for (int i = 0; i < REQUESTS_MAX && rest.len; i++) {
		struct span line = span_cut(&rest, '\n');

		if (line.len)
			ask(&w, line);
	}
	hub_world_end(&w);
	return 0;
}
