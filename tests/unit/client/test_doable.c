// SPDX-License-Identifier: MIT
// What can be done to which message, what is known of one, and which wait in the inbox.
#include "tests/unit/client/model_fixture.h"

#include "client/model/details.h"
#include "client/model/doable.h"
#include "client/model/hush.h"
#include "client/model/inbox.h"
#include "client/model/line_file.h"

#include <stdio.h>

static void talk(struct fixture *f)
{
	f->m->read_file = line_file_read;
	say(f->m, ":srv 005 ann draft/FILEHOST=https://h/f :are");
	say(f->m, "@time=1970-01-01T00:00:01.000Z;msgid=link :bob!b@h PRIVMSG #den "
		  ":see https://example.org/x");
	say(f->m, "@time=1970-01-01T00:00:02.000Z;msgid=file;snug.chat/file=f1;"
		  "snug.chat/file-type=text/plain :cem!c@h PRIVMSG #den :look");
	say(f->m, "@time=1970-01-01T00:00:03.000Z;msgid=picture;snug.chat/file=f2;"
		  "snug.chat/file-type=IMAGE/PNG :cem!c@h PRIVMSG #den :look");
	say(f->m, "@time=1970-01-01T00:00:04.000Z;msgid=mine :ann!a@h PRIVMSG #den :mine");
	say(f->m, "@+draft/reply=mine;+draft/react=x :bob!b@h TAGMSG #den");
	say(f->m, "@+draft/reply=mine;+draft/react=x :cem!c@h TAGMSG #den");
	say(f->m, "@+draft/reply=mine;+draft/react=y :cem!c@h TAGMSG #den");
	say(f->m, "@time=1970-01-01T00:00:05.000Z;msgid=plain :bob!b@h PRIVMSG #den :hi");
	say(f->m, "@time=1970-01-01T00:00:06.000Z;msgid=gone :bob!b@h PRIVMSG #den :hi");
	say(f->m, ":bob!b@h REDACT #den gone");
	say(f->m, "@time=1970-01-01T00:00:07.000Z;msgid=lost :ann!a@h PRIVMSG #den :hi");
	say(f->m, ":ann!a@h REDACT #den lost");
	say(f->m, "@time=1970-01-01T00:00:08.000Z :bob!b@h PRIVMSG #den :without an id");
	say(f->m, "@time=1970-01-01T00:00:09.000Z :ann!a@h PRIVMSG #den :without an id");
	say(f->m, "@time=1970-01-01T00:00:10.000Z;msgid=topic :bob!b@h TOPIC #den "
		  ":https://example.org");
}

static struct log_line *line(struct fixture *f, const char *id)
{
	return scrollback_find(&den(f)->log, span_of(id));
}

static void each_fits_the_newest_it_can_be_done_to(void **state)
{
	static const struct {
		const char *name, *newest, *takes; // of all lines, those that may be named
	} rows[] = {
		{"reply", "plain", "link file picture mine plain "},
		{"react", "plain", "link file picture mine plain "},
		{"edit", "mine", "mine "},
		{"redact", "mine", "link file picture mine plain "},
		{"report", "plain", "link file picture plain "},
		{"save", "plain", "link file picture mine plain "},
		{"open", "picture", "link file picture "},
		{"get", "picture", "file picture "},
		{"view", "picture", "picture "},
		{"reactions", "mine", "mine "},
	};
	static const char *const ids[] = {"link",  "file", "picture", "mine",
					  "plain", "gone", "lost",    "topic"};
	struct fixture *f = *state;
	const char *why;

	talk(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct doable *d = doable_find(span_of(rows[i].name));
		struct buf takes = {0};
		struct log_line *l = doable_choose(d, den(f), NULL, false, &why);
		if (!l || !span_eq(line_id(l), span_of(rows[i].newest)))
			fail_msg("%s: " SPAN_FMT, rows[i].name,
				 SPAN_ARG(l ? line_id(l) : SPAN("none")));
		for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
			if (doable_choose(d, den(f), line(f, ids[k]), false, &why))
				buf_printf(&takes, "%s ", ids[k]);
		}
		if (strcmp(buf_str(&takes), rows[i].takes) != 0)
			fail_msg("%s: %s", rows[i].name, buf_str(&takes));
		assert_string_equal(why, d->refusal);
		assert_null(doable_choose(d, f->m->server, NULL, false, &why));
		assert_string_equal(why, d->missing);
		buf_clear(&takes);
	}
	assert_null(doable_find(SPAN("dance")));
}

static void what_is_folded_is_passed_over(void **state)
{
	struct fixture *f = *state;
	const struct doable *d = doable_find(SPAN("reply"));
	const char *why;

	talk(f);
	hush_add(f->m, SPAN("ignore"), SPAN("bob"), INT64_MAX);
	assert_ptr_equal(doable_choose(d, den(f), NULL, false, &why), line(f, "picture"));
	assert_ptr_equal(doable_choose(d, den(f), NULL, true, &why), line(f, "plain"));
}

static void who_reacted_and_what_is_reported_is_said(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};

	talk(f);
	doable_say_reactions(&out, f->m, line(f, "mine"));
	assert_string_equal(buf_str(&out), "x bob, cem; y cem");
	buf_reset(&out);
	doable_say_reactions(&out, f->m, line(f, "plain"));
	assert_int_equal(out.len, 0);
	doable_report(&out, den(f), SPAN("plain"), SPAN("rude\nand loud"));
	assert_string_equal(buf_str(&out), "PRIVMSG ChanServ :REPORT #den plain rude and loud");
	buf_clear(&out);
}

static void add_detail(void *arg, const struct detail *d)
{
	buf_printf(arg, "%d/%lld/%zu/" SPAN_FMT "/" SPAN_FMT "\n", d->kind, (long long)d->at_ms,
		   d->count, SPAN_ARG(d->sign), SPAN_ARG(d->text));
}

static void expect_details(struct fixture *f, const struct log_line *l, const char *wanted)
{
	struct buf got = {0};

	details_of(f->m, den(f), l, add_detail, &got);
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void details_tell_what_is_known(void **state)
{
	struct fixture *f = *state;

	talk(f);
	say(f->m, "@time=1970-01-01T00:00:20.000Z;msgid=e1;+draft/edit=mine :ann!a@h PRIVMSG "
		  "#den :second");
	say(f->m, "@time=1970-01-01T00:00:21.000Z;msgid=e2;+draft/edit=mine :ann!a@h PRIVMSG "
		  "#den :third");
	expect_details(f, line(f, "mine"),
		       "0/0/0//ann\n1/4000/0//\n2/0/0//mine\n3/0/2/x/bob, cem\n3/0/1/y/cem\n"
		       "4/4000/0//mine\n4/20000/0//second\n4/21000/0//third\n");
	expect_details(f, line(f, "plain"), "0/0/0//bob\n1/5000/0//\n2/0/0//plain\n");
	say(f->m, "@time=1970-01-01T00:00:22.000Z;msgid=e3;+draft/edit=gone :bob!b@h PRIVMSG "
		  "#den :more");
	expect_details(f, line(f, "gone"), "0/0/0//bob\n1/6000/0//\n2/0/0//gone\n");
	model_note(f->m, den(f), LINE_INFO, 30000, SPAN("ours"));
	expect_details(f, last(den(f)), "1/30000/0//\n");
	// A hole behind it, not before it, may hide an edit.
	target_join(f->m, den(f), line(f, "plain"), false);
	assert_null(details_hole(den(f), line(f, "plain")));
	assert_ptr_equal(details_hole(den(f), line(f, "mine")), line(f, "plain"));
	expect_details(f, line(f, "picture"),
		       "0/0/0//cem\n1/3000/0//\n2/0/0//picture\n5/0/0//\n");
}

static void expect_inbox(struct fixture *f, const char *wanted)
{
	struct inbox_row rows[INBOX_MAX];
	struct buf got = {0};
	size_t n = inbox_list(f->m, rows);

	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s:" SPAN_FMT " ", rows[i].target->name,
			   SPAN_ARG(line_id(rows[i].line)));
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void the_inbox_has_what_calls_us_newest_first(void **state)
{
	struct fixture *f = *state;
	char text[120];

	talk(f);
	expect_inbox(f, "#den:mine ");
	say(f->m, "@time=1970-01-01T00:00:03.500Z;msgid=call :bob!b@h PRIVMSG #den :ann?");
	say(f->m, "@time=1970-01-01T00:00:30.000Z;msgid=direct :cem!c@h PRIVMSG ann :psst");
	expect_inbox(f, "cem:direct #den:mine #den:call ");
	// Who is ignored calls nobody; whose own message nobody liked is not there.
	hush_add(f->m, SPAN("ignore"), SPAN("bob"), INT64_MAX);
	say(f->m, "@+draft/reply=mine;+draft/unreact=x :bob!b@h TAGMSG #den");
	say(f->m, "@+draft/reply=mine;+draft/unreact=x :cem!c@h TAGMSG #den");
	expect_inbox(f, "cem:direct #den:mine ");
	say(f->m, "@+draft/reply=mine;+draft/unreact=y :cem!c@h TAGMSG #den");
	expect_inbox(f, "cem:direct ");
	// Of more than it holds, the newest.
	for (int i = 0; i < INBOX_MAX + 5; i++) {
		snprintf(
			text, sizeof(text),
			"@time=1970-01-01T00:%02d:%02d.000Z;msgid=n%d :cem!c@h PRIVMSG #den :ann",
			1 + i / 60, i % 60, i);
		say(f->m, text);
	}
	struct inbox_row rows[INBOX_MAX];
	assert_int_equal(inbox_list(f->m, rows), INBOX_MAX);
	assert_true(span_eq(line_id(rows[0].line), SPAN("n104")));
	assert_true(span_eq(line_id(rows[INBOX_MAX - 1].line), SPAN("n5")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_fits_the_newest_it_can_be_done_to),
		TEST(what_is_folded_is_passed_over),
		TEST(who_reacted_and_what_is_reported_is_said),
		TEST(details_tell_what_is_known),
		TEST(the_inbox_has_what_calls_us_newest_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
