// SPDX-License-Identifier: MIT
#include "client/outside/outside_loop.h"
#include "client/app/paths.h"
#include "client/app/unsent_file.h"
#include "common/attr.h"
#include "common/buf.h"
#include "common/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int make_dir(void **state)
{
	char *dir = strdup("/tmp/snug-outbox-XXXXXX");
	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static int remove_dir(void **state)
{
	const char *names[] = {"outbox", "outbox.lock", "outbox.2", "outbox.2.lock"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = path_join(*state, names[i], NULL);
		unlink(path);
		free(path);
	}
	rmdir(*state);
	free(*state);
	return 0;
}

// One run of the program, as far as its outbox goes.
struct run {
	struct loop *loop;
	struct outside outside;
	struct unsent *unsent;
	struct unsent_file *file;
	struct buf told; // the events, in order
};

static void on_kept(void *arg, struct unsent_entry *e)
{
	buf_printf(arg, "%s kept\n", e->text);
}

static void on_failed(void *arg, struct unsent_entry *e UNUSED, const char *why)
{
	buf_printf(arg, "failed: %s\n", why);
}

static struct run *open_at(const char *dir)
{
	struct run *r = calloc(1, sizeof(*r));
	struct unsent_events events = {
		.arg = &r->told, .on_kept = on_kept, .on_failed = on_failed};
	char *error = NULL;
	r->loop = loop_new();
	r->outside = outside_of_loop(r->loop);
	r->unsent = unsent_new(&r->outside);
	unsent_set_events(r->unsent, &events);
	r->file = unsent_file_open(r->loop, r->unsent, dir, &error);
	if (!r->file)
		fail_msg("%s", error);
	return r;
}

static void end(struct run *r)
{
	unsent_file_close(r->file);
	unsent_free(r->unsent);
	loop_free(r->loop);
	buf_clear(&r->told);
	free(r);
}

static struct unsent_entry *add(struct run *r, const char *text, int64_t at_ms)
{
	struct unsent_entry *e =
		unsent_add(r->unsent, SPAN("#a"), span_of(text), SPAN(""), 0, at_ms);
	uint64_t id = e->local_id;
	assert_false(e->is_kept);
	loop_turn(r->loop, 0);
	return unsent_find(r->unsent, id);
}

static size_t count(const struct run *r)
{
	size_t n = 0;
	list_for_each(item, unsent_entries(r->unsent))
		n++;
	return n;
}

static struct unsent_entry *first(const struct run *r)
{
	assert_true(count(r) > 0);
	return container_of(unsent_entries(r->unsent)->next, struct unsent_entry, in_unsent);
}

static void what_was_queued_is_there_after_a_restart(void **state)
{
	struct run *r = open_at(*state);
	struct unsent_entry *e = unsent_add(r->unsent, SPAN("#lounge"),
					    SPAN("two\nlines \xc3\xa9"), SPAN("m1"), 1, 1234);
	loop_turn(r->loop, 0);
	char id[65];
	snprintf(id, sizeof(id), "%s", e->id);
	assert_int_equal(strlen(id), CLIENT_ID_LEN);
	end(r);
	r = open_at(*state);
	assert_int_equal(count(r), 1);
	e = first(r);
	assert_string_equal(e->id, id);
	assert_string_equal(e->target, "#lounge");
	assert_string_equal(e->text, "two\nlines \xc3\xa9");
	assert_string_equal(e->reply_to, "m1");
	assert_int_equal(e->kind, 1);
	assert_int_equal(e->at_ms, 1234);
	assert_false(e->was_sent);
	end(r);
}

static void the_order_is_kept(void **state)
{
	struct run *r = open_at(*state);
	for (int i = 0; i < 50; i++) {
		char text[16];
		snprintf(text, sizeof(text), "%d", i);
		assert_non_null(add(r, text, i));
	}
	unsent_done(r->unsent, first(r));
	end(r);
	r = open_at(*state);
	int next = 1;
	list_for_each(item, unsent_entries(r->unsent)) {
		struct unsent_entry *e = container_of(item, struct unsent_entry, in_unsent);
		assert_int_equal(atoi(e->text), next++);
	}
	assert_int_equal(next, 50);
	end(r);
}

static void what_is_done_does_not_come_back(void **state)
{
	struct run *r = open_at(*state);
	struct unsent_entry *a = add(r, "a", 1);
	struct unsent_entry *b = add(r, "b", 2);
	unsent_sent(r->unsent, a);
	unsent_sent(r->unsent, b);
	unsent_done(r->unsent, a);
	end(r);
	r = open_at(*state);
	assert_int_equal(count(r), 1);
	assert_string_equal(first(r)->text, "b");
	assert_true(first(r)->was_sent);
	end(r);
}

static void the_file_is_empty_when_all_is_done(void **state)
{
	struct run *r = open_at(*state);
	unsent_done(r->unsent, add(r, "a", 1));
	char *path = path_join(*state, "outbox", NULL);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(path);
	end(r);
}

static void a_torn_last_line_costs_nothing_else(void **state)
{
	struct run *r = open_at(*state);
	assert_non_null(add(r, "whole", 1));
	end(r);
	char *path = path_join(*state, "outbox", NULL);
	int fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"id\":\"x\",\"te", 13), 13);
	close(fd);
	free(path);
	r = open_at(*state);
	assert_int_equal(count(r), 1);
	assert_int_equal(unsent_file_n_broken(r->file), 1);
	assert_non_null(add(r, "next", 2));
	end(r);
	r = open_at(*state);
	assert_int_equal(count(r), 2);
	end(r);
}

static void every_cut_of_the_file_gives_a_prefix(void **state)
{
	struct run *r = open_at(*state);
	for (int i = 0; i < 3; i++)
		assert_non_null(add(r, "text", i));
	end(r);
	char *path = path_join(*state, "outbox", NULL);
	struct buf whole = {0};
	assert_true(path_read(path, &whole));
	size_t last = 0;
	for (size_t len = 0; len <= whole.len; len++) {
		assert_true(file_put(path, span_from(whole.at, len), 0600));
		r = open_at(*state);
		assert_true(count(r) >= last && count(r) <= 3);
		last = count(r);
		end(r);
	}
	assert_int_equal(last, 3);
	buf_clear(&whole);
	free(path);
}

static void a_second_process_takes_another_file(void **state)
{
	struct run *one = open_at(*state), *two = open_at(*state);
	assert_non_null(add(one, "one", 1));
	assert_non_null(add(two, "two", 2));
	assert_int_equal(count(one), 1);
	assert_int_equal(count(two), 1);
	end(two);
	end(one);
	// The next one finds both.
	one = open_at(*state);
	assert_int_equal(count(one), 2);
	end(one);
	one = open_at(*state);
	assert_int_equal(count(one), 2);
	end(one);
}

static void text_that_is_no_utf8_is_refused(void **state)
{
	struct run *r = open_at(*state);
	assert_null(add(r, "\xff\xfe", 1));
	assert_string_equal(buf_str(&r->told),
			    "failed: Invalid or incomplete multibyte or wide character\n");
	assert_int_equal(count(r), 0);
	end(r);
}

static void what_a_turn_adds_is_kept_together_and_told_in_order(void **state)
{
	struct run *r = open_at(*state);
	unsent_add(r->unsent, SPAN("#a"), SPAN("one"), SPAN(""), 0, 1);
	unsent_add(r->unsent, SPAN("#a"), SPAN("\xff"), SPAN(""), 0, 2);
	unsent_add(r->unsent, SPAN("#a"), SPAN("two"), SPAN(""), 0, 3);
	assert_string_equal(buf_str(&r->told), "");
	loop_turn(r->loop, 0);
	assert_string_equal(buf_str(&r->told),
			    "one kept\n"
			    "failed: Invalid or incomplete multibyte or wide character\n"
			    "two kept\n");
	assert_int_equal(count(r), 2);
	end(r);
}

static void what_is_let_go_before_it_is_kept_is_no_news(void **state)
{
	struct run *r = open_at(*state);
	unsent_done(r->unsent, unsent_add(r->unsent, SPAN("#a"), SPAN("no"), SPAN(""), 0, 1));
	loop_turn(r->loop, 0);
	assert_string_equal(buf_str(&r->told), "");
	end(r);
	r = open_at(*state);
	assert_int_equal(count(r), 0);
	end(r);
}

// The disk takes half a line and no more.
static void half_a_line_is_cut_off_and_said(void **state)
{
	struct run *r = open_at(*state);
	struct rlimit before, tight;
	assert_non_null(add(r, "whole", 1));
	char *path = path_join(*state, "outbox", NULL);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = (rlim_t)st.st_size + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_null(add(r, "half", 2));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_string_equal(buf_str(&r->told), "whole kept\nfailed: No space left on device\n");
	assert_non_null(add(r, "next", 3));
	end(r);
	r = open_at(*state);
	assert_int_equal(unsent_file_n_broken(r->file), 0);
	assert_int_equal(count(r), 2);
	end(r);
	free(path);
}

static void ids_are_not_repeated(void **state)
{
	(void)state;
	char a[CLIENT_ID_SPACE], b[CLIENT_ID_SPACE];
	struct outside here = outside_of_loop(NULL);
	int64_t at_ms;
	client_id_make(&here, 0, a);
	client_id_make(&here, 0, b);
	assert_string_not_equal(a, b);
	assert_false(timed_id_parse(span_of(a), &at_ms));
	client_id_make(&here, 1764504000123, a);
	client_id_make(&here, 1764504000123, b);
	assert_string_not_equal(a, b);
	assert_true(timed_id_parse(span_of(a), &at_ms));
	assert_int_equal(at_ms, 1764504000123);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

// ' stands for ".
#define ENTRY(id, kind, more)                                                                  \
	"{'id':'" id "','at':4000000000000,'kind':" kind                                       \
	",'target':'#a','text':'t','reply':'m0'" more "}\n"
#define ONE ENTRY("a", "0", "")
#define NUMBERED ",'as':'m1','history':'h','seq':3"
#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" // 64

static void what_a_file_holds_is_taken_row_by_row(void **state)
{
	static const struct {
		const char *text;
		size_t n_entries, n_stored, n_broken;
		const char *first; // of the entry: reply, and s for sent, l for lost
	} rows[] = {
		{ONE "\n\n" ENTRY("b", "0", ""), 2, 0, 0, "m0"},
		{"x\n" ONE "{}\n[]\n", 1, 0, 3, "m0"},
		{"{'id':'a'}\n", 0, 0, 1, ""},
		{ENTRY(LONG, "0", ""), 1, 0, 0, "m0"},
		{ENTRY(LONG "a", "0", ""), 0, 0, 1, ""},
		{ENTRY("a", "-1", ""), 0, 0, 1, ""},
		{ENTRY("a", "14", ""), 1, 0, 0, "m0"},
		{ENTRY("a", "15", ""), 0, 0, 1, ""},
		{ONE ONE, 1, 0, 1, "m0"},
		{ENTRY("a", "0", NUMBERED), 0, 1, 0, ""},
		{ENTRY("a", "0", NUMBERED ",'lost':true"), 1, 0, 0, "m0l"},
		{ENTRY("a", "0", ",'as':'m1','seq':3"), 0, 0, 1, ""},
		{ENTRY("a", "0", ",'as':'m1','history':'h','seq':0"), 0, 0, 1, ""},
		{ENTRY("a", "0", ",'was_sent':true"), 1, 0, 0, "m0s"},
		{ONE "{'sent':'a'}\n{'sent':'z'}\n{'done':'z'}\n", 1, 0, 0, "m0s"},
		{ONE "{'done':'a'}\n", 0, 0, 0, ""},
		{ONE "{'stored':'a','reply':'m9'}\n", 1, 0, 0, "m9"},
		{ONE "{'stored':'a'}\n", 1, 0, 1, "m0"},
		{ONE "{'stored':'z','reply':''}\n", 1, 0, 0, "m0"},
		{ONE "{'stored':'a','reply':'','as':'m1'}\n", 1, 0, 1, "m0"},
		{ONE "{'stored':'a','reply':''" NUMBERED "}\n", 0, 1, 0, ""},
		{ONE "{'stored':'a','reply':''" NUMBERED "}\n{'stored':'a','reply':''" NUMBERED
		     ",'lost':true}\n",
		 1, 0, 0, "l"},
		{ONE "{'stored':'a','reply':''" NUMBERED ",'lost':true}\n", 1, 0, 0, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = path_join(*state, "outbox", NULL), *text = strdup(rows[i].text);
		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		assert_true(file_put(path, span_of(text), 0600));
		struct run *r = open_at(*state);
		struct buf got = {0};
		size_t n_stored = 0;
		list_for_each(item, unsent_stored_entries(r->unsent))
			n_stored++;
		if (count(r) > 0)
			buf_printf(&got, "%s%s%s", first(r)->reply_to,
				   first(r)->was_sent ? "s" : "", first(r)->is_lost ? "l" : "");
		if (count(r) != rows[i].n_entries || n_stored != rows[i].n_stored ||
		    unsent_file_n_broken(r->file) != rows[i].n_broken ||
		    strcmp(buf_str(&got), rows[i].first) != 0)
			fail_msg("%s: %zu, %zu stored, %zu broken, %s", text, count(r),
				 n_stored, unsent_file_n_broken(r->file), buf_str(&got));
		end(r);
		buf_clear(&got);
		unlink(path);
		free(path);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(what_was_queued_is_there_after_a_restart),
		IN_DIR(what_a_file_holds_is_taken_row_by_row),
		IN_DIR(the_order_is_kept),
		IN_DIR(what_is_done_does_not_come_back),
		IN_DIR(the_file_is_empty_when_all_is_done),
		IN_DIR(a_torn_last_line_costs_nothing_else),
		IN_DIR(every_cut_of_the_file_gives_a_prefix),
		IN_DIR(a_second_process_takes_another_file),
		IN_DIR(text_that_is_no_utf8_is_refused),
		IN_DIR(what_a_turn_adds_is_kept_together_and_told_in_order),
		IN_DIR(what_is_let_go_before_it_is_kept_is_no_news),
		IN_DIR(half_a_line_is_cut_off_and_said),
		cmocka_unit_test(ids_are_not_repeated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
