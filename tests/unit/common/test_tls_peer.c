// SPDX-License-Identifier: MIT
// Our server and peers that are not ours: OpenSSL clients set up by hand.
#include "tests/unit/common/tls_pair.h"

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

// OpenSSL keeps the answer for our next write, which then has two records to send.
static void a_key_update_is_answered_once_the_way_out_is_free(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = raw_client(p, ctx);
	char text[8];
	size_t got, filled;

	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	filled = fill_up(p->server_fd);
	SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
	assert_int_equal(SSL_do_handshake(ssl), 1);
	assert_int_equal(SSL_write(ssl, "x", 1), 1);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_OK);
	assert_int_equal(text[0], 'x');
	assert_int_equal(tls_write(p->server, "y", 1), TLS_WANT_WRITE);
	assert_int_equal(tls_write(p->server, "y", 1), TLS_WANT_WRITE);
	drain(p->client_fd, filled);
	assert_int_equal(tls_write(p->server, "y", 1), TLS_OK);
	assert_int_equal(SSL_read(ssl, text, sizeof(text)), 1);
	assert_int_equal(text[0], 'y');
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

static void only_tls_1_2_without_renegotiation_is_older_and_welcome(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char text[8];
	size_t got;
	SSL *ssl;

	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	assert_memory_equal(tls_version(p->server), "TLSv1.2 ECDHE-ECDSA-", 20);
	assert_false(SSL_session_reused(ssl));
	SSL_renegotiate(ssl);
	SSL_do_handshake(ssl);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	assert_int_not_equal(SSL_do_handshake(ssl), 1);
	assert_true(SSL_renegotiate_pending(ssl));
	ERR_clear_error();
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flood_of_key_updates_breaks_the_stream),
		TEST(a_key_update_is_answered_once_the_way_out_is_free),
		TEST(another_protocol_in_alpn_is_refused),
		TEST(only_tls_1_2_without_renegotiation_is_older_and_welcome),
		TEST(no_tickets_are_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
