// SPDX-License-Identifier: MIT
// The certificate is chosen when the ClientHello is read: OpenSSL asks for the protocol only
// after that.
#include "common/tls_challenge.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/tls_private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define CERTIFICATE_DAYS 1
#define IDENTIFIER "1.3.6.1.5.5.7.1.31" // id-pe-acmeIdentifier, RFC 8737, 3

// The extension of ALPN and of SNI as bytes, up to where they name anything.
static const unsigned char alpn_alone[] = {0,   11,  10,  'a', 'c', 'm', 'e',
					   '-', 't', 'l', 's', '/', '1'};
#define SNI_HEAD 5 // length of the list, kind, length of the name

struct challenge {
	char *name; // NULL: none
	int64_t until_ms;
	EVP_PKEY *key;
	X509 *certificate;
};

struct tls_challenges {
	struct challenge all[TLS_CHALLENGES_MAX];
};

struct tls_challenges *tls_challenges_new(void)
{
	return xcalloc(1, sizeof(struct tls_challenges));
}

static void clear(struct challenge *one)
{
	free(one->name);
	EVP_PKEY_free(one->key);
	X509_free(one->certificate);
	*one = (struct challenge){0};
}

void tls_challenges_free(struct tls_challenges *c)
{
	for (size_t i = 0; c && i < ARRAY_LEN(c->all); i++)
		clear(&c->all[i]);
	free(c);
}

static struct challenge *find(struct tls_challenges *c, struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(c->all); i++) {
		if (c->all[i].name && span_eq_fold(span_of(c->all[i].name), name))
			return &c->all[i];
	}
	return NULL;
}

static struct challenge *find_place(struct tls_challenges *c)
{
	struct challenge *first = &c->all[0];

	for (size_t i = 1; i < ARRAY_LEN(c->all); i++) {
		if (c->all[i].until_ms < first->until_ms)
			first = &c->all[i];
	}
	return first;
}

// Critical, an OCTET STRING within the extension's own.
static X509_EXTENSION *identifier(const uint8_t digest[static TLS_CHALLENGE_LEN])
{
	unsigned char bytes[2 + TLS_CHALLENGE_LEN] = {V_ASN1_OCTET_STRING, TLS_CHALLENGE_LEN};
	ASN1_OBJECT *object = OBJ_txt2obj(IDENTIFIER, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension = NULL;

	memcpy(bytes + 2, digest, TLS_CHALLENGE_LEN);
	if (object && value && ASN1_OCTET_STRING_set(value, bytes, sizeof(bytes)) == 1)
		extension = X509_EXTENSION_create_by_OBJ(NULL, object, 1, value);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
	return extension;
}

void tls_challenges_put(struct tls_challenges *c, struct span name,
			const uint8_t digest[static TLS_CHALLENGE_LEN], int64_t until_ms)
{
	struct challenge *one = find(c, name);
	X509_EXTENSION *extension = identifier(digest);

	if (!one)
		one = find_place(c);
	clear(one);
	*one = (struct challenge){.name = span_dup(name), .until_ms = until_ms};
	one->key = EVP_EC_gen("P-256");
	one->certificate = tls_self_signed(one->key, one->name, CERTIFICATE_DAYS, extension);
	if (!one->certificate)
		die(1, "OpenSSL cannot make the certificate of a challenge");
	X509_EXTENSION_free(extension);
}

void tls_challenges_drop(struct tls_challenges *c, struct span name)
{
	struct challenge *one = find(c, name);

	if (one)
		clear(one);
}

// It offers this protocol and no other.
static bool wants_proof(SSL *ssl)
{
	const unsigned char *bytes;
	size_t len;

	return SSL_client_hello_get0_ext(ssl,
					 TLSEXT_TYPE_application_layer_protocol_negotiation,
					 &bytes, &len) == 1 &&
	       len == sizeof(alpn_alone) && memcmp(bytes, alpn_alone, len) == 0;
}

// The one name that it came by; "": it told none, or several.
static struct span wanted_name(SSL *ssl)
{
	const unsigned char *b;
	size_t len;

	if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &b, &len) != 1 ||
	    len <= SNI_HEAD || (size_t)(b[0] << 8 | b[1]) != len - 2 ||
	    b[2] != TLSEXT_NAMETYPE_host_name || (size_t)(b[3] << 8 | b[4]) != len - SNI_HEAD)
		return SPAN("");
	return span_from(b + SNI_HEAD, len - SNI_HEAD);
}

// Nothing of the server's own goes with it.
static bool show(SSL *ssl, const struct challenge *one)
{
	SSL_certs_clear(ssl);
	return SSL_use_certificate(ssl, one->certificate) == 1 &&
	       SSL_use_PrivateKey(ssl, one->key) == 1;
}

int tls_on_hello(SSL *ssl, int *alert UNUSED, void *arg UNUSED)
{
	struct tls_web *web = SSL_get_app_data(ssl);
	const struct challenge *one = NULL;

	if (web && web->challenges && wants_proof(ssl))
		one = find(web->challenges, wanted_name(ssl));
	if (!one || one->until_ms <= clock_mono_ms())
		return SSL_CLIENT_HELLO_SUCCESS;
	if (!show(ssl, one))
		return SSL_CLIENT_HELLO_ERROR;
	web->is_proof = true;
	return SSL_CLIENT_HELLO_SUCCESS;
}
