// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/wire/line.h"
#include "server/hub/wire/wire_private.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/cast.h"
#include "server/letters/letter.h"
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "server/hub/hub_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct entry history = {
	.kind = ENTRY_SETTING,
	.setting = {{SETTING_HISTORY, sizeof(SETTING_HISTORY) - 1}, {"0123456789abcdef", 16}}};

static struct hub *bare_hub(void)
{
	struct hub_config config = fixture_config();
	uint8_t seed[32] = {1};
	struct hub *h = hub_new(&config, seed);
	char *error = NULL;

	hub_load(h, &history);
	assert_true(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, &error));
	return h;
}

// Proves B9.
static void no_parameter_can_begin_another_one_or_another_line(void **state UNUSED)
{
	static const char *const bad[] = {"a b", "a\rQUIT", "a\nQUIT", ":a", "", " "};
	static const char *const good[] = {"a", "a", "a", "*", "*", "*"};
	struct hub *h = bare_hub();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf want = {0};
		struct line l;

		line_start(&l, h, NULL, "TEST");
		line_param(&l, span_of(bad[i]));
		buf_printf(&want, ":chat.test TEST %s", good[i]);
		assert_true(span_eq(buf_span(&l.body), buf_span(&want)));
		buf_clear(&want);
		line_clear(&l);
	}
	hub_free(h);
}

static void no_text_can_end_the_line(void **state UNUSED)
{
	struct hub *h = bare_hub();
	struct line l;

	line_start(&l, h, NULL, "TEST");
	line_number(&l, -7);
	line_text(&l, span_from("a\r\nERROR :x\0y", 13));
	assert_true(span_eq(buf_span(&l.body), SPAN(":chat.test TEST -7 :a  ERROR :x y")));
	line_clear(&l);
	hub_free(h);
}

// Proves B8.
static void a_line_is_never_longer_than_the_protocol_allows(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	struct buf text = {0};
	struct line l;
	const char *got;

	for (int i = 0; i < 400; i++)
		buf_add_str(&text, "\xc3\xa9");
	for (size_t odd = 0; odd < 2; odd++) {
		line_start(&l, f->hub, NULL, odd ? "TEST" : "TESTS");
		line_text(&l, buf_span(&text));
		session_say(peer_session(p), &l);
		line_clear(&l);
		fixture_settle(f);
		got = peer_next(p);
		assert_non_null(got);
		assert_in_range(strlen(got), 509, 510);
		assert_int_equal((unsigned char)got[strlen(got) - 1], 0xa9);
	}
	buf_clear(&text);
}

static void each_receiver_sees_the_tags_that_it_asked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *none = fixture_login(f, "a1", ""),
		    *time = fixture_login(f, "a2", "server-time"),
		    *tags = fixture_login(f, "a3", "message-tags"),
		    *account = fixture_login(f, "a4", "account-tag"),
		    *all = fixture_login(f, "a5", "message-tags server-time account-tag batch"),
		    *sender = fixture_login(f, "bob", "");
	struct peer *const everybody[] = {none, time, tags, account, all, sender};

	for (size_t i = 0; i < ARRAY_LEN(everybody); i++)
		peer_send(everybody[i], "JOIN #den");
	fixture_skip(f);
	peer_send(sender, "PRIVMSG #den :hi");
	expect(none, "@!time;!msgid;!account bob PRIVMSG #den :hi");
	expect(time, "@time=*;!msgid;!account bob PRIVMSG #den :hi");
	expect(tags, "@!time;msgid=*;!account bob PRIVMSG #den :hi");
	expect(account, "@!time;!msgid;account=bob bob PRIVMSG #den :hi");
	expect(all, "@time=*;msgid=*;account=bob;!batch bob PRIVMSG #den :hi");
}

static void tags_stand_behind_each_other_with_a_sign_between(void **state)
{
	struct fixture *f = *state;
	struct buf out = {0};
	struct line l;

	line_start(&l, f->hub, fixture_account(f, "ann"), "TEST");
	l.seq = 7;
	l.time_ms = 1000;
	line_render_tags(&l, cap_bit(CAP_SERVER_TIME), &out);
	assert_string_equal(buf_str(&out), "time=1970-01-01T00:00:01.000Z");
	buf_reset(&out);
	buf_add_str(&out, "x");
	line_render_tags(&l, cap_bit(CAP_SERVER_TIME) | cap_bit(CAP_ACCOUNT_TAG), &out);
	assert_string_equal(buf_str(&out), "xtime=1970-01-01T00:00:01.000Z;account=ann");
	buf_clear(&out);
	line_clear(&l);
}

static void answers_are_counted_and_who_is_closing_gets_none(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	struct session *s = peer_session(p);
	size_t said = s->said, made = s->made;
	struct line l;

	session_send(s, SPAN("TEST\r\n"), false);
	assert_true(s->said == said && s->made == made);
	session_send(s, SPAN("TEST\r\n"), true);
	assert_true(s->said == said + 6 && s->made == made + 6);
	s->closing = true;
	line_start(&l, f->hub, NULL, "LAST");
	session_say(s, &l);
	line_clear(&l);
	s->closing = false;
	fixture_settle(f);
	expect(p, "TEST");
	expect(p, "TEST");
	expect_none(p);
}

static struct session *attached(struct hub *h, const char *name, conn_id id, cap_set caps)
{
	struct inbox *in = inbox_new(CONN_SHARD(id));
	struct session *s;

	inbox_add(in, INBOX_OPENED, id)->opened.host = SPAN("192.0.2.1");
	hub_turn(h, (struct hub_time){.mono_ms = 2, .wall_ms = 2000}, &in->letter);
	s = session_find(h, id);
	s->account = account_find(h, span_of(name));
	if (!s->account)
		s->account = account_new(h, span_of(name), SPAN(""));
	s->caps = caps;
	return s;
}

static size_t lines_of(struct hub *h, unsigned shard, size_t *receivers)
{
	struct hub_out out;
	size_t n = 0;

	hub_take(h, &out);
	*receivers = 0;
	for (size_t i = 0; out.outboxes[shard] && i < out.outboxes[shard]->n_items; i++) {
		const struct outbox_item *item = &out.outboxes[shard]->items[i];

		n += item->kind == OUTBOX_LINE;
		*receivers += item->n_conns;
		if (item->kind == OUTBOX_LINE)
			assert_int_equal(item->after, h->head);
	}
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		outbox_free(out.outboxes[i]);
	journal_free(out.journal);
	return n;
}

static void a_line_is_rendered_once_for_each_look_and_shard(void **state UNUSED)
{
	enum { COUNT = 300 };
	struct hub_config config = fixture_config();
	uint8_t seed[32] = {2};
	struct hub *h;
	struct cast c;
	struct line l;
	size_t receivers;
	char *error = NULL;

	config.n_shards = 2;
	h = hub_new(&config, seed);
	hub_load(h, &history);
	assert_true(hub_loaded(h, (struct hub_time){.mono_ms = 1, .wall_ms = 1000}, &error));
	for (uint32_t i = 0; i < COUNT; i++)
		(void)attached(h, i % 3 ? "ann" : "bob", CONN_ID(i % 2, i, 1),
			       (i % 3 ? cap_bit(CAP_SERVER_TIME) : 0) |
				       (i % 5 ? cap_bit(CAP_ACCOUNT_TAG) : 0) |
				       cap_bit(CAP_MULTI_PREFIX));
	(void)lines_of(h, 0, &receivers);
	for (unsigned round = 0; round < 3; round++) {
		line_start(&l, h, NULL, "TEST");
		cast_open(&c, &l);
		list_for_each(item, &h->session_list)
			cast_to(&c, container_of(item, struct session, in_hub));
		cast_close(&c);
		line_clear(&l);
		// multi-prefix changes nothing in any line, and in one of the server's
		// account-tag does not either: two looks.
		assert_int_equal(lines_of(h, round % 2, &receivers), 2);
		assert_int_equal(receivers, COUNT / 2);
	}
	// A shard that nobody of them is in gets nothing.
	line_start(&l, h, NULL, "TEST");
	cast_open(&c, &l);
	cast_to(&c, session_find(h, CONN_ID(1, 1, 1)));
	cast_close(&c);
	line_clear(&l);
	assert_int_equal(lines_of(h, 0, &receivers), 0);
	hub_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_parameter_can_begin_another_one_or_another_line),
		cmocka_unit_test(no_text_can_end_the_line),
		HUB_TEST(a_line_is_never_longer_than_the_protocol_allows),
		HUB_TEST(each_receiver_sees_the_tags_that_it_asked_for),
		HUB_TEST(tags_stand_behind_each_other_with_a_sign_between),
		HUB_TEST(answers_are_counted_and_who_is_closing_gets_none),
		cmocka_unit_test(a_line_is_rendered_once_for_each_look_and_shard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
