// SPDX-License-Identifier: MIT
#include "tests/unit/io/world.h"

#include <sys/socket.h>

static void a_handshake_opens_and_lines_follow_in_one_letter(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	size_t letters;

	(void)state;
	assert_int_equal(w->n_heard, 1);
	assert_int_equal(w->heard[0].kind, INBOX_OPENED);
	letters = w->n_letters;
	peer_say(w, &p, "NICK ann\r\nUSER a 0 * :b\r\n\r\nPING x\r\n");
	assert_int_equal(w->n_heard, 4);
	assert_string_equal(w->heard[1].text, "NICK ann");
	assert_string_equal(w->heard[3].text, "PING x");
	assert_int_equal(w->n_letters, letters + 1);
	peer_free(&p);
	turns(w, 5);
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	world_free(w);
}

static void a_line_is_seen_only_when_its_entry_is_durable(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);

	(void)state;
	send_line(w, conn, "one\r\n", 0);
	send_line(w, conn, "two\r\n", 7);
	send_line(w, conn, "PONG\r\n", 0);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "one\r\n");
	send_durable(w, 6);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "one\r\n");
	send_durable(w, 7);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "one\r\ntwo\r\nPONG\r\n");
	peer_free(&p);
	world_free(w);
}

// Application data records among what waits to be read.
static size_t count_records(int fd)
{
	unsigned char bytes[65536];
	ssize_t len = recv(fd, bytes, sizeof(bytes), MSG_PEEK);
	size_t n = 0;

	for (ssize_t at = 0; at + 5 <= len; at += 5 + (bytes[at + 3] << 8 | bytes[at + 4]))
		n += bytes[at] == 23;
	return n;
}

static void all_lines_of_a_turn_leave_in_one_record(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);

	(void)state;
	for (int i = 0; i < 50; i++)
		send_line(w, conn, ":ann!a@h PRIVMSG #den :hello\r\n", 0);
	turns(w, 3);
	assert_int_equal(count_records(p.fd), 1);
	assert_int_equal(strlen(peer_hears(&p)), 50 * 30);
	peer_free(&p);
	world_free(w);
}

static void without_credit_nothing_is_read(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);

	(void)state;
	for (int i = 0; i < 100; i++)
		peer_say(w, &p, "PING a\r\n");
	assert_int_equal(count(w, INBOX_LINE), CREDIT_UNKNOWN);
	send_item(w, OUTBOX_CREDIT, conn, 5);
	turns(w, 5);
	assert_int_equal(count(w, INBOX_LINE), CREDIT_UNKNOWN + 5);
	send_item(w, OUTBOX_LOGGED_IN, conn, 0);
	turns(w, 5);
	assert_int_equal(count(w, INBOX_LINE), CONN_CREDIT + 5);
	send_item(w, OUTBOX_CREDIT, conn, 100);
	turns(w, 10);
	assert_int_equal(count(w, INBOX_LINE), 100);
	peer_free(&p);
	world_free(w);
}

// Proves T7.
static void a_record_of_many_lines_is_read_to_its_end(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	struct buf text = {0};

	(void)state;
	send_item(w, OUTBOX_CREDIT, last_conn(w), 4000);
	for (int i = 0; i < 1800; i++)
		buf_add_str(&text, "PING a\r\n");
	peer_say(w, &p, buf_str(&text));
	turns(w, 10);
	assert_int_equal(count(w, INBOX_LINE), 1800);
	buf_clear(&text);
	peer_free(&p);
	world_free(w);
}

static void a_reader_that_stops_is_stalled_and_drained(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);
	char text[1001];
	size_t seen;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 998, "\r\n", 3);
	for (int i = 0; i < 9000; i++) {
		send_line(w, conn, text, 0);
		if (i % 100 == 0)
			turn(w);
	}
	turns(w, 3);
	assert_int_equal(count(w, INBOX_STALLED), 1);
	assert_int_equal(count(w, INBOX_DRAINED), 0);
	WAIT_UNTIL(count(w, INBOX_DRAINED), (peer_hears(&p), turn(w)));
	assert_int_equal(count(w, INBOX_DRAINED), 1);
	peer_hears(&p);
	seen = p.got.len;
	assert_true(seen > OUTQ_MAX - 1000 && seen < 9000 * 1000);
	// Live lines are dropped until the hub has paged what was missed.
	send_line(w, conn, "live\r\n", 0);
	struct outbox *out = outbox_new();
	outbox_line(out, SPAN("missed\r\n"), 0, true);
	outbox_to(out, conn);
	post(w, out);
	send_item(w, OUTBOX_LIVE, conn, 0);
	send_line(w, conn, "again\r\n", 0);
	turns(w, 5);
	assert_string_equal(peer_hears(&p) + p.got.len - 15, "missed\r\nagain\r\n");
	assert_int_equal(count(w, INBOX_STALLED), 1);
	peer_free(&p);
	world_free(w);
}

// Proves P3.
static void nothing_is_read_from_who_does_not_read(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);
	char text[1001];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 998, "\r\n", 3);
	// Past the kernel's buffers and OUTQ_PAUSE, behind a gate that is shut.
	for (size_t i = 0; i < OUTQ_PAUSE / 1000 + 10; i++)
		send_line(w, conn, text, 9);
	turns(w, 3);
	peer_say(w, &p, "PING a\r\n");
	send_item(w, OUTBOX_TELL, conn, 0);
	turns(w, 3);
	assert_int_equal(count(w, INBOX_LINE), 0);
	assert_int_equal(count(w, INBOX_TAKEN), 0);
	send_durable(w, 9);
	WAIT_UNTIL(count(w, INBOX_LINE), (peer_hears(&p), turn(w)));
	assert_int_equal(count(w, INBOX_LINE), 1);
	assert_int_equal(count(w, INBOX_TAKEN), 1);
	send_item(w, OUTBOX_TELL, conn, 0);
	turns(w, 2);
	assert_int_equal(count(w, INBOX_TAKEN), 2);
	peer_free(&p);
	world_free(w);
}

static void a_close_flushes_waits_for_the_gate_and_says_goodbye(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);
	struct outbox *out = outbox_new();
	struct outbox_item *item;

	(void)state;
	send_line(w, conn, "ERROR :bye\r\n", 0);
	item = outbox_add(out, OUTBOX_CLOSE);
	item->conn = conn;
	item->after = 5;
	post(w, out);
	turns(w, 5);
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	assert_string_equal(peer_hears(&p), "ERROR :bye\r\n");
	assert_false(p.closed);
	send_line(w, conn, "late\r\n", 0);
	send_durable(w, 5);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "ERROR :bye\r\n");
	assert_true(p.closed);
	peer_free(&p);
	world_free(w);
}

// Proves B4.
static void a_stale_id_is_dropped_in_silence(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w), q;
	conn_id old = last_conn(w);

	(void)state;
	peer_free(&p);
	turns(w, 5);
	q = peer_connect(w);
	assert_true(last_conn(w) != old);
	assert_int_equal(CONN_SLOT(last_conn(w)), CONN_SLOT(old));
	send_line(w, old, "for the other\r\n", 0);
	send_item(w, OUTBOX_CREDIT, old, 1);
	send_item(w, OUTBOX_CLOSE, old, 0);
	turns(w, 5);
	assert_string_equal(peer_hears(&q), "");
	assert_false(q.closed);
	peer_free(&q);
	world_free(w);
}

static bool has_ended(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) == 0;
}

// Proves T4.
static void silence_ends_at_the_handshake_deadline(void **state)
{
	const struct conn_times times = {800, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS,
					 PATIENCE_MS};
	struct world *w = world_new(&times, 0);
	int64_t began = clock_mono_ms();
	int silent = raw_connect(w), half = raw_connect(w);

	(void)state;
	assert_int_equal(send(half, "\x16\x03\x01", 3, 0), 3);
	turns(w, 3);
	assert_true(!has_ended(silent) || clock_mono_ms() - began >= times.handshake_ms);
	WAIT_UNTIL(has_ended(silent) && has_ended(half), turn(w));
	assert_int_equal(w->n_heard, 0);
	close(silent);
	close(half);
	world_free(w);
}

// Proves T4.
static void whoever_does_not_log_in_is_told_and_closed(void **state)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_new(&times, 0);
	struct peer p = peer_connect(w);

	(void)state;
	WAIT_UNTIL(p.closed, (turn(w), peer_hears(&p)));
	assert_string_equal(peer_hears(&p), "ERROR :Closing link: Registration timed out\r\n");
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	assert_string_equal(last_heard(w)->text, "Registration timed out");
	peer_free(&p);
	world_free(w);
}

static void silence_is_pinged_and_ends_without_an_answer(void **state)
{
	const struct conn_times times = {PATIENCE_MS, PATIENCE_MS, 60, 1000, 100};
	struct world *w = world_new(&times, 0);
	struct peer p = peer_connect(w);

	(void)state;
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	WAIT_UNTIL(*peer_hears(&p), turn(w));
	assert_string_equal(peer_hears(&p), "PING :test.host\r\n");
	peer_say(w, &p, "PONG :test.host\r\n");
	buf_reset(&p.got);
	WAIT_UNTIL(p.closed, (turn(w), peer_hears(&p)));
	assert_string_equal(peer_hears(&p),
			    "PING :test.host\r\nERROR :Closing link: Ping timeout\r\n");
	assert_string_equal(last_heard(w)->text, "Ping timeout");
	peer_free(&p);
	world_free(w);
}

static void whoever_reads_slowly_is_not_taken_for_gone(void **state)
{
	const struct conn_times times = {PATIENCE_MS, PATIENCE_MS, 1000, 1000, 100};
	struct world *w = world_new(&times, 0);
	struct peer p = peer_connect(w);
	char text[1001];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 998, "\r\n", 3);
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	for (int i = 0; i < 6000; i++) {
		send_line(w, last_conn(w), text, 0);
		if (i % 500 == 0)
			turn(w);
	}
	WAIT_UNTIL(count(w, INBOX_STALLED), turn(w));
	int64_t since = clock_mono_ms();
	WAIT_UNTIL(clock_mono_ms() - since > times.ping_after_ms + times.pong_within_ms,
		   turn(w));
	assert_int_equal(count(w, INBOX_CLOSED), 0);
	WAIT_UNTIL(count(w, INBOX_DRAINED), (peer_hears(&p), turn(w)));
	// All was read, and there is still no answer.
	WAIT_UNTIL(p.closed, (turn(w), peer_hears(&p)));
	assert_string_equal(last_heard(w)->text, "Ping timeout");
	peer_free(&p);
	world_free(w);
}

// Proves B34.
static void plain_text_gets_no_answer_and_no_tls(void **state)
{
	struct world *w = world_new(NULL, 0);
	int fd = raw_connect(w);

	(void)state;
	assert_int_equal(send(fd, "NICK ann\r\n", 10, 0), 10);
	turns(w, 5);
	assert_true(recv(fd, &(char){0}, 1, 0) <= 0);
	assert_int_equal(w->n_heard, 0);
	close(fd);
	world_free(w);
}

// Proves B23.
static void a_browser_is_shown_the_door(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	(void)state;
	peer_say(w, &p, "POST / HTTP/1.1\r\n\r\nNICK ann\r\n");
	assert_int_equal(count(w, INBOX_LINE), 0);
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	peer_free(&p);
	world_free(w);
}

// Proves P5.
static void a_source_has_its_share_until_it_logs_in(void **state)
{
	struct world *w = world_new(NULL, 2);
	struct peer a = peer_connect(w), b;
	conn_id first = last_conn(w);
	int refused;

	(void)state;
	b = peer_connect(w);
	refused = raw_connect(w);
	turns(w, 3);
	assert_true(has_ended(refused));
	send_item(w, OUTBOX_LOGGED_IN, first, 0);
	turns(w, 3);
	close(refused);
	refused = raw_connect(w);
	turns(w, 3);
	assert_false(has_ended(refused));
	close(refused);
	peer_free(&a);
	peer_free(&b);
	world_free(w);
}

static void a_new_certificate_is_for_new_connections(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer old = peer_connect(w), fresh;
	struct shard_settings *settings;
	conn_id first = last_conn(w);
	uint8_t a[TLS_PIN_LEN], b[TLS_PIN_LEN];

	(void)state;
	settings = shard_settings_new(world_tls(w, "second"), NULL, 0, 0);
	mailbox_put(shard_mailbox(w->shard), &settings->letter);
	turns(w, 3);
	fresh = peer_connect(w);
	assert_true(tls_peer_pin(old.tls, a));
	assert_true(tls_peer_pin(fresh.tls, b));
	assert_memory_not_equal(a, b, TLS_PIN_LEN);
	send_line(w, first, "still here\r\n", 0);
	turns(w, 3);
	assert_string_equal(peer_hears(&old), "still here\r\n");
	peer_free(&old);
	peer_free(&fresh);
	world_free(w);
}

static void a_shard_in_a_thread_says_goodbye_and_ends(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct shard_config config = w->config;
	struct shard_thread *t;
	struct letter *letter;
	struct peer p;
	conn_id conn = 0;

	(void)state;
	shard_free(w->shard);
	config.number = 1;
	config.tls = world_tls(w, "second");
	config.names = NULL;
	t = shard_thread_start(&config, w->hub);
	p = (struct peer){.fd = net_connect(&w->address)};
	p.tls = tls_new(w->client_tls, p.fd, "localhost");
	WAIT_UNTIL(tls_handshake(p.tls) == TLS_OK, wait_step());
	letter = mailbox_wait(w->hub, PATIENCE_MS);
	assert_non_null(letter);
	conn = container_of(letter, struct inbox, letter)->events[0].conn;
	assert_int_equal(CONN_SHARD(conn), 1);
	inbox_free(container_of(letter, struct inbox, letter));
	struct outbox *out = outbox_new();
	outbox_line(out, SPAN("bye\r\n"), 0, false);
	outbox_to(out, conn);
	mailbox_put(shard_thread_mailbox(t), &out->letter);
	shard_thread_stop(t);
	shard_thread_join(t);
	assert_string_equal(peer_hears(&p), "bye\r\n");
	assert_true(p.closed);
	peer_free(&p);
	w->config.tls = world_tls(w, "third");
	w->config.names = NULL;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_opens_and_lines_follow_in_one_letter),
		cmocka_unit_test(a_line_is_seen_only_when_its_entry_is_durable),
		cmocka_unit_test(all_lines_of_a_turn_leave_in_one_record),
		cmocka_unit_test(without_credit_nothing_is_read),
		cmocka_unit_test(a_record_of_many_lines_is_read_to_its_end),
		cmocka_unit_test(a_reader_that_stops_is_stalled_and_drained),
		cmocka_unit_test(nothing_is_read_from_who_does_not_read),
		cmocka_unit_test(a_close_flushes_waits_for_the_gate_and_says_goodbye),
		cmocka_unit_test(a_stale_id_is_dropped_in_silence),
		cmocka_unit_test(silence_ends_at_the_handshake_deadline),
		cmocka_unit_test(whoever_does_not_log_in_is_told_and_closed),
		cmocka_unit_test(silence_is_pinged_and_ends_without_an_answer),
		cmocka_unit_test(whoever_reads_slowly_is_not_taken_for_gone),
		cmocka_unit_test(plain_text_gets_no_answer_and_no_tls),
		cmocka_unit_test(a_browser_is_shown_the_door),
		cmocka_unit_test(a_source_has_its_share_until_it_logs_in),
		cmocka_unit_test(a_new_certificate_is_for_new_connections),
		cmocka_unit_test(a_shard_in_a_thread_says_goodbye_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
