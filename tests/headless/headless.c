// SPDX-License-Identifier: MIT
// The client without a face: everything but client/ui and client/faces.c is linked, and it
// joins, talks, edits, searches and mutes, on the real composition root.
//
// Once with files; once with a store that answers in later turns, in random order, at times
// with a refusal and at times never.  usage: headless
#include "client/app/client_private.h"
#include "client/model/own.h"
#include "client/model/target.h"
#include "client/outside/outside_loop.h"
#include "common/die.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>

#define CAPS                                                                                   \
	"message-tags server-time labeled-response batch echo-message snug.chat/exactly-once " \
	"draft/chathistory soju.im/search"

#define PENDING_MAX 64

// A store that takes its time.
struct late {
	struct unsent *unsent;
	uint64_t ids[PENDING_MAX];
	size_t n;
	unsigned seed;
};

struct somebody {
	struct scripted server;
	struct loop *loop;
	struct outside outside;
	struct folders paths;
	struct profile profile;
	struct preferences config;
	struct client *client;
	struct late late;
	char home[40];
	unsigned n_stored;
	struct buf seen; // what the server stored: "ID TEXT\n"
	struct buf answers;
};

// The server: it stores each id once and echoes to the label.

static void tag_of(const struct msg *m, const char *key, char out[static 80])
{
	struct span value;

	out[0] = '\0';
	if (msg_tag(m, span_of(key), &value))
		snprintf(out, 80, SPAN_FMT, SPAN_ARG(value));
}

static void store(struct somebody *p, const struct msg *m)
{
	char label[80], id[80], edits[80];
	struct buf line = {0};

	tag_of(m, "label", label);
	tag_of(m, "snug.chat/id", id);
	tag_of(m, "+draft/edit", edits);
	assert_null(strstr(buf_str(&p->seen), id));
	buf_printf(&p->seen, "%s " SPAN_FMT "\n", id, SPAN_ARG(msg_param(m, 1)));
	buf_printf(&line,
		   "@label=%s;msgid=m%u;time=2026-11-22T12:00:%02u.000Z%s%s :ann!a@h PRIVMSG "
		   "#den :" SPAN_FMT,
		   label, p->n_stored, p->n_stored, edits[0] ? ";+draft/edit=" : "", edits,
		   SPAN_ARG(msg_param(m, 1)));
	p->n_stored++;
	scripted_say(&p->server, buf_str(&line));
	buf_clear(&line);
}

static void find(struct somebody *p, const struct msg *m)
{
	char label[80], line[300];

	tag_of(m, "label", label);
	snprintf(
		line, sizeof(line),
		"@label=%s :h BATCH +s soju.im/search\r\n"
		"@batch=s;msgid=f1;time=2026-11-22T11:00:00.000Z :bob!b@h PRIVMSG #den :cake\r\n"
		":h BATCH -s",
		label);
	scripted_say(&p->server, line);
}

static void on_server_line(struct scripted *s, struct span line)
{
	struct somebody *p = container_of(s, struct somebody, server);
	struct msg m;

	assert_int_equal(msg_parse(&m, line), MSG_OK);
	if (span_eq(line, SPAN("CAP LS 302")))
		scripted_say(s, ":h CAP * LS :" CAPS);
	else if (span_starts(line, SPAN("CAP REQ :")))
		scripted_say(s, ":h CAP * ACK :" CAPS);
	else if (span_eq(line, SPAN("CAP END")))
		scripted_say(s, ":h 001 ann :hi\r\n:h 005 ann CHANTYPES=# :are");
	else if (span_eq(m.command, SPAN("JOIN")))
		scripted_say(s, ":ann!a@h JOIN #den\r\n:h 353 ann = #den :ann bob\r\n"
				":h 366 ann #den :end");
	else if (span_eq(m.command, SPAN("PRIVMSG")))
		store(p, &m);
	else if (span_eq(m.command, SPAN("SEARCH")))
		find(p, &m);
}

// The person.

static void start(struct somebody *p)
{
	struct buf errors = {0};

	assert_true(settings_read(&p->config, &p->paths, NULL, &errors));
	p->client = client_new(p->loop, &p->outside, &p->paths, &p->profile, &p->config, NULL);
	buf_clear(&errors);
}

static void end(struct somebody *p)
{
	client_free(p->client);
	settings_clear(&p->config);
	p->client = NULL;
}

static void person_init(struct somebody *p, struct loop *l)
{
	*p = (struct somebody){.loop = l, .outside = outside_of_loop(l)};
	snprintf(p->home, sizeof(p->home), "/tmp/snug-headless-XXXXXX");
	assert_non_null(mkdtemp(p->home));
	scripted_init(&p->server, l);
	p->server.on_line = on_server_line;
	folders_init(&p->paths, p->home);
	profile_init(&p->profile, &p->paths, "den", "127.0.0.1", p->server.port);
	free(p->profile.account);
	p->profile.account = xstrdup("ann");
	pins_set(&p->profile.pins, p->server.pin);
	start(p);
}

static int remove_one(const char *path, const struct stat *st UNUSED, int kind UNUSED,
		      struct FTW *ftw UNUSED)
{
	return remove(path);
}

static void person_clear(struct somebody *p)
{
	end(p);
	scripted_clear(&p->server);
	profile_clear(&p->profile);
	folders_clear(&p->paths);
	buf_clear(&p->seen);
	buf_clear(&p->answers);
	assert_int_equal(nftw(p->home, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void turn(struct somebody *p)
{
	loop_turn(p->loop, STEP_MS);
}

static void connect_to(struct somebody *p)
{
	struct login_order login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""};

	client_connect(p->client, &login);
	WAIT_UNTIL(model_is_online(p->client->core.model), turn(p));
}

static struct target *den(struct somebody *p)
{
	return target_need(p->client->core.model, SPAN("#den"));
}

static void type(struct somebody *p, const char *text)
{
	const struct intents *i = &p->client->seat.intents;

	i->typed(i->arg, den(p), span_of(text));
}

static struct span newest(struct somebody *p)
{
	const struct scrollback *log = &den(p)->log;

	return log->count ? line_says(scrollback_at(log, log->count - 1)) : SPAN("");
}

static void note_answer(void *arg, const json_t *answer, bool is_last UNUSED)
{
	json_add_line(arg, answer);
}

static void talk(struct somebody *p)
{
	const struct intents *i = &p->client->seat.intents;

	type(p, "/join #den");
	WAIT_UNTIL(den(p)->joined, turn(p));
	type(p, "helo");
	assert_int_equal(own_count(p->client->core.model), 1);
	WAIT_UNTIL(own_count(p->client->core.model) == 0, turn(p));
	assert_true(span_eq(newest(p), SPAN("helo")));
	struct log_line *first = target_newest(den(p));
	i->message(i->arg, den(p), LINE_EDIT, SPAN("hello"), line_id(first));
	WAIT_UNTIL(own_count(p->client->core.model) == 0, turn(p));
	assert_true(span_eq(line_says(first), SPAN("hello")));
}

static void search(struct somebody *p)
{
	json_t *request = json_pack("{s:s, s:s}", "op", "search", "text", "cake");

	requests_run(p->client->requests, request, note_answer, &p->answers);
	json_decref(request);
	WAIT_UNTIL(strstr(buf_str(&p->answers), "\"end\""), turn(p));
	assert_non_null(strstr(buf_str(&p->answers), "\"text\":\"cake\""));
	assert_non_null(strstr(buf_str(&p->answers), "\"code\":0"));
}

static void it_joins_talks_edits_searches_and_mutes_on_files(void **state UNUSED)
{
	struct somebody p;

	person_init(&p, loop_new());
	connect_to(&p);
	talk(&p);
	search(&p);
	type(&p, "/mute");
	assert_true(den(&p)->muted);
	type(&p, "/theme light");
	assert_true(span_eq(newest(&p), SPAN("/theme needs the full screen")));
	// The next run, first without a server.
	end(&p);
	start(&p);
	assert_true(den(&p)->muted);
	type(&p, "said offline");
	const struct own *own = container_of(den(&p)->own.next, struct own, in_target);
	assert_int_equal(own->state, OWN_KEEPING);
	loop_turn(p.loop, 0);
	assert_int_equal(own->state, OWN_QUEUED);
	end(&p);
	start(&p);
	connect_to(&p);
	WAIT_UNTIL(own_count(p.client->core.model) == 0, turn(&p));
	assert_non_null(strstr(buf_str(&p.seen), " said offline\n"));
	struct loop *l = p.loop;
	person_clear(&p);
	loop_free(l);
}

static void late_keep(void *arg, const struct unsent_entry *e)
{
	struct late *s = arg;

	assert_true(s->n < PENDING_MAX);
	s->ids[s->n++] = e->local_id;
}

static void late_note(void *arg UNUSED, const struct unsent_entry *e)
{
	assert_true(e->is_kept);
}

static unsigned chance(struct late *s, unsigned of)
{
	s->seed = s->seed * 1103515245 + 12345;
	return (s->seed >> 16) % of;
}

// Of each seven answers one is never given and one is a refusal; they come in any order.
static void late_answer(struct late *s)
{
	size_t i = chance(s, (unsigned)s->n);
	uint64_t id = s->ids[i];

	s->ids[i] = s->ids[--s->n];
	if (id % 7 != 3)
		unsent_kept(s->unsent, id, id % 7 == 5 ? "full" : NULL);
}

static void expect_all(struct somebody *p, unsigned count)
{
	for (unsigned i = 1; i <= count; i++) {
		char text[32];
		snprintf(text, sizeof(text), " word-%u.\n", i);
		bool is_seen = strstr(buf_str(&p->seen), text) != NULL;
		assert_int_equal(is_seen, i % 7 != 3 && i % 7 != 5);
		const struct own *own = own_find(p->client->core.model, i, NULL);
		assert_int_equal(own != NULL, i % 7 == 3);
		if (own)
			assert_int_equal(own->state, OWN_KEEPING);
	}
}

static void what_its_store_did_not_answer_for_never_leaves(void **state UNUSED)
{
	for (unsigned seed = 1; seed <= 5; seed++) {
		struct somebody p;
		person_init(&p, loop_new());
		p.late = (struct late){.unsent = p.client->core.unsent, .seed = seed};
		struct unsent_store store = {.arg = &p.late,
					     .keep = late_keep,
					     .sent = late_note,
					     .done = late_note,
					     .stored = late_note};
		unsent_set_store(p.client->core.unsent, &store);
		connect_to(&p);
		type(&p, "/join #den");
		WAIT_UNTIL(den(&p)->joined, turn(&p));
		for (unsigned i = 1; i <= 21; i++) {
			char text[32];
			snprintf(text, sizeof(text), "word-%u.", i);
			type(&p, text);
			loop_turn(p.loop, 0);
			if (chance(&p.late, 2))
				late_answer(&p.late);
		}
		while (p.late.n)
			late_answer(&p.late);
		WAIT_UNTIL(own_count(p.client->core.model) == 3, turn(&p));
		expect_all(&p, 21);
		struct loop *l = p.loop;
		person_clear(&p);
		loop_free(l);
	}
}

static void check_key(struct somebody *p)
{
	uint8_t pin[TLS_PIN_LEN];

	assert_true(uplink_peer_pin(p->client->core.session, pin));
	assert_memory_equal(pin, p->server.pin, TLS_PIN_LEN);
}

// Of all that hangs from a server, nothing is the other's.
static void check_apart(struct somebody *a, struct somebody *b)
{
	check_key(a);
	check_key(b);
	assert_memory_not_equal(a->server.pin, b->server.pin, TLS_PIN_LEN);
	// Calls: the servers answer no CHATHISTORY, and only one breaks.
	int64_t waiting = calls_waiting_since(b->client->core.calls);
	assert_true(waiting > 0);
	// The model and the outbox, while the one is offline.
	scripted_drop(&a->server);
	WAIT_UNTIL(!model_is_online(a->client->core.model), turn(a));
	assert_true(model_is_online(b->client->core.model));
	assert_int_equal(calls_waiting_since(a->client->core.calls), 0);
	assert_int_equal(calls_waiting_since(b->client->core.calls), waiting);
	size_t heard = den(b)->log.count;
	type(a, "waits here");
	assert_int_equal(own_count(a->client->core.model), 1);
	assert_int_equal(own_count(b->client->core.model), 0);
	assert_false(list_is_empty(unsent_entries(a->client->core.unsent)));
	assert_true(list_is_empty(unsent_entries(b->client->core.unsent)));
	assert_int_equal(den(b)->log.count, heard);
	uplink_retry(a->client->core.session);
	WAIT_UNTIL(own_count(a->client->core.model) == 0, turn(a));
	assert_non_null(strstr(buf_str(&a->seen), " waits here\n"));
	assert_null(strstr(buf_str(&b->seen), "waits here"));
}

static void two_of_them_live_in_one_process(void **state UNUSED)
{
	struct somebody a, b;
	struct loop *l = loop_new();

	person_init(&a, l);
	person_init(&b, l);
	connect_to(&a);
	connect_to(&b);
	talk(&a);
	talk(&b);
	type(&a, "/mute");
	assert_false(den(&b)->muted);
	type(&a, "only here");
	WAIT_UNTIL(own_count(a.client->core.model) == 0, turn(&a));
	assert_null(strstr(buf_str(&b.seen), "only here"));
	check_apart(&a, &b);
	// One goes, the other stays.
	person_clear(&a);
	type(&b, "still here");
	WAIT_UNTIL(own_count(b.client->core.model) == 0, turn(&b));
	assert_non_null(strstr(buf_str(&b.seen), "still here"));
	person_clear(&b);
	loop_free(l);
}

// A program that answered, joined or opened by itself could be steered by whoever writes.
// Proves C4.
static void nothing_is_answered_or_joined_unasked(void **state UNUSED)
{
	static const char *const lines[] = {
		":bob!b@h PRIVMSG ann :\1VERSION\1",
		":bob!b@h PRIVMSG ann :\1PING 12\1",
		":bob!b@h PRIVMSG #den :\1TIME\1",
		":bob!b@h PRIVMSG ann :\1DCC SEND x 2130706433 9 10\1",
		":bob!b@h PRIVMSG ann :\1CLIENTINFO\1",
		":bob!b@h PRIVMSG ann :see https://example.org/ and ircs://example.org/x",
		":bob!b@h PRIVMSG ann :snug://example.org/den,invite=x,pin=y",
		":bob!b@h INVITE ann #lair",
		":h NOTICE ann :/join #lair",
		"@+typing=active :bob!b@h TAGMSG ann",
	};
	struct somebody p;

	person_init(&p, loop_new());
	connect_to(&p);
	type(&p, "/join #den");
	WAIT_UNTIL(den(&p)->joined, turn(&p));
	type(&p, "before");
	WAIT_UNTIL(own_count(p.client->core.model) == 0, turn(&p));
	buf_reset(&p.server.heard);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		scripted_say(&p.server, lines[i]);
	type(&p, "behind");
	WAIT_UNTIL(own_count(p.client->core.model) == 0, turn(&p));
	assert_non_null(target_find(p.client->core.model, SPAN("bob")));
	struct span heard = buf_span(&p.server.heard), said = span_cut(&heard, '\n');
	struct msg m;
	assert_int_equal(msg_parse(&m, said), MSG_OK);
	assert_true(span_eq(m.command, SPAN("PRIVMSG")));
	assert_true(span_eq(msg_param(&m, 1), SPAN("behind")));
	assert_int_equal(heard.len, 0);
	struct loop *l = p.loop;
	person_clear(&p);
	loop_free(l);
}

// Whatever face there is: a password that was logged in with does not go to a room.
static void the_password_is_not_said(void **state UNUSED)
{
	struct somebody p;
	struct login_order login = {.how = LOGIN_OPEN,
				    .name = "ann",
				    .secret = SPAN("hajo-fuhu-feko"),
				    .invite = "",
				    .caps = ""};

	person_init(&p, loop_new());
	client_connect(p.client, &login);
	WAIT_UNTIL(model_is_online(p.client->core.model), turn(&p));
	type(&p, "/join #den");
	WAIT_UNTIL(den(&p)->joined, turn(&p));
	type(&p, "hajo-fuhu-feko");
	assert_true(span_eq(newest(&p), SPAN("not sent: that is your password")));
	type(&p, "something else");
	WAIT_UNTIL(strstr(buf_str(&p.seen), " something else\n"), turn(&p));
	assert_null(strstr(buf_str(&p.seen), "hajo"));
	struct loop *l = p.loop;
	person_clear(&p);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_joins_talks_edits_searches_and_mutes_on_files),
		cmocka_unit_test(what_its_store_did_not_answer_for_never_leaves),
		cmocka_unit_test(the_password_is_not_said),
		cmocka_unit_test(two_of_them_live_in_one_process),
		cmocka_unit_test(nothing_is_answered_or_joined_unasked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
