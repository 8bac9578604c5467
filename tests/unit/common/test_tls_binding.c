// SPDX-License-Identifier: MIT
#include "tests/unit/common/tls_pair.h"

#include "common/tls_binding.h"
#include "common/tls_private.h"

#include <openssl/pem.h>

static struct tls_binding of(const struct tls *t)
{
	struct tls_binding binding;

	assert_true(tls_binding(t, &binding));
	return binding;
}

// Proves A24.
static void both_ends_have_the_same_and_no_other_stream_has_it(void **state)
{
	struct pair *p = *state;
	struct tls_binding first, second;

	connect_streams(p, NULL);
	assert_false(tls_binding(p->server, &first));
	assert_int_equal(first.kind, TLS_BINDING_NONE);
	shake_hands(p);
	first = of(p->server);
	second = of(p->client);
	assert_int_equal(first.kind, TLS_BINDING_EXPORTER);
	assert_int_equal(first.len, 32);
	assert_memory_equal(&first, &second, sizeof(first));
	disconnect(p);
	connect_streams(p, NULL);
	shake_hands(p);
	second = of(p->server);
	assert_memory_not_equal(first.bytes, second.bytes, first.len);
}

// RFC 9266: by the library's own exporter.
static void it_is_what_the_standard_says(void **state)
{
	struct pair *p = *state;
	struct tls_binding binding;
	uint8_t expected[32];
	SSL *ssl;

	connect_streams(p, NULL);
	ssl = SSL_new(p->client_context->ctx);
	SSL_set_fd(ssl, p->client_fd);
	SSL_set_connect_state(ssl);
	for (int i = 0; i < 10; i++) {
		(void)!SSL_do_handshake(ssl);
		(void)!tls_handshake(p->server);
	}
	ERR_clear_error();
	assert_int_equal(SSL_export_keying_material(ssl, expected, sizeof(expected),
						    "EXPORTER-Channel-Binding", 24,
						    (const unsigned char *)"", 0, 1),
			 1);
	binding = of(p->server);
	assert_memory_equal(binding.bytes, expected, sizeof(expected));
	SSL_free(ssl);
}

// The server's own certificate, signed anew by this hash.
static void serve_by(struct pair *p, int kind, const EVP_MD *hash)
{
	EVP_PKEY *key = kind == EVP_PKEY_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
						 : EVP_EC_gen("P-256");
	EVP_PKEY *first = EVP_EC_gen("P-256");
	X509 *certificate = tls_self_signed(first, "chat.example.org", 10, NULL);
	FILE *file = fopen(p->cert, "we");
	char *error;

	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, hash) > 0);
	PEM_write_X509(file, certificate);
	fclose(file);
	file = fopen(p->key, "we");
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
	EVP_PKEY_free(first);
	tls_context_free(p->server_context);
	p->server_context = tls_context_server(p->cert, p->key, &error);
	assert_non_null(p->server_context);
	SSL_CTX_set_max_proto_version(p->server_context->ctx, TLS1_2_VERSION);
}

static void of_tls_1_2_it_is_the_certificate_by_the_hash_that_signed_it(void **state)
{
	const struct {
		const EVP_MD *signed_by, *hash;
	} hashes[] = {{EVP_sha256(), EVP_sha256()},
		      {EVP_sha384(), EVP_sha384()},
		      {EVP_sha512(), EVP_sha512()}};
	struct pair *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		struct tls_binding mine, theirs;
		uint8_t expected[EVP_MAX_MD_SIZE];
		unsigned len;

		serve_by(p, EVP_PKEY_EC, hashes[i].signed_by);
		connect_streams(p, NULL);
		shake_hands(p);
		mine = of(p->client);
		theirs = of(p->server);
		assert_int_equal(mine.kind, TLS_BINDING_END_POINT);
		assert_memory_equal(&mine, &theirs, sizeof(mine));
		assert_int_equal(X509_digest(SSL_CTX_get0_certificate(p->server_context->ctx),
					     hashes[i].hash, expected, &len),
				 1);
		assert_int_equal(mine.len, len);
		assert_memory_equal(mine.bytes, expected, len);
		disconnect(p);
	}
}

// RFC 5929, 4.1: without a hash of its own it is not defined.
static void of_a_certificate_without_a_hash_nothing_binds(void **state)
{
	struct pair *p = *state;
	struct tls_binding binding;

	serve_by(p, EVP_PKEY_ED25519, NULL);
	connect_streams(p, NULL);
	shake_hands(p);
	assert_false(tls_binding(p->server, &binding));
	assert_int_equal(binding.kind, TLS_BINDING_NONE);
	assert_int_equal(binding.len, 0);
	assert_false(tls_binding(p->client, &binding));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends_have_the_same_and_no_other_stream_has_it),
		TEST(it_is_what_the_standard_says),
		TEST(of_tls_1_2_it_is_the_certificate_by_the_hash_that_signed_it),
		TEST(of_a_certificate_without_a_hash_nothing_binds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
