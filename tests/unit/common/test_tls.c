// SPDX-License-Identifier: MIT
// Both ends of a socketpair in one thread, turned by hand.
#include "common/buf.h"
#include "common/die.h"
#include "common/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct pair {
	char folder[32];
	char cert[64], key[64], device_cert[64], device_key[64];
	struct tls_context *server_context, *client_context;
	int server_fd, client_fd;
	struct tls *server, *client;
};

static void connect_streams(struct pair *p, const char *host)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->server_fd = fds[0];
	p->client_fd = fds[1];
	p->server = tls_new(p->server_context, p->server_fd, NULL);
	p->client = tls_new(p->client_context, p->client_fd, host);
}

static void shake_hands(struct pair *p)
{
	enum tls_result s = TLS_WANT_READ, c = TLS_WANT_READ;

	for (int i = 0; i < 20 && (s != TLS_OK || c != TLS_OK); i++) {
		c = tls_handshake(p->client);
		s = tls_handshake(p->server);
		assert_true(c == TLS_OK || c == TLS_WANT_READ);
		assert_true(s == TLS_OK || s == TLS_WANT_READ);
	}
	assert_int_equal(s, TLS_OK);
	assert_int_equal(c, TLS_OK);
}

static void disconnect(struct pair *p)
{
	tls_free(p->server);
	tls_free(p->client);
	if (p->server_fd >= 0)
		close(p->server_fd);
	if (p->client_fd >= 0)
		close(p->client_fd);
	p->server = p->client = NULL;
	p->server_fd = p->client_fd = -1;
}

static int make_contexts(void **state)
{
	struct pair *p = xcalloc(1, sizeof(*p));
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	char *error;

	sigaction(SIGPIPE, &ignore, NULL); // as both programs do
	p->server_fd = p->client_fd = -1;
	snprintf(p->folder, sizeof(p->folder), "/tmp/snug-tls-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->cert, sizeof(p->cert), "%s/cert.pem", p->folder);
	snprintf(p->key, sizeof(p->key), "%s/key.pem", p->folder);
	snprintf(p->device_cert, sizeof(p->device_cert), "%s/device.pem", p->folder);
	snprintf(p->device_key, sizeof(p->device_key), "%s/device-key.pem", p->folder);
	assert_true(tls_make_certificate(p->cert, p->key, "chat.example.org", 10, &error));
	assert_true(tls_make_certificate(p->device_cert, p->device_key, "alice laptop", 10,
					 &error));
	p->server_context = tls_context_server(p->cert, p->key, &error);
	p->client_context = tls_context_client(p->device_cert, p->device_key, &error);
	assert_non_null(p->server_context);
	assert_non_null(p->client_context);
	*state = p;
	return 0;
}

static int free_contexts(void **state)
{
	struct pair *p = *state;

	disconnect(p);
	tls_context_free(p->server_context);
	tls_context_free(p->client_context);
	unlink(p->cert);
	unlink(p->key);
	unlink(p->device_cert);
	unlink(p->device_key);
	rmdir(p->folder);
	free(p);
	return 0;
}

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

// A peer that is not ours: an OpenSSL client set up by hand.
static SSL *raw_client(struct pair *p, SSL_CTX *ctx)
{
	SSL *ssl;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->server_fd = fds[0];
	p->client_fd = fds[1];
	p->server = tls_new(p->server_context, p->server_fd, NULL);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, p->client_fd);
	SSL_set_connect_state(ssl);
	return ssl;
}

static enum tls_result raw_handshake(struct pair *p, SSL *ssl)
{
	enum tls_result result = TLS_WANT_READ;

	for (int i = 0; i < 10 && result == TLS_WANT_READ; i++) {
		SSL_do_handshake(ssl);
		result = tls_handshake(p->server);
	}
	SSL_do_handshake(ssl);
	ERR_clear_error();
	return result;
}

static void a_flood_of_key_updates_breaks_the_stream(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = raw_client(p, ctx);
	enum tls_result result = TLS_WANT_READ;
	char text[8];
	size_t got;

	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	for (int i = 0; i < 32; i++) {
		SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		SSL_do_handshake(ssl);
	}
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	for (int i = 0; i < 500; i++) {
		SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		SSL_do_handshake(ssl);
	}
	result = tls_read(p->server, text, sizeof(text), &got);
	assert_int_equal(result, TLS_BROKEN);
	assert_string_equal(tls_error(p->server), "too many key updates");
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

static void a_read_that_must_answer_a_key_update_first_wants_to_write(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = raw_client(p, ctx);
	enum tls_result result = TLS_OK;
	char record[16000] = {0}, text[8];
	size_t got;

	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	// The peer does not read: the server's way out fills up to the last byte.
	while (result == TLS_OK)
		result = tls_write(p->server, record, sizeof(record));
	assert_int_equal(result, TLS_WANT_WRITE);
	SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
	SSL_do_handshake(ssl);
	SSL_write(ssl, "x", 1);
	result = tls_read(p->server, text, sizeof(text), &got);
	assert_true(result == TLS_WANT_WRITE || result == TLS_OK);
	assert_string_equal(tls_error(p->server), "");
	ERR_clear_error();
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

static void another_protocol_in_alpn_is_refused(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)"\x02h2\x08http/1.1", 12);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_BROKEN);
	SSL_free(ssl);
	disconnect(p);
	SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)"\x02h2\x03irc", 7);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

static void old_protocols_are_refused_and_tls_1_2_is_not(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	assert_memory_equal(tls_version(p->server), "TLSv1.2 ECDHE-ECDSA-", 20);
	assert_false(SSL_session_reused(ssl));
	SSL_renegotiate(ssl);
	SSL_do_handshake(ssl);
	SSL_free(ssl);
	disconnect(p);
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_BROKEN);
	ERR_clear_error();
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

static void no_tickets_are_sent(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = raw_client(p, ctx);
	char byte;

	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	assert_int_equal(read(p->client_fd, &byte, 1), -1);
	assert_false(SSL_SESSION_has_ticket(SSL_get0_session(ssl)));
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

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
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_contexts, free_contexts)
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
		TEST(a_record_that_comes_byte_by_byte_is_read_when_it_is_whole),
		TEST(a_flood_of_key_updates_breaks_the_stream),
		TEST(a_read_that_must_answer_a_key_update_first_wants_to_write),
		TEST(another_protocol_in_alpn_is_refused),
		TEST(old_protocols_are_refused_and_tls_1_2_is_not),
		TEST(no_tickets_are_sent),
		TEST(streams_outlive_their_context),
		TEST(leaving_in_the_middle_of_a_handshake_is_quiet),
		TEST(files_that_do_not_fit_are_told_apart),
		TEST(a_certificate_lasts_as_long_as_asked_and_is_never_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
