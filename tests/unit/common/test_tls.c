// SPDX-License-Identifier: MIT
#include "tests/unit/common/tls_pair.h"

static void a_client_and_a_server_talk_both_ways(void **state)
{
	struct pair *p = *state;
	char text[16];
	size_t got;

	connect_streams(p, "chat.example.org");
	shake_hands(p);
	assert_int_equal(tls_write(p->client, "hello", 5), TLS_OK);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(got, 5);
	assert_memory_equal(text, "hello", 5);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	assert_int_equal(tls_write(p->server, "hi", 2), TLS_OK);
	assert_int_equal(tls_read(p->client, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(got, 2);
	assert_memory_equal(tls_version(p->server), "TLSv1.3 ", 8);
}

static void both_ends_learn_the_key_of_the_other(void **state)
{
	struct pair *p = *state;
	uint8_t shown[TLS_PIN_LEN], own[TLS_PIN_LEN], device[TLS_PIN_LEN];

	connect_streams(p, "chat.example.org");
	shake_hands(p);
	tls_context_pin(p->server_context, own);
	assert_true(tls_peer_pin(p->client, shown));
	assert_memory_equal(shown, own, TLS_PIN_LEN);
	tls_context_pin(p->client_context, device);
	assert_true(tls_peer_pin(p->server, shown));
	assert_memory_equal(shown, device, TLS_PIN_LEN);
	assert_memory_not_equal(own, device, TLS_PIN_LEN);
}

static void a_client_without_a_certificate_has_no_pin(void **state)
{
	struct pair *p = *state;
	uint8_t pin[TLS_PIN_LEN];
	char *error;

	tls_context_free(p->client_context);
	p->client_context = tls_context_client(NULL, NULL, &error);
	connect_streams(p, NULL);
	shake_hands(p);
	assert_false(tls_peer_pin(p->server, pin));
	assert_true(tls_peer_pin(p->client, pin));
}

static void a_self_signed_server_is_not_verified_unless_it_is_trusted(void **state)
{
	struct pair *p = *state;
	char *error;

	connect_streams(p, "chat.example.org");
	shake_hands(p);
	assert_false(tls_is_verified(p->client));
	assert_false(tls_is_verified(p->server));
	disconnect(p);

	setenv("SSL_CERT_FILE", p->cert, 1);
	tls_context_free(p->client_context);
	p->client_context = tls_context_client(NULL, NULL, &error);
	unsetenv("SSL_CERT_FILE");
	connect_streams(p, "chat.example.org");
	shake_hands(p);
	assert_true(tls_is_verified(p->client));
	disconnect(p);

	connect_streams(p, "other.example.org");
	shake_hands(p);
	assert_false(tls_is_verified(p->client));
	disconnect(p);

	connect_streams(p, NULL);
	shake_hands(p);
	assert_false(tls_is_verified(p->client));
}

static void a_goodbye_is_a_clean_end(void **state)
{
	struct pair *p = *state;
	char text[8];
	size_t got;

	connect_streams(p, NULL);
	shake_hands(p);
	tls_free(p->client);
	p->client = NULL;
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_CLOSED);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_CLOSED);
	// Half a close: what we still say may be heard.
	assert_int_equal(tls_write(p->server, "bye", 3), TLS_OK);
}

// Proves T11.
static void an_end_without_a_goodbye_is_broken(void **state)
{
	struct pair *p = *state;
	char text[8];
	size_t got;

	connect_streams(p, NULL);
	shake_hands(p);
	assert_int_equal(tls_write(p->client, "half", 4), TLS_OK);
	close(p->client_fd);
	p->client_fd = -1;
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_BROKEN);
	assert_int_equal(got, 0);
	assert_string_equal(tls_error(p->server), "the connection was cut without a goodbye");
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_BROKEN);
	assert_int_equal(tls_write(p->server, "x", 1), TLS_BROKEN);
}

// Proves T5.
static void an_error_of_one_stream_does_not_touch_another(void **state)
{
	struct pair *p = *state;
	struct pair other = *p;
	char text[8];
	size_t got;

	connect_streams(p, NULL);
	shake_hands(p);
	connect_streams(&other, NULL);
	assert_int_equal(write(other.client_fd, "NICK alice\r\n", 12), 12);
	assert_int_equal(tls_handshake(other.server), TLS_BROKEN);
	assert_string_equal(tls_error(other.server), "the other side does not speak TLS");
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	assert_int_equal(ERR_peek_error(), 0);
	disconnect(&other);
}

// Fills the client's way to the server; gives how many records got through.
static size_t stall(struct pair *p, const char *record, size_t len)
{
	size_t count = 0;

	while (tls_write(p->client, record, len) == TLS_OK)
		assert_true(++count < 10000);
	return count;
}

static size_t read_all(struct tls *t, struct buf *all)
{
	size_t got, total = 0;

	while (tls_read(t, buf_space(all, 4096), 4096, &got) == TLS_OK) {
		all->len += got;
		total += got;
	}
	return total;
}

// Proves T6.
static void a_pending_write_is_taken_up_from_another_address_with_more_behind(void **state)
{
	struct pair *p = *state;
	struct buf all = {0}, moved = {0};
	char record[16000];
	size_t before;

	for (size_t i = 0; i < sizeof(record); i++)
		record[i] = (char)('a' + i % 26);
	connect_streams(p, NULL);
	shake_hands(p);
	before = stall(p, record, sizeof(record));
	assert_int_equal(tls_write(p->client, record, sizeof(record)), TLS_WANT_WRITE);
	buf_add(&moved, record, sizeof(record));
	buf_add_str(&moved, "and more");
	read_all(p->server, &all);
	while (tls_write(p->client, moved.at, moved.len) != TLS_OK)
		read_all(p->server, &all);
	read_all(p->server, &all);
	assert_int_equal(all.len, (before + 1) * sizeof(record) + 8);
	for (size_t i = 0; i <= before; i++)
		assert_memory_equal(all.at + i * sizeof(record), record, sizeof(record));
	assert_memory_equal(all.at + all.len - 8, "and more", 8);
	buf_clear(&all);
	buf_clear(&moved);
}

// Proves T7.
static void what_was_decrypted_but_not_read_is_pending(void **state)
{
	struct pair *p = *state;
	char record[16000] = {0}, text[4096];
	size_t got;

	connect_streams(p, NULL);
	shake_hands(p);
	assert_false(tls_has_pending(p->server));
	assert_int_equal(tls_write(p->client, record, sizeof(record)), TLS_OK);
	assert_int_equal(tls_write(p->client, "next", 4), TLS_OK);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_true(tls_has_pending(p->server));
	for (size_t total = got; total < sizeof(record); total += got)
		assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(got, 4);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	assert_false(tls_has_pending(p->server));
}

static void what_came_along_with_the_handshake_is_pending(void **state)
{
	struct pair *p = *state;
	char text[8];
	size_t got;

	connect_streams(p, NULL);
	assert_int_equal(tls_handshake(p->client), TLS_WANT_READ);
	assert_int_equal(tls_handshake(p->server), TLS_WANT_READ);
	assert_int_equal(tls_handshake(p->client), TLS_OK);
	assert_int_equal(tls_write(p->client, "first", 5), TLS_OK);
	assert_int_equal(tls_handshake(p->server), TLS_OK);
	assert_true(tls_has_pending(p->server));
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(got, 5);
}

// Moves bytes from one descriptor to another one at a time, reading after each.
static void drip(int from, int to, struct tls *reader, struct buf *all)
{
	char byte, text[256];
	size_t got;

	while (read(from, &byte, 1) == 1) {
		assert_int_equal(write(to, &byte, 1), 1);
		switch (tls_read(reader, text, sizeof(text), &got)) {
		case TLS_OK:
			buf_add(all, text, got);
			break;
		case TLS_WANT_READ:
			assert_false(tls_has_pending(reader));
			break;
		case TLS_WANT_WRITE:
		case TLS_CLOSED:
		case TLS_BROKEN:
			fail();
		}
	}
}

static void a_record_that_comes_byte_by_byte_is_read_when_it_is_whole(void **state)
{
	struct pair *p = *state;
	struct buf all = {0};
	int slow[2], real = -1;

	connect_streams(p, NULL);
	shake_hands(p);
	// The server's descriptor becomes the far end of another pair, fed by hand.
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, slow), 0);
	real = dup(p->server_fd);
	assert_true(real >= 0 && dup2(slow[0], p->server_fd) == p->server_fd);
	close(slow[0]);
	assert_int_equal(tls_write(p->client, "slow but sure", 13), TLS_OK);
	fcntl(real, F_SETFL, O_NONBLOCK);
	drip(real, slow[1], p->server, &all);
	assert_int_equal(all.len, 13);
	assert_memory_equal(all.at, "slow but sure", 13);
	buf_clear(&all);
	close(real);
	close(slow[1]);
}

// Proves T8.
static void a_handshake_says_which_way_it_waits_for(void **state)
{
	struct pair *p = *state;
	size_t filled;

	connect_streams(p, NULL);
	filled = fill_up(p->client_fd);
	assert_int_equal(tls_handshake(p->client), TLS_WANT_WRITE);
	assert_int_equal(tls_handshake(p->client), TLS_WANT_WRITE);
	drain(p->server_fd, filled);
	assert_int_equal(tls_handshake(p->client), TLS_WANT_READ);
	filled = fill_up(p->server_fd);
	assert_int_equal(tls_handshake(p->server), TLS_WANT_WRITE);
	drain(p->client_fd, filled);
	assert_int_equal(tls_handshake(p->server), TLS_WANT_READ);
	shake_hands(p);
}

// Proves T13.
static void streams_outlive_their_context(void **state)
{
	struct pair *p = *state;
	char text[8], *error;
	size_t got;

	connect_streams(p, NULL);
	shake_hands(p);
	tls_context_free(p->server_context);
	p->server_context = tls_context_server(p->cert, p->key, &error);
	assert_int_equal(tls_write(p->client, "still", 5), TLS_OK);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
}

// Proves T11.
static void leaving_in_the_middle_of_a_handshake_is_quiet(void **state)
{
	struct pair *p = *state;

	connect_streams(p, NULL);
	assert_int_equal(tls_handshake(p->client), TLS_WANT_READ);
	assert_int_equal(tls_handshake(p->server), TLS_WANT_READ);
	disconnect(p);
	assert_int_equal(ERR_peek_error(), 0);
}

static void files_that_do_not_fit_are_told_apart(void **state)
{
	struct pair *p = *state;
	char *error;

	assert_null(tls_context_server("/nonexistent/cert", p->key, &error));
	assert_non_null(strstr(error, "/nonexistent/cert: No such file"));
	free(error);
	assert_null(tls_context_server(p->cert, "/nonexistent/key", &error));
	assert_non_null(strstr(error, "/nonexistent/key: No such file"));
	free(error);
	assert_null(tls_context_server(p->key, p->key, &error));
	assert_non_null(strstr(error, p->key));
	free(error);
	assert_null(tls_context_server(p->cert, p->device_key, &error));
	assert_non_null(strstr(error, "does not belong to certificate"));
	free(error);
	assert_int_equal(ERR_peek_error(), 0);
}

static void a_certificate_lasts_as_long_as_asked_and_is_never_overwritten(void **state)
{
	struct pair *p = *state;
	int64_t left = tls_context_expires(p->server_context) - (int64_t)time(NULL) * 1000;
	struct stat info;
	char *error;

	assert_true(left > INT64_C(863900000) && left < INT64_C(864100000));
	assert_int_equal(stat(p->key, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_false(tls_make_certificate(p->cert, p->key, "x", 1, &error));
	assert_non_null(strstr(error, "File exists"));
	free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_client_and_a_server_talk_both_ways),
		TEST(both_ends_learn_the_key_of_the_other),
		TEST(a_client_without_a_certificate_has_no_pin),
		TEST(a_self_signed_server_is_not_verified_unless_it_is_trusted),
		TEST(a_goodbye_is_a_clean_end),
		TEST(an_end_without_a_goodbye_is_broken),
		TEST(an_error_of_one_stream_does_not_touch_another),
		TEST(a_pending_write_is_taken_up_from_another_address_with_more_behind),
		TEST(what_was_decrypted_but_not_read_is_pending),
		TEST(what_came_along_with_the_handshake_is_pending),
		TEST(a_record_that_comes_byte_by_byte_is_read_when_it_is_whole),
		TEST(a_handshake_says_which_way_it_waits_for),
		TEST(streams_outlive_their_context),
		TEST(leaving_in_the_middle_of_a_handshake_is_quiet),
		TEST(files_that_do_not_fit_are_told_apart),
		TEST(a_certificate_lasts_as_long_as_asked_and_is_never_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
