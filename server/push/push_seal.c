// SPDX-License-Identifier: MIT
#include "server/push/push_seal.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

#define HASH_LEN 32
#define CONTENT_KEY_LEN 16
#define NONCE_LEN 12
#define STEP 256 // of lengths that can be told apart

struct agreed {
	uint8_t key[CONTENT_KEY_LEN];
	uint8_t nonce[NONCE_LEN];
};

static EVP_PKEY *key_of_point(const uint8_t point[static PUSH_POINT_LEN])
{
	char group[] = "prime256v1";
	uint8_t bytes[PUSH_POINT_LEN];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes,
						  sizeof(bytes)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	memcpy(bytes, point, sizeof(bytes));
	if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

bool push_point_is_valid(const uint8_t point[static PUSH_POINT_LEN])
{
	EVP_PKEY *key = point[0] == 4 ? key_of_point(point) : NULL;

	EVP_PKEY_free(key);
	return key != NULL;
}

bool push_point_of(EVP_PKEY *key, uint8_t point[static PUSH_POINT_LEN])
{
	size_t len = 0;

	return EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
					       PUSH_POINT_LEN, &len) == 1 &&
	       len == PUSH_POINT_LEN && point[0] == 4;
}

static bool agree(EVP_PKEY *own, const struct push_to *to, uint8_t secret[static HASH_LEN])
{
	EVP_PKEY *other = key_of_point(to->point);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	size_t len = HASH_LEN;
	bool is_done = other && context && EVP_PKEY_derive_init(context) == 1 &&
		       EVP_PKEY_derive_set_peer(context, other) == 1 &&
		       EVP_PKEY_derive(context, secret, &len) == 1 && len == HASH_LEN;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(other);
	return is_done;
}

static void sum(const uint8_t *key, size_t key_len, struct span text, uint8_t out[HASH_LEN])
{
	HMAC(EVP_sha256(), key, (int)key_len, (const uint8_t *)text.at, text.len, out, NULL);
}

// HKDF-Expand of RFC 5869 where one block is enough.
static void expand(const uint8_t key[static HASH_LEN], struct span info, uint8_t *out,
		   size_t len)
{
	struct buf text = {0};
	uint8_t block[HASH_LEN];

	buf_add_span(&text, info);
	buf_add_char(&text, 1);
	sum(key, HASH_LEN, buf_span(&text), block);
	memcpy(out, block, len);
	OPENSSL_cleanse(block, sizeof(block));
	buf_clear(&text);
}

// RFC 8291, 3.4.
static void derive(const struct push_to *to, const uint8_t own[static PUSH_POINT_LEN],
		   const uint8_t secret[static HASH_LEN],
		   const uint8_t salt[static PUSH_SALT_LEN], struct agreed *out)
{
	uint8_t first[HASH_LEN], material[HASH_LEN], second[HASH_LEN];
	struct buf info = {0};

	sum(to->auth, PUSH_AUTH_LEN, span_from(secret, HASH_LEN), first);
	buf_add(&info, "WebPush: info", sizeof("WebPush: info"));
	buf_add(&info, to->point, PUSH_POINT_LEN);
	buf_add(&info, own, PUSH_POINT_LEN);
	expand(first, buf_span(&info), material, sizeof(material));
	sum(salt, PUSH_SALT_LEN, span_from(material, sizeof(material)), second);
	// With the NUL behind each.
	expand(second, span_from("Content-Encoding: aes128gcm", 28), out->key,
	       sizeof(out->key));
	expand(second, span_from("Content-Encoding: nonce", 24), out->nonce,
	       sizeof(out->nonce));
	OPENSSL_cleanse(first, sizeof(first));
	OPENSSL_cleanse(material, sizeof(material));
	OPENSSL_cleanse(second, sizeof(second));
	buf_clear(&info);
}

static bool encrypt(const struct agreed *by, struct span text, struct buf *out)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t *at = (uint8_t *)buf_space(out, text.len + PUSH_TAG_LEN);
	int len = 0, rest = 0;
	bool is_done =
		context &&
		EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, by->key, by->nonce) == 1 &&
		EVP_EncryptUpdate(context, at, &len, (const uint8_t *)text.at, (int)text.len) ==
			1 &&
		EVP_EncryptFinal_ex(context, at + len, &rest) == 1 &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, PUSH_TAG_LEN,
				    at + text.len) == 1;

	EVP_CIPHER_CTX_free(context);
	if (is_done)
		out->len += text.len + PUSH_TAG_LEN;
	return is_done;
}

// RFC 8188, 2.1: salt, size of a record, and the sender's point as the id of the key.
static void add_header(struct buf *out, const uint8_t salt[static PUSH_SALT_LEN],
		       const uint8_t own[static PUSH_POINT_LEN])
{
	buf_add(out, salt, PUSH_SALT_LEN);
	buf_add(out, (const uint8_t[]){0, 0, PUSH_RECORD >> 8, 0}, 4);
	buf_add_char(out, PUSH_POINT_LEN);
	buf_add(out, own, PUSH_POINT_LEN);
}

bool push_seal_by(struct buf *out, const struct push_to *to, struct span text, size_t least,
		  const uint8_t salt[static PUSH_SALT_LEN], EVP_PKEY *own)
{
	uint8_t point[PUSH_POINT_LEN], secret[HASH_LEN];
	struct buf plain = {0};
	struct agreed agreed;
	size_t before = out->len;
	bool is_done = text.len <= PUSH_TEXT_MAX && least <= PUSH_TEXT_MAX &&
		       push_point_of(own, point) && agree(own, to, secret);

	if (!is_done)
		return false;
	derive(to, point, secret, salt, &agreed);
	buf_add_span(&plain, text);
	buf_add_char(&plain, 2); // the last record; then only what makes it longer
	while (plain.len < least + 1)
		buf_add_char(&plain, '\0');
	add_header(out, salt, point);
	is_done = encrypt(&agreed, buf_span(&plain), out);
	if (!is_done)
		out->len = before;
	OPENSSL_cleanse(&agreed, sizeof(agreed));
	OPENSSL_cleanse(secret, sizeof(secret));
	buf_clear(&plain);
	return is_done;
}

static size_t least_of(size_t len)
{
	size_t least = (len + STEP - 1) / STEP * STEP;

	return least < PUSH_TEXT_MAX ? least : PUSH_TEXT_MAX;
}

bool push_seal(struct buf *out, const struct push_to *to, struct span text)
{
	uint8_t salt[PUSH_SALT_LEN];
	EVP_PKEY *own = EVP_EC_gen("P-256");
	bool is_done = own && RAND_bytes(salt, sizeof(salt)) == 1 &&
		       push_seal_by(out, to, text, least_of(text.len), salt, own);

	EVP_PKEY_free(own);
	return is_done;
}
