// SPDX-License-Identifier: MIT
// What all streams of one kind share. Certificates of peers are asked for, never judged
// by an authority: on the server any key of a cheap kind (tls_key.c) is welcome (its hash is
// the identity), on the client the pin or tls_is_verified() decides.
#include "common/tls_private.h"

#include "common/buf.h"
#include "common/die.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdlib.h>

// ChaCha20 first: lines are short, so that its set-up costs half of what AES-GCM's does,
// its state is 0.6 KiB a connection smaller, and no hardware is needed for it to be fast.
#define CIPHERS_13 "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
#define CIPHERS_12 "ECDHE+CHACHA20:ECDHE+AESGCM"
#define PEER_CHAIN_MAX (16 * 1024) // bytes of certificates a client may show

static const unsigned char alpn_irc[] = {3, 'i', 'r', 'c'};
static const unsigned char alpn_web[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
static const unsigned char alpn_proof[] = {10,  'a', 'c', 'm', 'e', '-',
					   't', 'l', 's', '/', '1'};

bool tls_pin_of(X509 *certificate, uint8_t pin[static TLS_PIN_LEN])
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);

	if (len < 0)
		return false;
	SHA256(der, (size_t)len, pin);
	OPENSSL_free(der);
	return true;
}

char *tls_file_error(const char *what, const char *file)
{
	unsigned long code = ERR_peek_error();
	const char *why = ERR_SYSTEM_ERROR(code) ? strerrordesc_np(ERR_GET_REASON(code))
						 : ERR_reason_error_string(code);
	struct buf text = {0};

	buf_printf(&text, "%s %s: %s", what, file, why ? why : "not usable");
	ERR_clear_error();
	return buf_take(&text);
}

static const unsigned char *protocol_of(const struct tls_web *web)
{
	if (!web)
		return alpn_irc;
	return web->is_proof ? alpn_proof : alpn_web;
}

// ALPACA: who was sent here and wants another service must not get through.
static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		       const unsigned char *in, unsigned in_len, void *arg UNUSED)
{
	const unsigned char *served = protocol_of(SSL_get_app_data(ssl));
	unsigned len = served[0] + 1U;

	for (unsigned i = 0; i < in_len; i += in[i] + 1U) {
		if (in_len - i < len || memcmp(in + i, served, len) != 0)
			continue;
		*out = in + i + 1;
		*out_len = in[i];
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The handshake will prove that the peer holds the key; nothing else is of interest but what
// that proof will cost.
static int accept_cheap(X509_STORE_CTX *store, void *arg UNUSED)
{
	bool is_cheap = tls_key_is_cheap(X509_STORE_CTX_get0_cert(store));

	X509_STORE_CTX_set_error(store, is_cheap ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
	return is_cheap;
}

// A key with a passphrase would make OpenSSL ask on the terminal.
static int no_passphrase(char *out UNUSED, int room UNUSED, int is_write UNUSED,
			 void *arg UNUSED)
{
	return -1;
}

static SSL_CTX *new_ctx(const SSL_METHOD *method)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		die(1, "OpenSSL cannot make a TLS context");
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_CLEANSE_PLAINTEXT);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_ciphersuites(ctx, CIPHERS_13) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, CIPHERS_12) != 1 ||
	    SSL_CTX_set1_groups_list(ctx, "X25519:P-256") != 1)
		die(1, "this OpenSSL lacks the ciphers that are needed");
	return ctx;
}

static char *load(SSL_CTX *ctx, const char *cert_file, const char *key_file)
{
	struct buf text = {0};

	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1)
		return tls_file_error("certificate", cert_file);
	if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) == 1) {
		if (SSL_CTX_check_private_key(ctx) == 1)
			return NULL;
	} else if (ERR_GET_LIB(ERR_peek_last_error()) != ERR_LIB_X509) {
		return tls_file_error("key", key_file);
	}
	ERR_clear_error();
	buf_printf(&text, "key %s does not belong to certificate %s", key_file, cert_file);
	return buf_take(&text);
}

static struct tls_context *finish(SSL_CTX *ctx, const char *cert_file, const char *key_file,
				  bool is_server, char **error)
{
	struct tls_context *c;

	*error = cert_file ? load(ctx, cert_file, key_file) : NULL;
	if (*error) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	*c = (struct tls_context){ctx, is_server};
	return c;
}

struct tls_context *tls_context_server(const char *cert_file, const char *key_file,
				       char **error)
{
	SSL_CTX *ctx = new_ctx(TLS_server_method());

	SSL_CTX_set_session_id_context(ctx, alpn_irc, sizeof(alpn_irc));
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, accept_cheap, NULL);
	SSL_CTX_set_max_cert_list(ctx, PEER_CHAIN_MAX);
	SSL_CTX_set_client_hello_cb(ctx, tls_on_hello, NULL);
	SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
	return finish(ctx, cert_file, key_file, true, error);
}

void tls_serve_web(SSL *ssl, struct tls_web *web)
{
	SSL_set_app_data(ssl, web);
	SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
}

void tls_ask_web(SSL *ssl)
{
	if (SSL_set_alpn_protos(ssl, alpn_web, sizeof(alpn_web)) != 0)
		die(1, "out of memory for a TLS stream");
}

static SSL_CTX *new_client_ctx(void)
{
	SSL_CTX *ctx = new_ctx(TLS_client_method());

	// The chain is checked all the same; tls_is_verified() tells with what result.
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	if (SSL_CTX_set_alpn_protos(ctx, alpn_irc, sizeof(alpn_irc)) != 0)
		die(1, "out of memory for a TLS context");
	return ctx;
}

struct tls_context *tls_context_client(const char *cert_file, const char *key_file,
				       char **error)
{
	SSL_CTX *ctx = new_client_ctx();

	SSL_CTX_set_default_verify_paths(ctx);
	return finish(ctx, cert_file, key_file, false, error);
}

struct tls_context *tls_context_pinned(const char *cert_file, const char *key_file,
				       char **error)
{
	return finish(new_client_ctx(), cert_file, key_file, false, error);
}

struct tls_context *tls_context_share(const struct tls_context *c)
{
	int is_shared = SSL_CTX_up_ref(c->ctx);

	assert(is_shared == 1);
	return xmemdup(c, sizeof(*c));
}

void tls_context_free(struct tls_context *c)
{
	if (!c)
		return;
	SSL_CTX_free(c->ctx);
	free(c);
}

void tls_context_pin(const struct tls_context *c, uint8_t pin[static TLS_PIN_LEN])
{
	X509 *certificate = SSL_CTX_get0_certificate(c->ctx);

	if (!certificate || !tls_pin_of(certificate, pin))
		memset(pin, 0, TLS_PIN_LEN);
}

static void add_digest(struct buf *out, const X509 *certificate)
{
	uint8_t one[TLS_PIN_LEN];

	if (X509_digest(certificate, EVP_sha256(), one, NULL) != 1)
		die(1, "OpenSSL cannot hash a certificate");
	buf_add(out, (const char *)one, sizeof(one));
}

void tls_context_digest(const struct tls_context *c, uint8_t digest[static TLS_PIN_LEN])
{
	STACK_OF(X509) *chain = NULL;
	struct buf all = {0};

	SSL_CTX_get0_chain_certs(c->ctx, &chain);
	add_digest(&all, SSL_CTX_get0_certificate(c->ctx));
	for (int i = 0; i < sk_X509_num(chain); i++)
		add_digest(&all, sk_X509_value(chain, i));
	SHA256((const unsigned char *)all.at, all.len, digest);
	buf_clear(&all);
}

int64_t tls_context_expires(const struct tls_context *c)
{
	const X509 *certificate = SSL_CTX_get0_certificate(c->ctx);

	return certificate ? tls_ms_of(X509_get0_notAfter(certificate)) : 0;
}
