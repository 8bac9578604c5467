// SPDX-License-Identifier: MIT
// A file that came with a message: its name and size stand in the place of its address.
#include "client/model/extra.h"
#include "client/model/handle.h"
#include "client/model/line_file.h"
#include "client/model/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOST "https://chat.example.org:8443/f"
#define ID "AbCdEfGhIjKlMnOpQrStUv"
#define FILE_TAGS                                                                              \
	"snug.chat/file=" ID ";snug.chat/file-name=tide\\stable.pdf;"                          \
	"snug.chat/file-type=application/pdf;snug.chat/file-size=3260586"
#define LABEL "tide table.pdf (3.1 MiB)"

static void say(struct model *m, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(m, &msg, 1000000);
}

static int set_up(void **state)
{
	struct model *m = model_new(SPAN("ann"));
	m->read_file = line_file_read;
	say(m, ":srv 001 ann :Welcome");
	say(m, ":srv 005 ann draft/FILEHOST=" HOST " soju.im/FILEHOST=" HOST " :are here");
	say(m, ":ann!a@h JOIN #den");
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static const struct log_line *line_of(struct model *m, const char *id)
{
	const struct log_line *l =
		scrollback_find(&target_find(m, SPAN("#den"))->log, span_of(id));
	assert_non_null(l);
	return l;
}

static void expect(struct model *m, const char *id, const char *shown, const char *wrote)
{
	const struct log_line *l = line_of(m, id);
	struct buf text = {0};
	if (!span_eq(line_says(l), span_of(shown)))
		fail_msg("%s shows " SPAN_FMT ", not %s", id, SPAN_ARG(line_says(l)), shown);
	line_wrote(&text, l);
	assert_string_equal(buf_str(&text), wrote);
	buf_clear(&text);
}

static void a_file_is_shown_by_its_name_and_size(void **state)
{
	struct model *m = *state;
	say(m, "@msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :for you " HOST "/" ID " see?");
	expect(m, "m1", "for you " LABEL " see?", "for you " HOST "/" ID " see?");
	const struct line_file *f = line_file_of(line_of(m, "m1"));
	assert_string_equal(f->url, HOST "/" ID);
	assert_string_equal(f->name, "tide table.pdf");
	assert_string_equal(f->type, "application/pdf");
	assert_int_equal(f->size, 3260586);
	assert_true(span_eq(line_file_id(f), SPAN(ID)));
	assert_int_equal(target_find(m, SPAN("#den"))->unread, 1);
}

static void the_address_alone_and_none_at_all(void **state)
{
	struct model *m = *state;
	say(m, "@msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :" HOST "/" ID);
	expect(m, "m1", LABEL, HOST "/" ID);
	say(m, "@msgid=m2;" FILE_TAGS " :bob!b@h PRIVMSG #den :look");
	expect(m, "m2", "look " LABEL, "look " HOST "/" ID);
	say(m, "@msgid=m3;snug.chat/file=" ID " :bob!b@h PRIVMSG #den :" HOST "/" ID);
	expect(m, "m3", "file (0 B)", HOST "/" ID);
}

// Who can send may write any address: the file's is never taken from what they wrote.
static void another_address_stays_what_it_is(void **state)
{
	struct model *m = *state;
	say(m, "@msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :https://evil.example/f/" ID);
	expect(m, "m1", "https://evil.example/f/" ID " " LABEL,
	       "https://evil.example/f/" ID " " HOST "/" ID);
	assert_string_equal(line_file_of(line_of(m, "m1"))->url, HOST "/" ID);
	static const char *const ids[] = {"../../x", "a/b", "a\\sb", "", "a@evil"};
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct buf line = {0};
		buf_printf(&line, "@msgid=n%zu;snug.chat/file=%s :bob!b@h PRIVMSG #den :x", i,
			   ids[i]);
		say(m, buf_str(&line));
		char id[8];
		snprintf(id, sizeof(id), "n%zu", i);
		assert_null(line_file_of(line_of(m, id)));
		buf_clear(&line);
	}
}

static void a_name_is_one_line(void **state)
{
	struct model *m = *state;
	say(m, "@msgid=m1;snug.chat/file=" ID ";snug.chat/file-name=a\\nbob:\\rb"
	       ";snug.chat/file-size=12 :bob!b@h PRIVMSG #den :" HOST "/" ID);
	expect(m, "m1", "a bob: b (12 B)", HOST "/" ID);
}

static void an_edit_keeps_or_loses_it(void **state)
{
	struct model *m = *state;
	say(m, "@msgid=m1;" FILE_TAGS ";time=2026-11-22T12:00:00.000Z "
	       ":bob!b@h PRIVMSG #den :one " HOST "/" ID);
	say(m, "@msgid=e1;" FILE_TAGS ";time=2026-11-22T12:00:01.000Z;+draft/edit=m1 "
	       ":bob!b@h PRIVMSG #den :two " HOST "/" ID);
	expect(m, "m1", "two " LABEL, "two " HOST "/" ID);
	say(m, "@msgid=e2;time=2026-11-22T12:00:02.000Z;+draft/edit=m1 "
	       ":bob!b@h PRIVMSG #den :three");
	expect(m, "m1", "three", "three");
	assert_null(line_file_of(line_of(m, "m1")));
}

static void what_is_removed_has_none(void **state)
{
	struct model *m = *state;
	const struct scrollback *log = &target_find(m, SPAN("#den"))->log;
	size_t before = log->bytes;
	say(m, "@msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :" HOST "/" ID);
	assert_true(log->bytes > before + sizeof(HOST ID) + sizeof("tide table.pdf"));
	say(m, "@time=2026-11-22T12:00:02.000Z :bob!b@h REDACT #den m1");
	assert_null(line_file_of(line_of(m, "m1")));
	assert_int_equal(line_says(line_of(m, "m1")).len, 0);
	// One that was removed before it came shows by whom, and no file.
	say(m, ":srv BATCH +h chathistory #den");
	say(m, "@batch=h;msgid=r;snug.chat/author=bob;" FILE_TAGS " :cem!c@h REDACT #den m7");
	say(m, ":srv BATCH -h");
}

static void the_same_line_twice_is_one(void **state)
{
	struct model *m = *state;
	static const char line[] = "@msgid=m1;time=2026-11-22T12:00:00.000Z;" FILE_TAGS
				   " :bob!b@h PRIVMSG #den :" HOST "/" ID;
	say(m, line);
	say(m, line);
	expect(m, "m1", LABEL, HOST "/" ID);
}

static void the_server_finds_it_by_its_name(void **state)
{
	struct model *m = *state;
	say(m, ":srv BATCH +s soju.im/search");
	say(m, "@batch=s;msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :x " HOST "/" ID);
	say(m, ":srv BATCH -s");
	assert_int_equal(m->n_found, 1);
	assert_string_equal(m->found[0].text, "x " LABEL);
}

static void a_face_that_shows_none_shows_the_address(void **state)
{
	struct model *m = *state;
	m->read_file = NULL;
	say(m, "@msgid=m1;" FILE_TAGS " :bob!b@h PRIVMSG #den :" HOST "/" ID);
	expect(m, "m1", HOST "/" ID, HOST "/" ID);
}

static void sizes_are_short(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} rows[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{1536, "1.5 KiB"},
		{102400, "100 KiB"},
		{1048575, "1023 KiB"},
		{1048576, "1.0 MiB"},
		{16777216, "16.0 MiB"},
		{1073741824, "1.0 GiB"},
		{UINT64_MAX, "16777215 TiB"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};
		file_size_add(&out, rows[i].bytes);
		assert_string_equal(buf_str(&out), rows[i].words);
		buf_clear(&out);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_shown_by_its_name_and_size),
		TEST(the_address_alone_and_none_at_all),
		TEST(another_address_stays_what_it_is),
		TEST(a_name_is_one_line),
		TEST(an_edit_keeps_or_loses_it),
		TEST(what_is_removed_has_none),
		TEST(the_same_line_twice_is_one),
		TEST(the_server_finds_it_by_its_name),
		TEST(a_face_that_shows_none_shows_the_address),
		TEST(sizes_are_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
