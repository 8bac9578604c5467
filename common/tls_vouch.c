// SPDX-License-Identifier: MIT
// What is believed is checked word by word; who may be believed by whom is followed afterwards.
#include "common/tls_vouch.h"

#include "common/buf.h"
#include "common/encode.h"
#include "common/tls_private.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "snug-vouch-1 "
#define NAME "snug: one key vouches for another"
#define COMMENT_MAX 4096 // bytes: a key of 16384 bits
#define SECURITY_BITS_MIN 112
#define FILE_WORDS_MAX 64
#define VALID_DAYS 36500 // nobody looks at it: a pin has no end either

struct word {
	uint8_t from[TLS_PIN_LEN], to[TLS_PIN_LEN];
};

// What its comment says behind the mark; empty: it is no word.
static void read_comment(const X509 *certificate, struct buf *out)
{
	ASN1_IA5STRING *text;
	int is_critical = 0;
	struct span words;

	text = X509_get_ext_d2i(certificate, NID_netscape_comment, &is_critical, NULL);
	if (text && is_critical == 1 && ASN1_STRING_length(text) <= COMMENT_MAX) {
		words = span_from((const char *)ASN1_STRING_get0_data(text),
				  (size_t)ASN1_STRING_length(text));
		if (span_starts(words, SPAN(MARK)))
			buf_add_span(out, span_after(words, strlen(MARK)));
	}
	ASN1_IA5STRING_free(text);
}

static bool is_signed_well(X509 *certificate, EVP_PKEY *by)
{
	int security = 0;

	return X509_get_signature_info(certificate, NULL, NULL, &security, NULL) == 1 &&
	       security >= SECURITY_BITS_MIN && X509_verify(certificate, by) == 1;
}

static bool check_word(X509 *certificate, struct span key_text, struct word *out)
{
	struct buf key_bytes = {0};
	const unsigned char *at;
	EVP_PKEY *key = NULL;
	bool is_good = false;

	if (decode_b64url(&key_bytes, key_text)) {
		at = (const unsigned char *)key_bytes.at;
		key = d2i_PUBKEY(NULL, &at, (long)key_bytes.len);
		SHA256((const unsigned char *)key_bytes.at, key_bytes.len, out->from);
		is_good = key && at == (const unsigned char *)key_bytes.at + key_bytes.len &&
			  tls_pin_of(certificate, out->to) && is_signed_well(certificate, key);
	}
	EVP_PKEY_free(key);
	buf_clear(&key_bytes);
	ERR_clear_error();
	return is_good;
}

static bool has_mark(const X509 *certificate)
{
	struct buf text = {0};
	bool is_marked;

	read_comment(certificate, &text);
	is_marked = text.len;
	buf_clear(&text);
	return is_marked;
}

static bool read_word(X509 *certificate, struct word *out)
{
	struct buf text = {0};
	bool is_good;

	read_comment(certificate, &text);
	is_good = text.len && check_word(certificate, buf_span(&text), out);
	buf_clear(&text);
	return is_good;
}

static size_t read_words(const STACK_OF(X509) * chain,
			 struct word words[static TLS_VOUCHES_MAX])
{
	size_t n = 0, looked_at = 0;

	for (int i = 0; i < sk_X509_num(chain) && looked_at < TLS_VOUCHES_MAX; i++) {
		X509 *certificate = sk_X509_value(chain, i);

		if (!has_mark(certificate))
			continue;
		looked_at++;
		if (read_word(certificate, &words[n]))
			n++;
	}
	return n;
}

static bool is_same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, TLS_PIN_LEN) == 0;
}

bool tls_vouches_has(const struct tls_vouches *v, const uint8_t pin[static TLS_PIN_LEN])
{
	for (size_t i = 0; i < v->n; i++) {
		if (is_same(v->pins[i], pin))
			return true;
	}
	return false;
}

// Who vouches for the key, and who for those in turn; then whom the key itself vouches for.
static void follow(const struct word *words, size_t n, const uint8_t *leaf,
		   struct tls_vouches *out)
{
	bool has_grown = true;

	*out = (struct tls_vouches){0};
	while (has_grown) {
		has_grown = false;
		for (size_t i = 0; i < n && out->n < TLS_VOUCHES_MAX; i++) {
			const struct word *w = &words[i];

			if ((!is_same(w->to, leaf) && !tls_vouches_has(out, w->to)) ||
			    is_same(w->from, leaf) || tls_vouches_has(out, w->from))
				continue;
			memcpy(out->pins[out->n++], w->from, TLS_PIN_LEN);
			has_grown = true;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_same(words[i].from, leaf) || is_same(words[i].to, leaf) ||
		    tls_vouches_has(out, words[i].to))
			continue;
		out->has_next = true;
		memcpy(out->next, words[i].to, TLS_PIN_LEN);
	}
}

void tls_chain_vouches(const STACK_OF(X509) * chain, const uint8_t leaf[static TLS_PIN_LEN],
		       struct tls_vouches *out)
{
	struct word words[TLS_VOUCHES_MAX];
	size_t n = read_words(chain, words);

	follow(words, n, leaf, out);
}

void tls_context_vouches(const struct tls_context *c, struct tls_vouches *out)
{
	STACK_OF(X509) *chain = NULL;
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(c, pin);
	SSL_CTX_get0_chain_certs(c->ctx, &chain);
	tls_chain_vouches(chain, pin, out);
}

// The last words of the file are the newest.
static STACK_OF(X509) * read_file(const char *file)
{
	STACK_OF(X509) *found = sk_X509_new_null();
	FILE *in = fopen(file, "re");
	X509 *certificate;

	while (in && sk_X509_num(found) < FILE_WORDS_MAX &&
	       (certificate = PEM_read_X509(in, NULL, NULL, NULL)))
		sk_X509_push(found, certificate);
	if (in)
		fclose(in);
	ERR_clear_error();
	return found;
}

static bool is_shown(const struct tls_context *c, const X509 *certificate)
{
	STACK_OF(X509) *chain = NULL;
	bool is_there = false;

	SSL_CTX_get0_chain_certs(c->ctx, &chain);
	for (int i = 0; i < sk_X509_num(chain) && !is_there; i++)
		is_there = X509_cmp(sk_X509_value(chain, i), certificate) == 0;
	return is_there;
}

// Of a long life only the last words are shown: what is older than eight keys is lost.
static void add_words(struct tls_context *c, const STACK_OF(X509) * found)
{
	uint8_t wanted[TLS_PIN_LEN], leaf[TLS_PIN_LEN];
	int n = 0;

	tls_context_pin(c, leaf);
	memcpy(wanted, leaf, TLS_PIN_LEN);
	for (int i = sk_X509_num(found) - 1; i >= 0 && n < TLS_VOUCHES_MAX; i--) {
		X509 *certificate = sk_X509_value(found, i);
		struct word word;

		if (!read_word(certificate, &word))
			continue;
		if (is_same(word.to, wanted))
			memcpy(wanted, word.from, TLS_PIN_LEN);
		else if (!is_same(word.from, leaf))
			continue;
		// What was saved with its chain has them already.
		if (is_shown(c, certificate) ||
		    SSL_CTX_add1_chain_cert(c->ctx, certificate) == 1)
			n++;
	}
	ERR_clear_error();
}

void tls_context_add_vouches(struct tls_context *c, const char *file)
{
	STACK_OF(X509) *found = read_file(file);

	add_words(c, found);
	sk_X509_pop_free(found, X509_free);
}

int64_t tls_vouch_since(const char *file, const struct tls_context *c)
{
	STACK_OF(X509) *found = read_file(file);
	uint8_t pin[TLS_PIN_LEN];
	int64_t since = 0;

	tls_context_pin(c, pin);
	for (int i = 0; i < sk_X509_num(found); i++) {
		X509 *certificate = sk_X509_value(found, i);
		struct word word;

		if (read_word(certificate, &word) && is_same(word.from, pin))
			since = tls_ms_of(X509_get0_notBefore(certificate));
	}
	sk_X509_pop_free(found, X509_free);
	return since;
}

// Making one.

static bool add_comment(X509 *word, X509 *old)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(old), &der);
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();
	struct buf comment = {0};
	bool is_added = false;

	if (len > 0 && text) {
		buf_add_str(&comment, MARK);
		encode_b64url(&comment, der, (size_t)len);
		is_added = comment.len <= COMMENT_MAX &&
			   ASN1_STRING_set(text, comment.at, (int)comment.len) == 1 &&
			   X509_add1_ext_i2d(word, NID_netscape_comment, text, 1,
					     X509V3_ADD_DEFAULT) == 1;
	}
	buf_clear(&comment);
	ASN1_IA5STRING_free(text);
	OPENSSL_free(der);
	return is_added;
}

static bool add_limits(X509 *word)
{
	BASIC_CONSTRAINTS none = {0};

	return X509_add1_ext_i2d(word, NID_basic_constraints, &none, 1, X509V3_ADD_DEFAULT) ==
	       1;
}

static bool fill(X509 *word, X509 *old, EVP_PKEY *fresh)
{
	X509_NAME *name = X509_get_subject_name(word);
	uint64_t serial;

	return RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1 &&
	       X509_set_version(word, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(word), serial >> 1 | 1) == 1 &&
	       X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
					  (const unsigned char *)NAME, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(word, name) == 1 &&
	       X509_gmtime_adj(X509_getm_notBefore(word), 0) &&
	       X509_time_adj_ex(X509_getm_notAfter(word), VALID_DAYS, 0, NULL) &&
	       X509_set_pubkey(word, fresh) == 1 && add_limits(word) && add_comment(word, old);
}

// A key that knows of no hash, as one of Ed25519, hashes by itself.
static bool sign(X509 *word, EVP_PKEY *key)
{
	int kind;
	bool is_own = EVP_PKEY_get_default_digest_nid(key, &kind) <= 0;

	return X509_sign(word, key, is_own ? NULL : EVP_sha256()) > 0;
}

static bool append(const char *file, X509 *word)
{
	FILE *out = fopen(file, "ae");
	bool is_safe = out && fchmod(fileno(out), 0600) == 0 &&
		       PEM_write_X509(out, word) == 1 && fflush(out) == 0 &&
		       fsync(fileno(out)) == 0;

	return out && fclose(out) == 0 && is_safe;
}

bool tls_vouch_add(const char *file, const struct tls_context *old,
		   const struct tls_context *fresh, char **error)
{
	X509 *word = X509_new(), *old_cert = SSL_CTX_get0_certificate(old->ctx);
	EVP_PKEY *old_key = SSL_CTX_get0_privatekey(old->ctx);
	EVP_PKEY *fresh_key = SSL_CTX_get0_privatekey(fresh->ctx);
	bool is_made;

	ERR_clear_error();
	*error = NULL;
	is_made = word && old_cert && old_key && fresh_key && fill(word, old_cert, fresh_key) &&
		  sign(word, old_key) && append(file, word);
	if (!is_made)
		*error =
			tls_file_error("cannot write the old key's word for the new one", file);
	X509_free(word);
	return is_made;
}
