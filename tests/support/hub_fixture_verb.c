// SPDX-License-Identifier: MIT
// Verbs of the command line, asked of the hub of a fixture, and what it kept of what was said.
#include "tests/support/hub_fixture.h"

#include "server/hub/files/shared_file.h"
#include "server/hub/people/account.h"

#include "common/grow.h"
#include "server/letters/letter.h"
#include "tests/support/hub_fixture_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void split_words(struct admin_request *r, struct span words)
{
	size_t space = 0;

	while (words.len) {
		struct span word = span_cut(&words, ' ');

		if (!word.len)
			continue;
		r->words = grow(r->words, r->n_words, &space, sizeof(*r->words));
		r->words[r->n_words++] = arena_dup(&r->arena, word);
	}
}

#define STEPS_MAX 2000

struct admin_answer *fixture_request(struct fixture *f, struct admin_request *r)
{
	struct hub_mail *mail = &f->inside->mail;
	struct admin_answer *answer;

	r->ticket = 1;
	r->actor = SPAN("shell");
	admin_answer_free(mail->answer);
	mail->answer = NULL;
	letter_add(&mail->letters, &r->letter);
	fixture_settle(f);
	// Of many steps, each takes its time.
	for (int i = 0; i < STEPS_MAX && !mail->answer && !f->inside->disk_holds; i++)
		fixture_pass(f, 50);
	answer = mail->answer;
	mail->answer = NULL;
	return answer;
}

struct admin_answer *fixture_verb(struct fixture *f, const char *words, const char *secret)
{
	struct admin_request *r = admin_request_new();
	struct admin_answer *answer;

	split_words(r, span_of(words));
	if (secret)
		r->secret = arena_dup(&r->arena, span_of(secret));
	answer = fixture_request(f, r);
	if (!answer && !f->inside->disk_holds)
		fail_msg("no answer to: %s", words);
	return answer;
}

const char *fixture_var(const struct fixture *f, const char *name)
{
	const char *value = pattern_var(&f->inside->vars, span_of(name));

	if (!value)
		fail_msg("$%s has no value", name);
	return value;
}

struct buf *fixture_signins(struct fixture *f)
{
	return &f->inside->mail.signins;
}

void fixture_file(struct fixture *f, const char *name)
{
	const struct shared_file sent = {.account = account_find(f->hub, span_of(name)),
					 .name = (char[]){"cat"},
					 .type = (char[]){"image/png"}};

	(void)shared_file_new(f->hub, &sent);
}
