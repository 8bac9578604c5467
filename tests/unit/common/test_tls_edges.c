// SPDX-License-Identifier: MIT
// What streams and contexts say at their edges: before a handshake, after an end, of certificates
// that are none, and of files that cannot be read or written.
#include "common/tls_vouch.h"
#include "tests/unit/common/tls_pair.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/resource.h>

static struct tls_context *without_certificate(void)
{
	char *error;
	struct tls_context *c = tls_context_client(NULL, NULL, &error);

	assert_non_null(c);
	return c;
}

static void a_stream_is_nothing_before_its_handshake(void **state)
{
	struct pair *p = *state;

	connect_streams(p, "chat.example.org");
	assert_string_equal(tls_version(p->client), "");
	assert_string_equal(tls_error(p->client), "");
	assert_false(tls_is_verified(p->client));
	assert_false(tls_has_pending(p->client));
	assert_memory_equal(tls_library(), "OpenSSL ", 8);
	tls_free(NULL);
	tls_context_free(NULL);
}

static void what_is_known_of_a_peer_is_told_again(void **state)
{
	struct pair *p = *state;
	uint8_t one[64], two[64];
	const char *version;

	connect_streams(p, NULL);
	shake_hands(p);
	version = tls_version(p->client);
	assert_ptr_equal(tls_version(p->client), version);
	assert_true(tls_peer_fingerprint(p->server, one));
	assert_true(tls_peer_fingerprint(p->client, two));
	assert_memory_not_equal(one, two, sizeof(one));
	assert_false(tls_is_verified(p->client)); // nobody said whom it should be of
}

static void of_a_client_without_a_certificate_nothing_is_told(void **state)
{
	struct pair *p = *state;
	struct tls_vouches words;
	uint8_t print[64], pin[TLS_PIN_LEN];
	static const uint8_t none[TLS_PIN_LEN];

	tls_context_free(p->client_context);
	p->client_context = without_certificate();
	connect_streams(p, NULL);
	shake_hands(p);
	assert_false(tls_peer_fingerprint(p->server, print));
	tls_peer_vouches(p->server, &words);
	assert_int_equal(words.n, 0);
	tls_context_pin(p->client_context, pin);
	assert_memory_equal(pin, none, sizeof(pin));
	assert_int_equal(tls_context_expires(p->client_context), 0);
}

static void what_is_broken_stays_broken(void **state)
{
	struct pair *p = *state;
	char text[8];
	size_t got;

	connect_streams(p, NULL);
	assert_int_equal(write(p->client_fd, "GET / HTTP/1.0\r\n\r\n", 18), 18);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tls_handshake(p->server), TLS_BROKEN);
		assert_string_equal(tls_error(p->server), "the other side does not speak TLS");
	}
	assert_false(tls_has_pending(p->server));
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_BROKEN);
	assert_int_equal(tls_write(p->server, "x", 1), TLS_BROKEN);
	disconnect(p);
	connect_streams(p, NULL);
	shake_hands(p);
	assert_int_equal(write(p->client_fd, "no record of TLS", 16), 16);
	assert_int_equal(tls_read(p->server, text, sizeof(text), &got), TLS_BROKEN);
}

// The socket is gone, and not only its other side.
static void a_peer_that_is_gone_is_told_in_words_of_the_system(void **state)
{
	struct pair *p = *state;

	connect_streams(p, NULL);
	shake_hands(p);
	close(p->client_fd);
	p->client_fd = -1;
	while (tls_write(p->server, "hello", 5) == TLS_OK)
		;
	assert_string_equal(tls_error(p->server), "Broken pipe");
}

static void who_goes_with_a_write_that_waits_says_no_goodbye(void **state)
{
	static char record[16384];
	struct pair *p = *state;

	connect_streams(p, NULL);
	shake_hands(p);
	while (tls_write(p->client, record, sizeof(record)) == TLS_OK)
		;
	disconnect(p);
	assert_int_equal(ERR_peek_error(), 0);
}

static bool is_verified_as(struct pair *p, const char *host)
{
	bool is;

	connect_streams(p, host);
	shake_hands(p);
	is = tls_is_verified(p->client);
	disconnect(p);
	return is;
}

// Proves C2.
static void an_address_is_compared_as_one(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "2001:db8::7"};
	struct pair *p = *state;
	char *error;

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		tls_context_free(p->server_context);
		tls_context_free(p->client_context);
		unlink(p->cert);
		unlink(p->key);
		assert_true(tls_make_certificate(p->cert, p->key, hosts[i], 10, &error));
		p->server_context = tls_context_server(p->cert, p->key, &error);
		setenv("SSL_CERT_FILE", p->cert, 1);
		p->client_context = without_certificate();
		unsetenv("SSL_CERT_FILE");
		assert_true(is_verified_as(p, hosts[i]));
		assert_false(is_verified_as(p, hosts[1 - i]));
		assert_false(is_verified_as(p, "chat.example.org"));
	}
}

// Who has the pin needs no authority, and looks for none.
static void a_pinned_context_believes_no_authority(void **state)
{
	struct pair *p = *state;
	char *error;

	tls_context_free(p->client_context);
	setenv("SSL_CERT_FILE", p->cert, 1);
	p->client_context = tls_context_pinned(p->device_cert, p->device_key, &error);
	unsetenv("SSL_CERT_FILE");
	assert_non_null(p->client_context);
	assert_false(is_verified_as(p, "chat.example.org"));
}

static void a_context_that_is_shared_is_the_same(void **state)
{
	struct pair *p = *state;
	struct tls_context *other = tls_context_share(p->server_context);
	uint8_t one[TLS_PIN_LEN], two[TLS_PIN_LEN];

	tls_context_pin(p->server_context, one);
	tls_context_free(p->server_context);
	p->server_context = other;
	tls_context_pin(other, two);
	assert_memory_equal(one, two, sizeof(one));
	connect_streams(p, NULL);
	shake_hands(p);
}

static void put_key(const char *file, EVP_PKEY *key, const EVP_CIPHER *cipher, char *secret)
{
	FILE *out = fopen(file, "w");

	assert_int_equal(PEM_write_PKCS8PrivateKey(out, key, cipher, secret,
						   secret ? (int)strlen(secret) : 0, NULL,
						   NULL),
			 1);
	fclose(out);
}

// OpenSSL would ask for the passphrase on the terminal; and would look for the certificate of
// another kind of key elsewhere.
static void a_key_that_is_sealed_or_of_another_kind_is_refused(void **state)
{
	struct pair *p = *state;
	EVP_PKEY *key = EVP_RSA_gen(2048);
	char secret[] = "sesame", *error;

	put_key(p->key, key, NULL, NULL);
	assert_null(tls_context_server(p->cert, p->key, &error));
	assert_non_null(strstr(error, "does not belong to certificate"));
	free(error);
	put_key(p->key, key, EVP_aes_128_cbc(), secret);
	assert_null(tls_context_server(p->cert, p->key, &error));
	assert_non_null(strstr(error, p->key));
	free(error);
	EVP_PKEY_free(key);
}

// Its end is no time.
static void a_certificate_without_an_end_has_none(void **state)
{
	struct pair *p = *state;
	FILE *file = fopen(p->cert, "r");
	X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
	struct tls_context *c;
	EVP_PKEY *key;
	char *error;

	fclose(file);
	file = fopen(p->key, "r");
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	assert_int_equal(ASN1_STRING_set(X509_getm_notAfter(cert), "never", 5), 1);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	file = fopen(p->cert, "w");
	assert_int_equal(PEM_write_X509(file, cert), 1);
	fclose(file);
	c = tls_context_server(p->cert, p->key, &error);
	assert_non_null(c);
	assert_int_equal(tls_context_expires(c), 0);
	tls_context_free(c);
	X509_free(cert);
	EVP_PKEY_free(key);
}

// A label of a device is no name of a host, and a long one no common name.
static void a_name_that_is_none_stands_nowhere(void **state)
{
	static const char *const names[] = {"",
					    "a b",
					    "a\x7f",
					    "caf\xc3\xa9",
					    "a,b",
					    "0123456789012345678901234567890123456789"
					    "0123456789012345678901234567890123456789"};
	struct pair *p = *state;
	char *error;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct tls_context *c;

		unlink(p->cert);
		unlink(p->key);
		assert_true(tls_make_certificate(p->cert, p->key, names[i], 10, &error));
		c = tls_context_server(p->cert, p->key, &error);
		assert_non_null(c);
		tls_context_free(c);
	}
}

// As where the disk is full: files may have no more than so many bytes.
static void let_files_have(rlim_t bytes)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct rlimit limit;

	sigaction(SIGXFSZ, &ignore, NULL);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_cannot_be_written_leaves_no_file(void **state)
{
	struct pair *p = *state;
	char cert[64], key[64], words[64], *error;

	snprintf(cert, sizeof(cert), "%s/other.pem", p->folder);
	snprintf(key, sizeof(key), "%s/other-key.pem", p->folder);
	snprintf(words, sizeof(words), "%s/words", p->folder);
	let_files_have(400); // enough for the key
	assert_false(tls_make_certificate(cert, key, "chat.example.org", 10, &error));
	assert_non_null(strstr(error, cert));
	free(error);
	assert_int_equal(access(cert, F_OK) + access(key, F_OK), -2);
	let_files_have(0);
	assert_false(tls_make_certificate(cert, key, "chat.example.org", 10, &error));
	assert_non_null(strstr(error, key));
	free(error);
	assert_false(tls_context_save(p->server_context, cert, key, &error));
	assert_non_null(strstr(error, cert));
	free(error);
	assert_false(tls_vouch_add(words, p->server_context, p->client_context, &error));
	assert_non_null(strstr(error, words));
	free(error);
	let_files_have(RLIM_INFINITY);
	assert_int_equal(access(cert, F_OK) + access(key, F_OK), -2);
	unlink(words);
	assert_false(
		tls_make_certificate(cert, "/nowhere/key", "chat.example.org", 10, &error));
	assert_non_null(strstr(error, "/nowhere/key"));
	free(error);
	assert_false(
		tls_make_certificate("/nowhere/cert", key, "chat.example.org", 10, &error));
	assert_non_null(strstr(error, "/nowhere/cert"));
	free(error);
	assert_int_equal(access(key, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stream_is_nothing_before_its_handshake),
		TEST(what_is_known_of_a_peer_is_told_again),
		TEST(of_a_client_without_a_certificate_nothing_is_told),
		TEST(what_is_broken_stays_broken),
		TEST(a_peer_that_is_gone_is_told_in_words_of_the_system),
		TEST(who_goes_with_a_write_that_waits_says_no_goodbye),
		TEST(an_address_is_compared_as_one),
		TEST(a_pinned_context_believes_no_authority),
		TEST(a_context_that_is_shared_is_the_same),
		TEST(a_key_that_is_sealed_or_of_another_kind_is_refused),
		TEST(a_certificate_without_an_end_has_none),
		TEST(a_name_that_is_none_stands_nowhere),
		TEST(what_cannot_be_written_leaves_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
