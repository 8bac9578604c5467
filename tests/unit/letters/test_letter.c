// SPDX-License-Identifier: MIT
// Chains of letters, and that each kind is freed whole (seen by the address sanitizer).
#include "server/letters/letter.h"

#include "common/die.h"
#include "server/letters/admin.h"
#include "server/letters/file_list.h"
#include "server/letters/filing.h"
#include "server/letters/hash_job.h"
#include "server/letters/identity.h"
#include "server/letters/inbox.h"
#include "server/letters/journal.h"
#include "server/letters/outbox.h"
#include "server/letters/push.h"
#include "server/letters/query.h"
#include "tests/support/heap.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct letter *plain(enum letter_kind kind)
{
	struct letter *l = xcalloc(1, sizeof(*l));

	l->kind = kind;
	return l;
}

static void a_chain_gives_its_letters_in_the_order_they_came(void **state UNUSED)
{
	struct letter *chain = NULL, *first = plain(LETTER_STOP),
		      *second = plain(LETTER_DURABLE);

	assert_null(letter_take(&chain));
	first->next = second; // whatever chain it was in before
	letter_add(&chain, first);
	letter_add(&chain, second);
	assert_ptr_equal(letter_take(&chain), first);
	assert_null(first->next);
	letter_add(&chain, first);
	assert_ptr_equal(letter_take(&chain), second);
	assert_ptr_equal(letter_take(&chain), first);
	assert_null(chain);
	letter_free(first);
	letter_free(second);
	letter_free(NULL);
}

static struct letter *filled_inbox(void)
{
	struct inbox *in = inbox_new(0);

	inbox_add(in, INBOX_CLOSED, 1)->reason = arena_dup(&in->arena, SPAN("gone"));
	return &in->letter;
}

static struct letter *filled_outbox(void)
{
	struct outbox *out = outbox_new();

	outbox_line(out, SPAN("PING :x\r\n"), 0, false);
	outbox_to(out, 1);
	return &out->letter;
}

static struct letter *filled_journal(void)
{
	struct journal *j = journal_new(1);
	const struct entry e = {.kind = ENTRY_SETTING, .setting = {SPAN("key"), SPAN("value")}};

	journal_add(j, &e);
	return &j->letter;
}

static struct letter *filled_rows(void)
{
	struct rows *rows = rows_new(1);

	rows_add_message(rows)->text = arena_dup(&rows->arena, SPAN("text"));
	(void)rows_add_target(rows);
	(void)rows_add_audit(rows);
	return &rows->letter;
}

static struct letter *filled_query(void)
{
	struct query *q = query_new(QUERY_PAGE, 1);

	q->client_id = arena_dup(&q->arena, SPAN("id"));
	return &q->letter;
}

static struct letter *filled_job(enum letter_kind kind)
{
	struct hash_job *job = hash_job_new(HASH_MAKE, 1, "secret", 6);

	job->letter.kind = kind;
	return &job->letter;
}

static struct letter *filled_request(void)
{
	struct admin_request *r = admin_request_new();

	r->secret = arena_dup(&r->arena, SPAN("secret"));
	return &r->letter;
}

static struct file_list *filled_list(void)
{
	struct file_list *list = file_list_new(LETTER_STOP);

	file_list_add(list, &(struct file_id){{1}});
	return list;
}

static struct letter *filled_answer(void)
{
	struct admin_answer *a = admin_answer_new(1);

	a->words = arena_dup(&a->arena, SPAN("words"));
	return &a->letter;
}

static void free_each_kind(void)
{
	struct letter *chain = NULL;

	letter_add(&chain, filled_inbox());
	letter_add(&chain, filled_outbox());
	letter_add(&chain, filled_journal());
	letter_add(&chain, plain(LETTER_DURABLE));
	letter_add(&chain, filled_query());
	letter_add(&chain, filled_rows());
	letter_add(&chain, filled_job(LETTER_JOB));
	letter_add(&chain, filled_job(LETTER_HASHED));
	letter_add(&chain, filled_request());
	letter_add(&chain, filled_answer());
	letter_add(&chain, plain(LETTER_STOP));
	letters_free(&chain);
	assert_null(chain);
	file_list_free(filled_list());
	filing_free(filing_new(NULL, 1, &(struct file_id){{0}}));
	push_free(push_new(1, SPAN("https://p"), SPAN("PING")));
	identity_question_free(identity_question_new(IDENTITY_PASSWORD, 1));
	identity_answer_free(identity_answer_new(1, IDENTITY_NO, (enum identity_why)0));
}

static void every_kind_is_freed_with_what_it_holds(void **state UNUSED)
{
	size_t before;

	assert_true(sodium_init() >= 0);
	// What malloc keeps for the next.
	for (int i = 0; i < HEAP_SETTLED; i++)
		free_each_kind();
	before = heap_in_use();
	free_each_kind();
	assert_int_equal(heap_in_use(), before);
}

static void nothing_is_freed_as_well(void **state UNUSED)
{
	inbox_free(NULL);
	outbox_free(NULL);
	journal_free(NULL);
	query_free(NULL);
	rows_free(NULL);
	hash_job_free(NULL);
	admin_request_free(NULL);
	admin_answer_free(NULL);
	file_list_free(NULL);
	filing_free(NULL);
	push_free(NULL);
	identity_question_free(NULL);
	identity_answer_free(NULL);
}

static void a_line_is_for_as_many_as_are_named(void **state UNUSED)
{
	static const conn_id conns[] = {7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct outbox *out = outbox_new();

	outbox_line(out, SPAN("one\r\n"), 0, false);
	outbox_to_all(out, conns, 0);
	outbox_to_all(out, conns, 2);
	outbox_to(out, 20);
	outbox_line(out, SPAN("two\r\n"), 0, false);
	outbox_to_all(out, conns, 1);
	outbox_to_all(out, conns, ARRAY_LEN(conns));
	assert_int_equal(out->items[0].n_conns, 3);
	assert_int_equal(out->items[1].n_conns, 1 + ARRAY_LEN(conns));
	assert_int_equal(out->conns[2], 20);
	assert_int_equal(out->conns[3], 7);
	assert_memory_equal(&out->conns[4], conns, sizeof(conns));
	outbox_free(out);
}

static void an_edit_names_what_it_edits(void **state UNUSED)
{
	struct entry_message m = {.kind = MESSAGE_NOTICE,
				  .tags = SPAN("+reply=x;+draft/edit=0000000000001")};
	struct span id;

	assert_true(tags_edit(m.tags, &id));
	assert_true(span_eq(id, SPAN("0000000000001")));
	assert_int_equal(entry_edits(&m), 1);
	m.kind = MESSAGE_TAGMSG;
	assert_int_equal(entry_edits(&m), 0);
	m = (struct entry_message){.kind = MESSAGE_PRIVMSG, .tags = SPAN("+reply=x")};
	assert_false(tags_edit(m.tags, &id));
	assert_int_equal(entry_edits(&m), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_gives_its_letters_in_the_order_they_came),
		cmocka_unit_test(every_kind_is_freed_with_what_it_holds),
		cmocka_unit_test(nothing_is_freed_as_well),
		cmocka_unit_test(a_line_is_for_as_many_as_are_named),
		cmocka_unit_test(an_edit_names_what_it_edits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
