// SPDX-License-Identifier: MIT
#include "server/push/vapid.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/json.h"
#include "server/push/push_seal.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define HALF 32 // of a signature

struct vapid_keys {
	size_t n;
	struct vapid_key {
		EVP_PKEY *key;
		uint8_t point[PUSH_POINT_LEN];
	} at[VAPID_KEYS_MAX];
};

static bool read_all(struct vapid_keys *keys, BIO *from)
{
	EVP_PKEY *key;

	while ((key = PEM_read_bio_PrivateKey(from, NULL, NULL, NULL))) {
		if (keys->n == VAPID_KEYS_MAX || !EVP_PKEY_is_a(key, "EC") ||
		    EVP_PKEY_get_bits(key) != 256 ||
		    !push_point_of(key, keys->at[keys->n].point) ||
		    !push_point_is_valid(keys->at[keys->n].point)) {
			EVP_PKEY_free(key);
			return false;
		}
		keys->at[keys->n++].key = key;
	}
	return keys->n > 0;
}

struct vapid_keys *vapid_keys_new(struct span pem)
{
	struct vapid_keys *keys = xcalloc(1, sizeof(*keys));
	BIO *from = BIO_new_mem_buf(pem.at, (int)pem.len);
	bool is_fine = from && read_all(keys, from);

	BIO_free(from);
	if (is_fine)
		return keys;
	vapid_keys_free(keys);
	return NULL;
}

void vapid_keys_free(struct vapid_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->n; i++)
		EVP_PKEY_free(keys->at[i].key);
	free(keys);
}

void vapid_make(struct buf *pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *to = BIO_new(BIO_s_secmem());
	char *text;
	long len;

	if (!key || !to ||
	    PEM_write_bio_PKCS8PrivateKey(to, key, NULL, NULL, 0, NULL, NULL) != 1)
		die(1, "cannot make a key of P-256");
	len = BIO_get_mem_data(to, &text);
	buf_add(pem, text, (size_t)len);
	BIO_free(to);
	EVP_PKEY_free(key);
}

const uint8_t *vapid_point(const struct vapid_keys *keys)
{
	return keys->at[keys->n - 1].point;
}

static EVP_PKEY *find(const struct vapid_keys *keys, const uint8_t point[static PUSH_POINT_LEN])
{
	for (size_t i = 0; i < keys->n; i++) {
		if (memcmp(keys->at[i].point, point, PUSH_POINT_LEN) == 0)
			return keys->at[i].key;
	}
	return NULL;
}

// Of ASN.1, as OpenSSL makes them, the two numbers alone (RFC 7518, 3.4).
static bool add_numbers(struct buf *out, const uint8_t *der, size_t len)
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
	uint8_t raw[2 * HALF];
	bool is_fine = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, HALF) == HALF &&
		       BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + HALF, HALF) == HALF;

	ECDSA_SIG_free(pair);
	if (is_fine)
		encode_b64url(out, raw, sizeof(raw));
	return is_fine;
}

static bool add_signature(struct buf *out, EVP_PKEY *key, struct span text)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[128];
	size_t len = sizeof(der);
	bool is_fine =
		context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestSign(context, der, &len, (const uint8_t *)text.at, text.len) == 1;

	EVP_MD_CTX_free(context);
	return is_fine && add_numbers(out, der, len);
}

// As a browser writes it: in small letters, and without the port that goes without saying.
static void add_origin(struct buf *out, struct span endpoint)
{
	struct span origin = push_origin(endpoint), port = SPAN(":443");

	if (origin.len > port.len && span_eq(span_after(origin, origin.len - port.len), port))
		origin.len -= port.len;
	for (size_t i = 0; i < origin.len; i++) {
		char c = origin.at[i];

		buf_add_char(out, (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
	}
}

// What is signed: who is meant to read it, until when it holds, and whom to write to.
static void add_claims(struct buf *out, struct span endpoint, struct span contact,
		       int64_t wall_ms)
{
	static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
	json_t *claims = json_object();
	struct buf text = {0}, origin = {0};

	add_origin(&origin, endpoint);
	json_object_set_new(claims, "aud", json_text(buf_span(&origin)));
	json_object_set_new(claims, "exp", json_integer(wall_ms / 1000 + VAPID_HOURS * 3600LL));
	json_object_set_new(claims, "sub", json_text(contact));
	json_add_line(&text, claims);
	json_decref(claims);
	encode_b64url(out, head, sizeof(head) - 1);
	buf_add_char(out, '.');
	encode_b64url(out, text.at, text.len - 1); // without LF
	buf_clear(&text);
	buf_clear(&origin);
}

bool vapid_sign(const struct vapid_keys *keys, const uint8_t point[static PUSH_POINT_LEN],
		struct span endpoint, struct span contact, int64_t wall_ms, struct buf *out)
{
	EVP_PKEY *key = find(keys, point);
	struct buf text = {0}, sign = {0};
	bool is_done;

	add_claims(&text, endpoint, contact, wall_ms);
	is_done = key && add_signature(&sign, key, buf_span(&text));
	if (is_done) {
		buf_printf(out, "vapid t=%s.%s, k=", buf_str(&text), buf_str(&sign));
		encode_b64url(out, point, PUSH_POINT_LEN);
	}
	buf_clear(&text);
	buf_clear(&sign);
	return is_done;
}
