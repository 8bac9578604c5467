// SPDX-License-Identifier: MIT
// A stream for browsers as an authority of certificates meets it: OpenSSL clients by hand.
#include "common/tls_challenge.h"

#include "common/clock.h"
#include "tests/unit/common/tls_pair.h"

#include <openssl/x509v3.h>

#define PROOF                                                                                  \
	"\x0a"                                                                                 \
	"acme-tls/1"
#define HTTP                                                                                   \
	"\x08"                                                                                 \
	"http/1.1"
#define HOST "chat.example.org"
#define LATER (clock_mono_ms() + TLS_CHALLENGE_MS)

static const uint8_t digest[TLS_CHALLENGE_LEN] = "0123456789abcdef0123456789abcde";

struct visit {
	enum tls_result result;
	X509 *shown;       // NULL: none
	int n_shown;       // certificates
	char protocol[16]; // chosen
	bool was_ended;    // by a goodbye
};

static void shake(struct pair *p, SSL *ssl, struct visit *v)
{
	v->result = TLS_WANT_READ;
	for (int i = 0; i < 10 && v->result == TLS_WANT_READ; i++) {
		SSL_do_handshake(ssl);
		v->result = tls_handshake(p->server);
	}
}

static void look(SSL *ssl, struct visit *v)
{
	const unsigned char *protocol = NULL;
	unsigned len = 0;
	char byte;

	v->shown = SSL_get1_peer_certificate(ssl);
	v->n_shown = sk_X509_num(SSL_get_peer_cert_chain(ssl));
	SSL_get0_alpn_selected(ssl, &protocol, &len);
	snprintf(v->protocol, sizeof(v->protocol), "%.*s", (int)len, (const char *)protocol);
	v->was_ended = SSL_get_error(ssl, SSL_read(ssl, &byte, 1)) == SSL_ERROR_ZERO_RETURN;
}

// Who offers `alpn` and comes by `host` (NULL: no name), at most by that version of TLS.
static struct visit visit(struct pair *p, struct tls_challenges *c, const char *alpn,
			  const char *host, int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct visit v = {0};
	int fds[2];
	SSL *ssl;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->server_fd = fds[0];
	p->client_fd = fds[1];
	p->server = p->is_web ? tls_new_web(p->server_context, fds[0], c)
			      : tls_new(p->server_context, fds[0], NULL);
	SSL_CTX_set_max_proto_version(ctx, version);
	SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)alpn, (unsigned)strlen(alpn));
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fds[1]);
	SSL_set_connect_state(ssl);
	if (host)
		SSL_set_tlsext_host_name(ssl, (char *)(uintptr_t)host);
	shake(p, ssl, &v);
	tls_free(p->server);
	p->server = NULL;
	SSL_do_handshake(ssl);
	look(ssl, &v);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	ERR_clear_error();
	disconnect(p);
	return v;
}

static enum tls_result outcome(struct pair *p, struct tls_challenges *c, const char *alpn,
			       const char *host)
{
	struct visit v = visit(p, c, alpn, host, TLS1_3_VERSION);

	X509_free(v.shown);
	return v.result;
}

// RFC 8737, 3: what the authority verifies.
static void assert_proof(X509 *shown)
{
	ASN1_OBJECT *id = OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1);
	GENERAL_NAMES *names = X509_get_ext_d2i(shown, NID_subject_alt_name, NULL, NULL);
	int at = X509_get_ext_by_OBJ(shown, id, -1);
	X509_EXTENSION *extension = X509_get_ext(shown, at);
	const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
	uint8_t wanted[2 + TLS_CHALLENGE_LEN] = {4, TLS_CHALLENGE_LEN};

	memcpy(wanted + 2, digest, sizeof(digest));
	assert_int_equal(X509_EXTENSION_get_critical(extension), 1);
	assert_int_equal(ASN1_STRING_length(value), sizeof(wanted));
	assert_memory_equal(ASN1_STRING_get0_data(value), wanted, sizeof(wanted));
	assert_int_equal(X509_get_ext_by_OBJ(shown, id, at), -1);
	assert_int_equal(sk_GENERAL_NAME_num(names), 1);
	assert_int_equal(X509_check_host(shown, HOST, 0, 0, NULL), 1);
	assert_int_equal(X509_self_signed(shown, 1), 1);
	GENERAL_NAMES_free(names);
	ASN1_OBJECT_free(id);
}

// Proves T16.
static void an_authority_gets_the_proof_and_the_end(void **state)
{
	struct pair *p = *state;
	struct tls_challenges *c = tls_challenges_new();
	const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

	p->is_web = true;
	tls_challenges_put(c, SPAN("Chat.Example.ORG"), digest, LATER);
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct visit v = visit(p, c, PROOF, HOST, versions[i]);

		assert_int_equal(v.result, TLS_CLOSED);
		assert_string_equal(v.protocol, "acme-tls/1");
		assert_int_equal(v.n_shown, 1);
		assert_true(v.was_ended);
		assert_non_null(v.shown);
		assert_proof(v.shown);
		X509_free(v.shown);
	}
	tls_challenges_free(c);
}

static void all_others_go_on_beside_it(void **state)
{
	struct pair *p = *state;
	struct tls_challenges *c = tls_challenges_new();
	struct visit v;

	p->is_web = true;
	tls_challenges_put(c, SPAN(HOST), digest, LATER);
	v = visit(p, c, HTTP, HOST, TLS1_3_VERSION);
	assert_int_equal(v.result, TLS_OK);
	assert_string_equal(v.protocol, "http/1.1");
	X509_free(v.shown);
	// Not alone: it is a browser that wants to know more than it should.
	v = visit(p, c, PROOF HTTP, HOST, TLS1_3_VERSION);
	assert_int_equal(v.result, TLS_OK);
	assert_string_equal(v.protocol, "http/1.1");
	X509_free(v.shown);
	assert_int_equal(outcome(p, c,
				 "\x02"
				 "h2",
				 HOST),
			 TLS_BROKEN);
	assert_int_equal(outcome(p, c, "\x03irc", HOST), TLS_BROKEN);
	p->is_web = false;
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_BROKEN);
	assert_int_equal(outcome(p, c, "\x03irc", HOST), TLS_OK);
	tls_challenges_free(c);
}

// Proves T17.
static void without_a_challenge_of_that_name_nobody_gets_one(void **state)
{
	struct pair *p = *state;
	struct tls_challenges *c = tls_challenges_new();

	p->is_web = true;
	assert_int_equal(outcome(p, NULL, PROOF, HOST), TLS_BROKEN);
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_BROKEN);
	tls_challenges_put(c, SPAN(HOST), digest, LATER);
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_CLOSED);
	assert_int_equal(outcome(p, c, PROOF, "chat.example.com"), TLS_BROKEN);
	assert_int_equal(outcome(p, c, PROOF, "example.org"), TLS_BROKEN);
	assert_int_equal(outcome(p, c, PROOF, NULL), TLS_BROKEN);
	tls_challenges_drop(c, SPAN("chat.example.com"));
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_CLOSED);
	tls_challenges_drop(c, SPAN("CHAT.example.org"));
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_BROKEN);
	tls_challenges_put(c, SPAN(HOST), digest, clock_mono_ms());
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_BROKEN);
	tls_challenges_put(c, SPAN(HOST), digest, LATER);
	assert_int_equal(outcome(p, c, PROOF, HOST), TLS_CLOSED);
	tls_challenges_free(c);
}

static void of_too_many_the_one_goes_that_ends_first(void **state)
{
	struct pair *p = *state;
	struct tls_challenges *c = tls_challenges_new();
	char name[32];

	p->is_web = true;
	for (int i = 0; i <= TLS_CHALLENGES_MAX; i++) {
		snprintf(name, sizeof(name), "a%d.example.org", i);
		tls_challenges_put(c, span_of(name), digest, LATER + i);
	}
	assert_int_equal(outcome(p, c, PROOF, "a0.example.org"), TLS_BROKEN);
	for (int i = 1; i <= TLS_CHALLENGES_MAX; i++) {
		snprintf(name, sizeof(name), "a%d.example.org", i);
		assert_int_equal(outcome(p, c, PROOF, name), TLS_CLOSED);
	}
	tls_challenges_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_authority_gets_the_proof_and_the_end),
		TEST(all_others_go_on_beside_it),
		TEST(without_a_challenge_of_that_name_nobody_gets_one),
		TEST(of_too_many_the_one_goes_that_ends_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
