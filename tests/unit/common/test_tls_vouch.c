// SPDX-License-Identifier: MIT
#include "tests/unit/common/tls_pair.h"

#include "common/tls_vouch.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static struct tls_context *fresh_key(const struct pair *p)
{
	struct tls_context *made;
	char *error;

	unlink(p->cert);
	unlink(p->key);
	assert_true(tls_make_certificate(p->cert, p->key, "chat.example.org", 10, &error));
	made = tls_context_server(p->cert, p->key, &error);
	assert_non_null(made);
	return made;
}

static void path_of(const struct pair *p, char out[static 64])
{
	snprintf(out, 64, "%s/words", p->folder);
}

// The server of the pair goes over to another key, for which the old one vouches.
static void rotate(struct pair *p, uint8_t old_pin[static TLS_PIN_LEN], bool has_word)
{
	struct tls_context *old = p->server_context;
	char words[64], *error;

	path_of(p, words);
	tls_context_pin(old, old_pin);
	p->server_context = fresh_key(p);
	if (has_word)
		assert_true(tls_vouch_add(words, old, p->server_context, &error));
	tls_context_add_vouches(p->server_context, words);
	tls_context_free(old);
}

static void look(struct pair *p, struct tls_vouches *seen)
{
	connect_streams(p, "chat.example.org");
	shake_hands(p);
	tls_peer_vouches(p->client, seen);
	disconnect(p);
}

static void forget(const struct pair *p)
{
	char words[64];

	path_of(p, words);
	unlink(words);
}

static void an_old_key_vouches_for_the_new_one(void **state)
{
	struct pair *p = *state;
	uint8_t first[TLS_PIN_LEN], second[TLS_PIN_LEN];
	struct tls_vouches seen;

	rotate(p, first, true);
	look(p, &seen);
	assert_int_equal(seen.n, 1);
	assert_true(tls_vouches_has(&seen, first));
	assert_false(seen.has_next);
	rotate(p, second, true);
	look(p, &seen);
	assert_int_equal(seen.n, 2);
	assert_true(tls_vouches_has(&seen, first));
	assert_true(tls_vouches_has(&seen, second));
	forget(p);
}

static void without_a_word_nobody_vouches(void **state)
{
	struct pair *p = *state;
	uint8_t first[TLS_PIN_LEN], second[TLS_PIN_LEN];
	struct tls_vouches seen;

	rotate(p, first, false);
	look(p, &seen);
	assert_int_equal(seen.n, 0);
	// The word of the key before the last does not reach over the gap.
	rotate(p, second, true);
	look(p, &seen);
	assert_true(tls_vouches_has(&seen, second));
	assert_false(tls_vouches_has(&seen, first));
	forget(p);
}

static void a_key_tells_which_one_comes_next(void **state)
{
	struct pair *p = *state;
	struct tls_context *old = p->server_context, *next = fresh_key(p);
	uint8_t pin[TLS_PIN_LEN];
	struct tls_vouches seen;
	char words[64], *error;

	path_of(p, words);
	tls_context_pin(next, pin);
	assert_int_equal(tls_vouch_since(words, old), 0);
	assert_true(tls_vouch_add(words, old, next, &error));
	assert_true(tls_vouch_since(words, old) > INT64_C(1600000000000));
	assert_int_equal(tls_vouch_since(words, next), 0);
	tls_context_add_vouches(old, words);
	look(p, &seen);
	assert_int_equal(seen.n, 0);
	assert_true(seen.has_next);
	assert_memory_equal(seen.next, pin, TLS_PIN_LEN);
	tls_context_free(next);
	forget(p);
}

// Whoever shows a word signs it with a key; that it names another one makes it no word of that.
static void a_word_that_another_key_signed_is_none(void **state)
{
	struct pair *p = *state;
	struct tls_context *honest = p->server_context;
	uint8_t pin[TLS_PIN_LEN];
	char words[64], *error;
	struct tls_vouches seen;
	X509 *word;
	EVP_PKEY *key;
	FILE *file;

	path_of(p, words);
	tls_context_pin(honest, pin);
	p->server_context = fresh_key(p);
	assert_true(tls_vouch_add(words, honest, p->server_context, &error));
	file = fopen(words, "r");
	word = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	file = fopen(p->key, "r");
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	// Signed anew by the key that wants to be believed.
	assert_true(X509_sign(word, key, EVP_sha256()) > 0);
	file = fopen(words, "w");
	assert_int_equal(PEM_write_X509(file, word), 1);
	fclose(file);
	tls_context_add_vouches(p->server_context, words);
	look(p, &seen);
	assert_int_equal(seen.n, 0);
	X509_free(word);
	EVP_PKEY_free(key);
	tls_context_free(honest);
	forget(p);
}

// What the key signed for other reasons is no word: its comment must say so, and be critical.
static void a_certificate_without_the_mark_is_no_word(void **state)
{
	struct pair *p = *state;
	struct tls_context *honest = p->server_context;
	char words[64], *error;
	struct tls_vouches seen;
	X509 *word;
	EVP_PKEY *key;
	FILE *file = fopen(p->key, "r");

	path_of(p, words);
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	p->server_context = fresh_key(p);
	assert_true(tls_vouch_add(words, honest, p->server_context, &error));
	file = fopen(words, "r");
	word = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	X509_EXTENSION_set_critical(
		X509_get_ext(word, X509_get_ext_by_NID(word, NID_netscape_comment, -1)), 0);
	assert_true(X509_sign(word, key, EVP_sha256()) > 0);
	file = fopen(words, "w");
	assert_int_equal(PEM_write_X509(file, word), 1);
	fclose(file);
	tls_context_add_vouches(p->server_context, words);
	look(p, &seen);
	assert_int_equal(seen.n, 0);
	X509_free(word);
	EVP_PKEY_free(key);
	tls_context_free(honest);
	forget(p);
}

static void a_file_that_is_no_file_of_words_has_none(void **state)
{
	struct pair *p = *state;
	struct tls_vouches seen;
	char words[64];
	FILE *file;

	path_of(p, words);
	file = fopen(words, "w");
	fputs("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", file);
	fclose(file);
	tls_context_add_vouches(p->server_context, words);
	tls_context_add_vouches(p->server_context, p->cert);
	look(p, &seen);
	assert_int_equal(seen.n, 0);
	assert_false(seen.has_next);
	forget(p);
}

static void of_many_keys_the_last_are_known(void **state)
{
	struct pair *p = *state;
	uint8_t pins[TLS_VOUCHES_MAX + 1][TLS_PIN_LEN];
	struct tls_vouches seen;

	for (size_t i = 0; i < ARRAY_LEN(pins); i++)
		rotate(p, pins[i], true);
	look(p, &seen);
	assert_int_equal(seen.n, TLS_VOUCHES_MAX);
	assert_false(tls_vouches_has(&seen, pins[0]));
	assert_true(tls_vouches_has(&seen, pins[1]));
	forget(p);
}

static void a_context_is_saved_as_it_is(void **state)
{
	struct pair *p = *state;
	uint8_t before[TLS_PIN_LEN], after[TLS_PIN_LEN];
	struct tls_context *again;
	char *error;

	tls_context_digest(p->server_context, before);
	unlink(p->cert);
	unlink(p->key);
	assert_true(tls_context_save(p->server_context, p->cert, p->key, &error));
	again = tls_context_server(p->cert, p->key, &error);
	assert_non_null(again);
	tls_context_digest(again, after);
	assert_memory_equal(before, after, TLS_PIN_LEN);
	tls_context_free(again);
	again = fresh_key(p);
	tls_context_digest(again, after);
	assert_memory_not_equal(before, after, TLS_PIN_LEN);
	tls_context_free(again);
	assert_false(
		tls_context_save(p->server_context, "/nowhere/cert", "/nowhere/key", &error));
	assert_non_null(strstr(error, "/nowhere/cert"));
	free(error);
}

// What stands behind the certificate is saved with it, and what is shown counts.
static void a_chain_is_saved_and_counts(void **state)
{
	struct pair *p = *state;
	uint8_t pin[TLS_PIN_LEN], alone[TLS_PIN_LEN], before[TLS_PIN_LEN], after[TLS_PIN_LEN];
	struct tls_context *again;
	char words[64], *error;

	path_of(p, words);
	rotate(p, pin, true);
	tls_context_digest(p->server_context, before);
	again = tls_context_server(p->cert, p->key, &error);
	assert_non_null(again);
	tls_context_digest(again, alone);
	assert_memory_not_equal(alone, before, TLS_PIN_LEN);
	tls_context_free(again);
	assert_true(tls_context_save(p->server_context, p->cert, p->key, &error));
	again = tls_context_server(p->cert, p->key, &error);
	assert_non_null(again);
	tls_context_digest(again, after);
	assert_memory_equal(before, after, TLS_PIN_LEN);
	tls_context_free(again);
	forget(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_old_key_vouches_for_the_new_one),
		TEST(without_a_word_nobody_vouches),
		TEST(a_key_tells_which_one_comes_next),
		TEST(a_word_that_another_key_signed_is_none),
		TEST(a_certificate_without_the_mark_is_no_word),
		TEST(a_file_that_is_no_file_of_words_has_none),
		TEST(of_many_keys_the_last_are_known),
		TEST(a_context_is_saved_as_it_is),
		TEST(a_chain_is_saved_and_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
