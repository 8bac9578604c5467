// SPDX-License-Identifier: MIT
// The one place that calls SSL_*.
//
// 1. ERR_clear_error() before every call and SSL_get_error() at once after it: the queue
//    is the thread's, and another stream's error would be taken for ours.
// 2. After TLS_BROKEN nothing is asked of OpenSSL again but to free.
// 3. A write that wants to wait owns the next write: the same bytes, or those and more.
// 4. read-ahead halves the system calls of reading; what it took from the socket is told
//    by tls_has_pending(), unless it is known to be less than a record.
#include "common/tls.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/tls_binding.h"
#include "common/tls_private.h"
#include "common/tls_vouch.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define RECORD_MAX 16384
#define KEY_UPDATES_MAX 8 // a minute: each costs us a key schedule, the peer 5 bytes
#define MINUTE_MS 60000

struct tls {
	SSL *ssl;
	struct tls_web web;
	char *version; // made when it is asked for
	char *error;
	int64_t minute_at; // when counting of key updates began
	size_t pending;    // length of the write that wants to wait
	unsigned short key_updates;
	bool has_host;
	bool is_ready;  // the handshake is done
	bool is_broken; // see 2
	bool is_flooded;
	bool is_drained; // the last read wanted more: see 4
};

// One SSL_read works through all the key updates it can get, those in its buffer, too: of a
// peer that has said goodbye it takes nothing more.
static void count_key_update(struct tls *t)
{
	int64_t now = clock_mono_ms();

	if (now - t->minute_at > MINUTE_MS) {
		t->minute_at = now;
		t->key_updates = 0;
	}
	if (++t->key_updates > KEY_UPDATES_MAX) {
		t->is_flooded = true;
		SSL_set_shutdown(t->ssl, SSL_RECEIVED_SHUTDOWN);
	}
}

// Of a handshake it is told of whole messages, with their heads.
static void on_message(int is_write, int version UNUSED, int type, const void *bytes,
		       size_t len UNUSED, SSL *ssl UNUSED, void *arg)
{
	const unsigned char *message = bytes;

	if (!is_write && type == SSL3_RT_HANDSHAKE && message[0] == SSL3_MT_KEY_UPDATE)
		count_key_update(arg);
}

const char *tls_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

// Without a name to compare, the certificate of any other host would do.
static bool name_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	if (tls_is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_host(param, host, 0) != 1)
		return false;
	SSL_set_tlsext_host_name(ssl, host); // one too long to be told is compared all the same
	return true;
}

struct tls *tls_new(struct tls_context *c, int fd, const char *host)
{
	struct tls *t = xcalloc(1, sizeof(*t));

	ERR_clear_error();
	t->ssl = SSL_new(c->ctx);
	if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1)
		die(1, "out of memory for a TLS stream");
	SSL_set_msg_callback(t->ssl, on_message);
	SSL_set_msg_callback_arg(t->ssl, t);
	t->minute_at = clock_mono_ms();
	t->has_host = host;
	if (host && !name_host(t->ssl, host))
		die(1, "out of memory for the name of a TLS peer");
	if (c->is_server)
		SSL_set_accept_state(t->ssl);
	else
		SSL_set_connect_state(t->ssl);
	return t;
}

struct tls *tls_new_https(struct tls_context *c, int fd, const char *host)
{
	struct tls *t = tls_new(c, fd, host);

	tls_ask_web(t->ssl);
	return t;
}

struct tls *tls_new_web(struct tls_context *c, int fd, struct tls_challenges *challenges)
{
	struct tls *t = tls_new(c, fd, NULL);

	t->web.challenges = challenges;
	tls_serve_web(t->ssl, &t->web);
	return t;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->is_ready && !t->is_broken && !t->pending) {
		ERR_clear_error();
		SSL_shutdown(t->ssl);
		ERR_clear_error();
	}
	SSL_free(t->ssl);
	free(t->version);
	free(t->error);
	free(t);
}

static enum tls_result broken(struct tls *t, const char *why)
{
	t->is_broken = true;
	free(t->error);
	t->error = xstrdup(why);
	return TLS_BROKEN;
}

// The words for what OpenSSL calls SSL_ERROR_SSL.
static const char *reason(const struct tls *t)
{
	unsigned long code = ERR_peek_error();
	const char *words = ERR_reason_error_string(code);
	long verify;

	if (t->is_flooded)
		return "too many key updates";
	if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
		switch (ERR_GET_REASON(code)) {
		case SSL_R_UNEXPECTED_EOF_WHILE_READING:
			return "the connection was cut without a goodbye";
		case SSL_R_HTTP_REQUEST:
		case SSL_R_WRONG_VERSION_NUMBER:
			return "the other side does not speak TLS";
		case SSL_R_CERTIFICATE_VERIFY_FAILED:
			verify = SSL_get_verify_result(t->ssl);
			return X509_verify_cert_error_string(verify);
		default:
			break;
		}
	}
	return words ? words : "TLS failed";
}

// `result` is what the SSL_* call gave; `failed` is errno right after it.
static enum tls_result outcome(struct tls *t, int result, int failed)
{
	enum tls_result end;

	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	case SSL_ERROR_SYSCALL:
		return broken(t, failed ? strerrordesc_np(failed) : "the connection was cut");
	default:
		end = broken(t, reason(t));
		ERR_clear_error();
		return end;
	}
}

enum tls_result tls_handshake(struct tls *t)
{
	int result;

	if (t->is_broken)
		return TLS_BROKEN;
	if (!t->is_ready) {
		ERR_clear_error();
		errno = 0;
		result = SSL_do_handshake(t->ssl);
		if (result != 1)
			return outcome(t, result, errno);
		t->is_ready = true;
	}
	// RFC 8737, 4: behind that no data is exchanged.
	return t->web.is_proof ? TLS_CLOSED : TLS_OK;
}

enum tls_result tls_read(struct tls *t, void *to, size_t room, size_t *got)
{
	enum tls_result end;
	int result;

	*got = 0;
	if (t->is_broken)
		return TLS_BROKEN;
	assert(t->is_ready && room);
	ERR_clear_error();
	errno = 0;
	result = SSL_read_ex(t->ssl, to, room, got);
	if (t->is_flooded)
		return broken(t, reason(t));
	if (result == 1) {
		t->is_drained = false;
		return TLS_OK;
	}
	end = outcome(t, result, errno);
	t->is_drained = end == TLS_WANT_READ;
	return end;
}

enum tls_result tls_write(struct tls *t, const void *bytes, size_t len)
{
	enum tls_result end;
	size_t written;
	int result;

	if (t->is_broken)
		return TLS_BROKEN;
	assert(t->is_ready && len && len <= RECORD_MAX && len >= t->pending);
	ERR_clear_error();
	errno = 0;
	result = SSL_write_ex(t->ssl, bytes, len, &written);
	if (result == 1) {
		assert(written == len);
		t->pending = 0;
		return TLS_OK;
	}
	end = outcome(t, result, errno);
	t->pending = len;
	return end;
}

bool tls_has_pending(const struct tls *t)
{
	if (t->is_broken || !t->is_ready || t->is_drained)
		return false;
	return SSL_pending(t->ssl) > 0 || SSL_has_pending(t->ssl);
}

bool tls_peer_pin(const struct tls *t, uint8_t pin[static TLS_PIN_LEN])
{
	X509 *certificate = SSL_get1_peer_certificate(t->ssl);
	bool has_pin;

	if (!certificate)
		return false;
	has_pin = tls_pin_of(certificate, pin);
	X509_free(certificate);
	return has_pin;
}

void tls_peer_vouches(const struct tls *t, struct tls_vouches *out)
{
	uint8_t pin[TLS_PIN_LEN];

	*out = (struct tls_vouches){0};
	if (tls_peer_pin(t, pin))
		tls_chain_vouches(SSL_get_peer_cert_chain(t->ssl), pin, out);
}

bool tls_peer_fingerprint(const struct tls *t, uint8_t out[static 64])
{
	X509 *certificate = SSL_get1_peer_certificate(t->ssl);
	bool done;

	if (!certificate)
		return false;
	done = X509_digest(certificate, EVP_sha512(), out, NULL) == 1;
	X509_free(certificate);
	return done;
}

bool tls_binding(const struct tls *t, struct tls_binding *out)
{
	bool is_bound;

	*out = (struct tls_binding){0};
	ERR_clear_error();
	is_bound = t->is_ready && tls_bind(t->ssl, out);
	ERR_clear_error();
	return is_bound;
}

bool tls_is_verified(const struct tls *t)
{
	return t->is_ready && t->has_host && SSL_get0_peer_certificate(t->ssl) &&
	       SSL_get_verify_result(t->ssl) == X509_V_OK;
}

const char *tls_version(struct tls *t)
{
	struct buf text = {0};

	if (!t->is_ready)
		return "";
	if (!t->version) {
		buf_printf(&text, "%s %s", SSL_get_version(t->ssl),
			   SSL_get_cipher_name(t->ssl));
		t->version = buf_take(&text);
	}
	return t->version;
}

const char *tls_error(const struct tls *t)
{
	return t->error ? t->error : "";
}
