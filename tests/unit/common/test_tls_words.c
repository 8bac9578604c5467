// SPDX-License-Identifier: MIT
// Words of one key for another that are cut, forged, too many or go in circles: none is believed
// for more than it says.
#include "common/encode.h"
#include "common/tls_vouch.h"
#include "tests/unit/common/tls_pair.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define MARK "snug-vouch-1 "

// A key, its certificate in the folder as the served one, and a context of both.
struct holder {
	EVP_PKEY *key;
	X509 *cert;
	struct tls_context *context;
};

static X509 *new_cert(EVP_PKEY *subject)
{
	X509 *cert = X509_new();

	X509_set_version(cert, X509_VERSION_3);
	X509_NAME_add_entry_by_NID(X509_get_subject_name(cert), NID_commonName, MBSTRING_UTF8,
				   (const unsigned char *)"chat", -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(cert));
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, subject);
	return cert;
}

static void put(const char *file, const char *how, X509 *cert)
{
	FILE *out = fopen(file, how);

	assert_non_null(out);
	assert_int_equal(PEM_write_X509(out, cert), 1);
	fclose(out);
}

// With these words behind its certificate.
static struct tls_context *serve(const struct pair *p, const struct holder *h,
				 X509 *const *words)
{
	FILE *out = fopen(p->key, "w");
	struct tls_context *c;
	char *error;

	assert_int_equal(PEM_write_PKCS8PrivateKey(out, h->key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(out);
	put(p->cert, "w", h->cert);
	for (; words && *words; words++)
		put(p->cert, "a", *words);
	c = tls_context_server(p->cert, p->key, &error);
	assert_non_null(c);
	return c;
}

static struct holder hold(const struct pair *p, EVP_PKEY *key, const EVP_MD *hash)
{
	struct holder h = {key, new_cert(key), NULL};

	assert_true(X509_sign(h.cert, key, hash) > 0);
	h.context = serve(p, &h, NULL);
	return h;
}

static struct holder holder(const struct pair *p)
{
	return hold(p, EVP_EC_gen("P-256"), EVP_sha256());
}

static void drop(struct holder *h)
{
	EVP_PKEY_free(h->key);
	X509_free(h->cert);
	tls_context_free(h->context);
}

// The mark and the key, with so many bytes of it, or more than there are.
static void comment_of(EVP_PKEY *key, int cut, struct buf *out)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	struct buf bytes = {0};

	buf_add(&bytes, (const char *)der, (size_t)len);
	for (int i = 0; i < cut; i++)
		buf_add_char(&bytes, 'x');
	if (cut < 0)
		bytes.len -= (size_t)-cut;
	buf_add_str(out, MARK);
	encode_b64url(out, bytes.at, bytes.len);
	buf_clear(&bytes);
	OPENSSL_free(der);
}

static X509 *say(struct span comment, const struct holder *to, const struct holder *by,
		 const EVP_MD *hash)
{
	X509 *word = new_cert(to->key);
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	ASN1_STRING_set(text, comment.at, (int)comment.len);
	X509_add1_ext_i2d(word, NID_netscape_comment, text, 1, X509V3_ADD_DEFAULT);
	ASN1_IA5STRING_free(text);
	assert_true(X509_sign(word, by->key, hash) > 0);
	return word;
}

static X509 *word_of(const struct holder *from, const struct holder *to)
{
	struct buf comment = {0};
	X509 *word;

	comment_of(from->key, 0, &comment);
	word = say(buf_span(&comment), to, from, EVP_sha256());
	buf_clear(&comment);
	return word;
}

// Whether the file's word is one, of `from` for another.
static bool is_word(const struct pair *p, X509 *word, const struct holder *from)
{
	put(p->device_cert, "w", word);
	return tls_vouch_since(p->device_cert, from->context) > 0;
}

static bool is_comment(const struct pair *p, struct span comment, const struct holder *from,
		       const struct holder *to, const EVP_MD *hash)
{
	X509 *word = say(comment, to, from, hash);
	bool is = is_word(p, word, from);

	X509_free(word);
	return is;
}

static void a_word_that_is_cut_or_longer_is_none(void **state)
{
	struct pair *p = *state;
	struct holder from = holder(p), to = holder(p);
	struct buf text = {0};

	for (int cut = -91; cut <= 2; cut++) {
		buf_reset(&text);
		comment_of(from.key, cut, &text);
		assert_int_equal(is_comment(p, buf_span(&text), &from, &to, EVP_sha256()),
				 !cut);
	}
	buf_reset(&text);
	comment_of(from.key, 0, &text);
	assert_false(is_comment(p, buf_span(&text), &from, &to, EVP_sha1()));
	assert_false(is_comment(p, span_after(buf_span(&text), 1), &from, &to, EVP_sha256()));
	assert_false(is_comment(p, SPAN(MARK "?"), &from, &to, EVP_sha256()));
	assert_false(is_comment(p, SPAN(""), &from, &to, EVP_sha256()));
	while (text.len <= 4096)
		buf_add_char(&text, 'A');
	assert_false(is_comment(p, buf_span(&text), &from, &to, EVP_sha256()));
	buf_clear(&text);
	drop(&from);
	drop(&to);
}

static void a_word_that_is_signed_in_an_unknown_way_is_none(void **state)
{
	struct pair *p = *state;
	struct holder from = holder(p), to = holder(p);
	X509 *word = word_of(&from, &to);
	const X509_ALGOR *way;

	X509_get0_signature(NULL, &way, word);
	assert_int_equal(X509_ALGOR_set0((X509_ALGOR *)(uintptr_t)way,
					 OBJ_txt2obj("1.3.6.1.4.1.32473.1", 1), V_ASN1_UNDEF,
					 NULL),
			 1);
	assert_false(is_word(p, word, &from));
	X509_free(word);
	drop(&from);
	drop(&to);
}

static void a_word_without_a_day_is_of_no_day(void **state)
{
	struct pair *p = *state;
	struct holder from = holder(p), to = holder(p);
	X509 *word = word_of(&from, &to);

	assert_true(is_word(p, word, &from));
	assert_int_equal(ASN1_STRING_set(X509_getm_notBefore(word), "never", 5), 1);
	assert_true(X509_sign(word, from.key, EVP_sha256()) > 0);
	assert_false(is_word(p, word, &from));
	X509_free(word);
	drop(&from);
	drop(&to);
}

static struct tls_vouches shown(const struct pair *p, const struct holder *leaf,
				X509 *const *words)
{
	struct tls_context *c = serve(p, leaf, words);
	struct tls_vouches found;

	tls_context_vouches(c, &found);
	tls_context_free(c);
	return found;
}

// Each of two for the other, one twice, one for itself: the leaf is nobody's witness by that.
static void words_in_a_circle_end(void **state)
{
	struct pair *p = *state;
	struct holder a = holder(p), leaf = holder(p);
	X509 *words[] = {word_of(&a, &leaf),    word_of(&leaf, &a), word_of(&a, &leaf),
			 word_of(&leaf, &leaf), word_of(&a, &a),    NULL};
	struct tls_vouches found = shown(p, &leaf, words);
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(a.context, pin);
	assert_int_equal(found.n, 1);
	assert_true(tls_vouches_has(&found, pin));
	assert_false(found.has_next);
	for (size_t i = 0; words[i]; i++)
		X509_free(words[i]);
	drop(&a);
	drop(&leaf);
}

// Eight are looked at: each costs a signature.
static void of_too_many_words_the_first_are_looked_at(void **state)
{
	struct pair *p = *state;
	struct holder a = holder(p), b = holder(p), leaf = holder(p);
	X509 *words[TLS_VOUCHES_MAX + 2] = {0};
	struct tls_vouches found;

	for (size_t i = 0; i < TLS_VOUCHES_MAX; i++)
		words[i] = say(SPAN(MARK "AAAA"), &leaf, &a, EVP_sha256());
	words[TLS_VOUCHES_MAX] = word_of(&a, &leaf);
	found = shown(p, &leaf, words);
	assert_int_equal(found.n, 0);
	X509_free(words[0]);
	words[0] = words[TLS_VOUCHES_MAX];
	words[TLS_VOUCHES_MAX] = word_of(&b, &leaf);
	found = shown(p, &leaf, words);
	assert_int_equal(found.n, 1);
	for (size_t i = 0; words[i]; i++)
		X509_free(words[i]);
	drop(&a);
	drop(&b);
	drop(&leaf);
}

// A file of 64 certificates is read, of which those that lead to the key are shown, and once.
static void what_does_not_lead_to_the_key_is_not_shown(void **state)
{
	struct pair *p = *state;
	struct holder a = holder(p), b = holder(p), leaf = holder(p);
	X509 *other = word_of(&b, &a), *good = word_of(&a, &leaf);
	struct tls_vouches found;

	put(p->device_cert, "w", good);
	put(p->device_cert, "a", other);
	for (int i = 0; i < 2; i++) {
		tls_context_add_vouches(leaf.context, p->device_cert);
		tls_context_vouches(leaf.context, &found);
		assert_int_equal(found.n, 1);
	}
	// It has two by then, and the first of them is looked at again.
	put(p->device_cert, "w", good);
	tls_context_free(leaf.context);
	leaf.context = serve(p, &leaf, (X509 *[]){good, other, NULL});
	tls_context_add_vouches(leaf.context, p->device_cert);
	tls_context_vouches(leaf.context, &found);
	assert_int_equal(found.n, 2);
	tls_context_add_vouches(a.context, "/nowhere/words");
	put(p->device_cert, "w", a.cert);
	for (int i = 0; i < 63; i++)
		put(p->device_cert, "a", a.cert);
	put(p->device_cert, "a", good);
	assert_int_equal(tls_vouch_since(p->device_cert, a.context), 0);
	X509_free(other);
	X509_free(good);
	drop(&a);
	drop(&b);
	drop(&leaf);
}

static void a_key_of_ed25519_vouches_too(void **state)
{
	struct pair *p = *state;
	struct holder old = hold(p, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL),
		      fresh = holder(p);
	char *error;

	unlink(p->device_cert);
	assert_true(tls_vouch_add(p->device_cert, old.context, fresh.context, &error));
	assert_true(tls_vouch_since(p->device_cert, old.context) > 0);
	drop(&old);
	drop(&fresh);
}

// RSA of so many bits, made up: it signs nothing that holds.
static EVP_PKEY *vast_key(int bits)
{
	static const char *const others[] = {
		OSSL_PKEY_PARAM_RSA_FACTOR1,      OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1,    OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_new(), *e = BN_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	assert_int_equal(BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD), 1);
	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_D, e);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		OSSL_PARAM_BLD_push_BN(b, others[i], e);
	params = OSSL_PARAM_BLD_to_param(b);
	assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
	assert_int_equal(EVP_PKEY_fromdata(c, &key, EVP_PKEY_KEYPAIR, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(c);
	return key;
}

// Nobody would read it: see COMMENT_MAX there.
static void a_key_too_vast_for_a_comment_gives_no_word(void **state)
{
	struct pair *p = *state;
	struct holder fresh = holder(p), vast = {vast_key(25000), NULL, NULL};
	char *error;

	vast.cert = new_cert(vast.key);
	assert_true(X509_sign(vast.cert, fresh.key, EVP_sha256()) > 0);
	vast.context = serve(p, &vast, NULL);
	unlink(p->device_cert);
	assert_false(tls_vouch_add(p->device_cert, vast.context, fresh.context, &error));
	assert_non_null(strstr(error, p->device_cert));
	assert_int_equal(access(p->device_cert, F_OK), -1);
	free(error);
	drop(&fresh);
	drop(&vast);
}

// Where it cannot be brought to a disk, as into a pipe.
static void a_word_that_is_not_kept_is_not_given(void **state)
{
	struct pair *p = *state;
	char *error;
	int reader;

	unlink(p->device_cert);
	assert_int_equal(mkfifo(p->device_cert, 0600), 0);
	reader = open(p->device_cert, O_RDONLY | O_NONBLOCK);
	assert_false(
		tls_vouch_add(p->device_cert, p->server_context, p->client_context, &error));
	assert_non_null(strstr(error, p->device_cert));
	free(error);
	close(reader);
}

static void who_has_no_key_gives_no_word(void **state)
{
	struct pair *p = *state;
	char *error;
	struct tls_context *none = tls_context_client(NULL, NULL, &error);

	assert_false(tls_vouch_add(p->device_cert, none, p->server_context, &error));
	assert_non_null(strstr(error, p->device_cert));
	free(error);
	assert_false(tls_vouch_add(p->device_cert, p->server_context, none, &error));
	free(error);
	assert_false(
		tls_vouch_add("/nowhere/words", p->server_context, p->client_context, &error));
	assert_non_null(strstr(error, "/nowhere/words"));
	free(error);
	tls_context_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_word_that_is_cut_or_longer_is_none),
		TEST(a_word_that_is_signed_in_an_unknown_way_is_none),
		TEST(a_word_without_a_day_is_of_no_day),
		TEST(words_in_a_circle_end),
		TEST(of_too_many_words_the_first_are_looked_at),
		TEST(what_does_not_lead_to_the_key_is_not_shown),
		TEST(a_key_of_ed25519_vouches_too),
		TEST(a_key_too_vast_for_a_comment_gives_no_word),
		TEST(a_word_that_is_not_kept_is_not_given),
		TEST(who_has_no_key_gives_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
