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
	p->server = p->is_web ? tls_new_web(p->server_context, p->server_fd, NULL)
			      : tls_new(p->server_context, p->server_fd, NULL);
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

// Proves T9.
static void a_flood_of_key_updates_breaks_the_stream(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = raw_client(p, ctx);
	enum tls_result result = TLS_WANT_READ;
	char text[8];
	size_t got;

	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	for (int i = 0; i < 8; i++) {
		SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		SSL_do_handshake(ssl);
	}
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_WANT_READ);
	for (int i = 0; i < 100; i++) {
		SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		SSL_do_handshake(ssl);
	}
	SSL_write(ssl, "x", 1);
	result = tls_read(p->server, text, sizeof(text), &got);
	assert_int_equal(result, TLS_BROKEN);
	assert_int_equal(got, 0); // it did not work through what stands before
	assert_string_equal(tls_error(p->server), "too many key updates");
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

// OpenSSL keeps the answer for our next write, which then has two records to send.
// Proves T8.
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

// Proves T15.
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

static int asked_for_a_certificate(SSL *ssl, X509 **certificate UNUSED, EVP_PKEY **key UNUSED)
{
	*(bool *)SSL_get_app_data(ssl) = true;
	return 0;
}

// Whether the server wants a certificate of who offers that; *result: of the handshake.
static bool is_asked(struct pair *p, const char *alpn, enum tls_result *result)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	bool was_asked = false;
	SSL *ssl;

	SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)alpn, (unsigned)strlen(alpn));
	SSL_CTX_set_client_cert_cb(ctx, asked_for_a_certificate);
	ssl = raw_client(p, ctx);
	SSL_set_app_data(ssl, &was_asked);
	*result = raw_handshake(p, ssl);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	disconnect(p);
	return was_asked;
}

// Proves B37.
static void a_browser_is_asked_for_no_certificate_and_speaks_http(void **state)
{
	struct pair *p = *state;
	enum tls_result result;

	p->is_web = true;
	assert_false(is_asked(p, "\x02h2\x08http/1.1", &result));
	assert_int_equal(result, TLS_OK);
	assert_false(is_asked(p, "", &result));
	assert_int_equal(result, TLS_OK);
	(void)is_asked(p, "\x03irc", &result);
	assert_int_equal(result, TLS_BROKEN);
	(void)is_asked(p, "\x02h2\x08http/1.0", &result);
	assert_int_equal(result, TLS_BROKEN);
	p->is_web = false;
	assert_true(is_asked(p, "\x03irc", &result));
	assert_int_equal(result, TLS_OK);
}

// Proves T1, T10.
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

// A handshake of TLS 1.2 with these ciphers, or of any version with these groups.
static enum tls_result shaken(struct pair *p, const char *ciphers, const char *groups,
			      char version[static 64])
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	enum tls_result result;
	char list[64]; // a macro of OpenSSL takes the const off
	SSL *ssl;

	snprintf(list, sizeof(list), "%s", groups ? groups : "");
	SSL_CTX_set_security_level(ctx, 0);
	if (ciphers) {
		SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
		assert_int_equal(SSL_CTX_set_cipher_list(ctx, ciphers), 1);
	}
	if (groups)
		assert_int_equal(SSL_CTX_set1_groups_list(ctx, list), 1);
	ssl = raw_client(p, ctx);
	result = raw_handshake(p, ssl);
	snprintf(version, 64, "%s", result == TLS_OK ? tls_version(p->server) : "");
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	disconnect(p);
	return result;
}

// Proves T1.
static void weak_ciphers_are_refused_and_the_server_chooses(void **state)
{
	static const char *const weak[] = {
		"ECDHE-ECDSA-AES128-SHA",  "ECDHE-ECDSA-AES256-SHA384",
		"ECDHE-RSA-AES256-SHA",    "AES128-GCM-SHA256",
		"AES256-SHA256",           "DHE-RSA-AES256-GCM-SHA384",
		"ECDHE-ECDSA-AES128-CCM8", "ECDHE-ECDSA-NULL-SHA",
		"AECDH-AES256-SHA",        "PSK-CHACHA20-POLY1305",
	};
	char version[64];

	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		if (shaken(*state, weak[i], NULL, version) != TLS_BROKEN)
			fail_msg("%s: %s", weak[i], version);
	}
	assert_int_equal(shaken(*state,
				"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305",
				NULL, version),
			 TLS_OK);
	assert_non_null(strstr(version, "ECDHE-ECDSA-CHACHA20-POLY1305"));
}

// Proves T2.
static void each_of_two_groups_will_do_in_both_versions_and_no_other(void **state)
{
	char version[64];

	for (int i = 0; i < 2; i++) {
		const char *ciphers = i ? "ECDHE" : NULL, *is = i ? "TLSv1.2" : "TLSv1.3";

		assert_int_equal(shaken(*state, ciphers, "P-256", version), TLS_OK);
		assert_memory_equal(version, is, strlen(is));
		// The certificate is of P-256, which TLS 1.2 wants in the list of groups, too.
		assert_int_equal(
			shaken(*state, ciphers, i ? "X25519:P-256" : "X25519", version),
			TLS_OK);
		assert_memory_equal(version, is, strlen(is));
		assert_int_equal(shaken(*state, ciphers, "P-384:P-521:X448", version),
				 TLS_BROKEN);
	}
}

// Proves T10.
static void nothing_is_compressed_or_sent_early(void **state)
{
	struct pair *p = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	size_t written = 0;
	SSL *ssl;

	SSL_CTX_clear_options(ctx, SSL_OP_NO_COMPRESSION);
	ssl = raw_client(p, ctx);
	assert_int_equal(raw_handshake(p, ssl), TLS_OK);
	assert_null(SSL_get_current_compression(ssl));
	assert_int_equal(SSL_SESSION_get_max_early_data(SSL_get0_session(ssl)), 0);
	SSL_SESSION *session = SSL_get1_session(ssl);
	SSL_free(ssl);
	disconnect(p);
	ssl = raw_client(p, ctx);
	SSL_set_session(ssl, session);
	assert_int_not_equal(SSL_write_early_data(ssl, "QUIT\r\n", 6, &written), 1);
	ERR_clear_error();
	SSL_SESSION_free(session);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

// Proves T14.
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
		TEST(a_browser_is_asked_for_no_certificate_and_speaks_http),
		TEST(only_tls_1_2_without_renegotiation_is_older_and_welcome),
		TEST(weak_ciphers_are_refused_and_the_server_chooses),
		TEST(each_of_two_groups_will_do_in_both_versions_and_no_other),
		TEST(nothing_is_compressed_or_sent_early),
		TEST(no_tickets_are_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
