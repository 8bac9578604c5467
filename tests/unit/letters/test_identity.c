// SPDX-License-Identifier: MIT
// Whoever has a conversation last ends it.
#include "server/letters/identity.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct talk {
	struct identity_context context;
	int n_ended;
};

static void end(struct identity_context *c)
{
	container_of(c, struct talk, context)->n_ended++;
}

static void who_has_a_conversation_last_ends_it(UNUSED void **state)
{
	struct talk talk = {.context = {end}};
	struct identity_question *q = identity_question_new(IDENTITY_TICKET, 3);
	struct identity_answer *a = identity_answer_new(3, IDENTITY_MORE, (enum identity_why)0);

	q->context = &talk.context;
	identity_question_free(q);
	assert_int_equal(talk.n_ended, 1);
	a->context = &talk.context;
	identity_answer_free(a);
	assert_int_equal(talk.n_ended, 2);
	identity_question_free(identity_question_new(IDENTITY_PASSWORD, 1));
	identity_answer_free(identity_answer_new(1, IDENTITY_NO, (enum identity_why)0));
	identity_question_free(NULL);
	identity_answer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_a_conversation_last_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
