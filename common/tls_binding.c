// SPDX-License-Identifier: MIT
// One kind for each version of TLS, so that nobody in the middle can choose the weaker one.
#include "common/tls_binding.h"

#include "common/tls_private.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#define EXPORTED_LEN 32

static const char label[] = "EXPORTER-Channel-Binding";

static bool exporter(SSL *ssl, struct tls_binding *out)
{
	out->kind = TLS_BINDING_EXPORTER;
	out->len = EXPORTED_LEN;
	return SSL_export_keying_material(ssl, out->bytes, EXPORTED_LEN, label,
					  sizeof(label) - 1, NULL, 0, 0) == 1;
}

// By the hash of its signature, but by none that is broken; where the signature has none of its
// own (Ed25519), the type is not defined.
static const EVP_MD *hash_of(X509 *certificate)
{
	int hash;

	if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1)
		return NULL;
	if (hash == NID_md5 || hash == NID_sha1)
		hash = NID_sha256;
	return EVP_get_digestbynid(hash);
}

static bool end_point(SSL *ssl, struct tls_binding *out)
{
	X509 *certificate =
		SSL_is_server(ssl) ? SSL_get_certificate(ssl) : SSL_get0_peer_certificate(ssl);
	const EVP_MD *hash = certificate ? hash_of(certificate) : NULL;
	unsigned len = 0;

	if (!hash || EVP_MD_get_size(hash) > TLS_BINDING_MAX ||
	    X509_digest(certificate, hash, out->bytes, &len) != 1)
		return false;
	out->kind = TLS_BINDING_END_POINT;
	out->len = (uint8_t)len;
	return true;
}

bool tls_bind(SSL *ssl, struct tls_binding *out)
{
	bool has_exporter = SSL_version(ssl) >= TLS1_3_VERSION, is_bound;

	*out = (struct tls_binding){0};
	is_bound = has_exporter ? exporter(ssl, out) : end_point(ssl, out);
	if (!is_bound)
		*out = (struct tls_binding){0};
	return is_bound;
}
