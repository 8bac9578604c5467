// SPDX-License-Identifier: MIT
// A server that waits for its store is waited for; ids tell it what it need not look for.
#include "tests/unit/client/core.h"

#define WAITS ":h NOTE * STORING_WAITS :The server waits for its store"
#define GOES_ON ":h NOTE * STORING_GOES_ON :The server has its store again"

static uint64_t say(struct core *c, const char *text)
{
	struct target *t = core_room(c, "#den");
	uint64_t id;

	assert_true(delivery_message(c->e.delivery, t, LINE_MESSAGE, span_of(text), SPAN(""),
				     c->world.wall_ms));
	id = container_of(t->own.prev, struct own, in_target)->local_id;
	unsent_kept(c->e.unsent, id, NULL);
	return id;
}

static enum own_state state_of(struct core *c, uint64_t id)
{
	const struct own *own = own_find(c->e.model, id, NULL);

	assert_non_null(own);
	return own->state;
}

static void it_is_waited_for_without_a_word(void **state)
{
	struct core *c = *state;
	const struct link_status *link = &c->e.model->link;
	const struct target *t;
	uint64_t id;

	core_log_in(c, CORE_EXACT);
	t = core_room(c, "#den");
	id = say(c, "hello");
	core_hear(c, WAITS);
	assert_int_equal(link->state, LINK_STORING);
	assert_int_equal(link->since_ms, c->world.wall_ms);
	loose_world_pass(&c->world, 120000);
	engine_tick(&c->e);
	assert_int_equal(link->state, LINK_STORING);
	assert_int_equal(link->since_ms, c->world.wall_ms - 120000);
	assert_int_equal(state_of(c, id), OWN_SENDING);
	core_hear(c, GOES_ON);
	assert_int_equal(link->state, LINK_LAGGING); // of the message, which is not stored yet
	assert_int_equal(c->world.n_opened, 1);
	assert_int_equal(t->log.count, 0);
	assert_int_equal(c->e.model->server->log.count, 0);
}

static void another_connection_is_another_matter(void **state)
{
	struct core *c = *state;

	core_log_in(c, CORE_EXACT);
	core_hear(c, WAITS);
	core_break(c, CORE_EXACT);
	assert_int_equal(c->e.model->link.state, LINK_ONLINE);
}

static void who_logs_in_meanwhile_waits(void **state)
{
	struct core *c = *state;
	struct uplink_order order = {
		.host = "h",
		.port = "1",
		.pins.count = 1,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};

	engine_open(&c->e, &order);
	assert_true(loose_world_answer(&c->world));
	core_hear(c, WAITS);
	loose_world_pass(&c->world, 60000);
	assert_int_equal(c->e.model->link.state, LINK_LOGIN);
	assert_string_equal(c->e.model->link.text, "The server waits for its store");
	core_hear(c, ":h CAP * LS :" CORE_EXACT);
	core_hear(c, ":h CAP * ACK :" CORE_EXACT);
	core_hear(c, ":h 001 ann :hi");
	core_hear(c, GOES_ON);
	core_hear(c, ":h PONG h snug-alive-1");
	assert_int_equal(c->e.model->link.state, LINK_ONLINE);
	assert_int_equal(c->world.n_opened, 1);
}

static const char *id_of(struct core *c, uint64_t local_id)
{
	return unsent_find(c->e.unsent, local_id)->id;
}

// As far as the server has said what time it is there: ours may be a wrong one.
static void ids_carry_the_servers_time(void **state)
{
	struct core *c = *state;
	int64_t at_ms;

	core_log_in(c, CORE_EXACT);
	assert_false(timed_id_parse(span_of(id_of(c, say(c, "hello"))), &at_ms));
	core_hear(c, "@time=2026-11-22T09:00:00.000Z :bob!b@h PRIVMSG #den :hi");
	core_hear(c, "@time=2026-11-20T09:00:00.000Z;batch=b :bob!b@h PRIVMSG #den :old");
	loose_world_pass(&c->world, 5000);
	c->world.wall_ms += 3600 * 1000;
	assert_true(timed_id_parse(span_of(id_of(c, say(c, "again"))), &at_ms));
	assert_int_equal(at_ms, NOW_MS - 3 * 3600 * 1000 + 5000);
	loose_world_break(&c->world);
	uplink_retry(c->e.session);
	assert_false(timed_id_parse(span_of(id_of(c, say(c, "offline"))), &at_ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CORE(it_is_waited_for_without_a_word),
		CORE(another_connection_is_another_matter),
		CORE(who_logs_in_meanwhile_waits),
		CORE(ids_carry_the_servers_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
