// SPDX-License-Identifier: MIT
// A client's key is judged by its kind before its signature is.
#include "tests/unit/common/tls_pair.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static EVP_PKEY *rsa(unsigned bits, int exponent_bits)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *e = BN_new();
	EVP_PKEY *key = NULL;

	// Odd, and prime to what it must be more often than not.
	while (!key) {
		assert_int_equal(BN_rand(e, exponent_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD),
				 1);
		assert_int_equal(EVP_PKEY_keygen_init(c), 1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(c, (int)bits), 1);
		assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(c, e), 1);
		if (EVP_PKEY_generate(c, &key) != 1)
			ERR_clear_error();
	}
	BN_free(e);
	EVP_PKEY_CTX_free(c);
	return key;
}

static EVP_PKEY *curve(const char *name, const char *encoding)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 (char *)(uintptr_t)name, 0),
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING,
						 (char *)(uintptr_t)encoding, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;

	assert_int_equal(EVP_PKEY_keygen_init(c), 1);
	assert_int_equal(EVP_PKEY_CTX_set_params(c, params), 1);
	assert_int_equal(EVP_PKEY_generate(c, &key), 1);
	EVP_PKEY_CTX_free(c);
	return key;
}

static X509 *certificate_of(EVP_PKEY *key, bool has_digest)
{
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, has_digest ? EVP_sha256() : NULL) > 0);
	return x;
}

// What the server says to a client with that key, which is freed; NULL: it is welcome.
static const char *refusal(struct pair *p, EVP_PKEY *key, int version, bool has_digest)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	X509 *certificate = certificate_of(key, has_digest);
	enum tls_result result = TLS_WANT_READ;
	uint8_t pin[TLS_PIN_LEN];
	int fds[2];
	SSL *ssl;

	disconnect(p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->server_fd = fds[0];
	p->client_fd = fds[1];
	p->server = tls_new(p->server_context, p->server_fd, NULL);
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_max_proto_version(ctx, version);
	assert_int_equal(SSL_CTX_use_certificate(ctx, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, p->client_fd);
	SSL_set_connect_state(ssl);
	for (int i = 0; i < 10 && result == TLS_WANT_READ; i++) {
		SSL_do_handshake(ssl);
		result = tls_handshake(p->server);
	}
	ERR_clear_error();
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	X509_free(certificate);
	EVP_PKEY_free(key);
	if (result != TLS_OK)
		return tls_error(p->server);
	return tls_peer_pin(p->server, pin) ? NULL : "not shown";
}

static void keys_of_the_usual_kinds_are_welcome(void **state)
{
	struct pair *p = *state;
	const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		int v = versions[i];

		assert_null(refusal(p, rsa(2048, 17), v, true));
		assert_null(refusal(p, rsa(2048, 32), v, true));
		assert_null(refusal(p, curve("P-256", "named_curve"), v, true));
		assert_null(refusal(p, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), v, false));
	}
	assert_null(refusal(p, rsa(4096, 17), TLS1_3_VERSION, true));
	// TLS 1.2 has one list for this and for the exchange of keys, where it is not.
	assert_null(refusal(p, curve("P-384", "named_curve"), TLS1_3_VERSION, true));
}

// Proves P4.
static void keys_whose_signatures_cost_more_are_refused_before_one_is_looked_at(void **state)
{
	struct pair *p = *state;
	const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		EVP_PKEY *const keys[] = {
			rsa(2048, 33),
			rsa(2048, 2040), // nearly as long as its modulus
			rsa(1024, 17),
			rsa(4104, 17),
			curve("P-256", "explicit"),
			// Those that a client does not show where it hears that it should not.
			curve("P-521", "named_curve"),
			curve("brainpoolP256r1", "named_curve"),
			EVP_PKEY_Q_keygen(NULL, NULL, "ED448"),
		};

		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			const char *why = refusal(p, keys[k], versions[i], k < 7);

			assert_non_null(why);
			if (k < 4 || strcmp(why, "not shown") != 0)
				assert_string_equal(why, "certificate rejected");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_of_the_usual_kinds_are_welcome),
		TEST(keys_whose_signatures_cost_more_are_refused_before_one_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
