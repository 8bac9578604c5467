// SPDX-License-Identifier: MIT
// A name under challenge: the hub tells a shard, authorities ask it, browsers go on meanwhile.
#include "common/tls_challenge.h"
#include "tests/unit/io/web_peer.h"

#define HOST "chat.example.org"
#define VANTAGE_POINTS 3

static void tell(struct world *w, const char *name, const char *digest)
{
	struct outbox *out = outbox_new();

	outbox_challenge(out, span_of(name), span_of(digest));
	post(w, out);
	turns(w, 5);
}

static struct web_peer authority(struct world *w, const char *name)
{
	struct web_peer p = {.fd = raw_connect(w)};

	p.ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_alpn_protos(p.ctx,
				(const unsigned char *)"\x0a"
						       "acme-tls/1",
				11);
	p.ssl = SSL_new(p.ctx);
	SSL_set_fd(p.ssl, p.fd);
	SSL_set_connect_state(p.ssl);
	SSL_set_tlsext_host_name(p.ssl, (char *)(uintptr_t)name);
	return p;
}

// Whether it was shown a proof, and then the end.
static bool is_shown(struct world *w, const char *name)
{
	struct web_peer all[VANTAGE_POINTS];
	size_t n_shown = 0;

	for (size_t i = 0; i < VANTAGE_POINTS; i++)
		all[i] = authority(w, name);
	for (size_t i = 0; i < VANTAGE_POINTS; i++) {
		struct web_peer *p = &all[i];

		WAIT_UNTIL(SSL_do_handshake(p->ssl) == 1 ||
				   SSL_get_error(p->ssl, -1) != SSL_ERROR_WANT_READ,
			   turn(w));
		WAIT_UNTIL((web_hears(p), p->closed || !SSL_is_init_finished(p->ssl)), turn(w));
		n_shown += SSL_is_init_finished(p->ssl) && p->got.len == 0;
		web_free(p);
	}
	assert_true(n_shown == 0 || n_shown == VANTAGE_POINTS);
	return n_shown;
}

// Proves T16.
static void several_authorities_at_once_see_it_until_it_is_done(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer browser;

	assert_false(is_shown(w, HOST));
	tell(w, HOST, "0123456789abcdef0123456789abcdef");
	assert_true(is_shown(w, HOST));
	assert_false(is_shown(w, "other.example.org"));
	browser = socket_open(w, "");
	assert_true(is_shown(w, HOST));
	socket_say(w, &browser, 0x81, "PING x");
	assert_string_equal(last_heard(w)->text, "PING x");
	web_free(&browser);
	tell(w, "other.example.org", "");
	assert_true(is_shown(w, HOST));
	tell(w, HOST, "");
	assert_false(is_shown(w, HOST));
	world_free(w);
}

static void a_renewed_certificate_leaves_it_as_it_is(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct shard_settings *settings = shard_settings_new(
		world_tls(w, "second"), web_names_new(SPAN("localhost"), SPAN(""), true), 0, 0);

	tell(w, HOST, "0123456789abcdef0123456789abcdef");
	mailbox_put(shard_mailbox(w->shard), &settings->letter);
	turns(w, 5);
	assert_true(is_shown(w, HOST));
	world_free(w);
}

static void where_irc_is_spoken_nothing_is_proven(void **state UNUSED)
{
	struct world *w = world_with(&tls_lines, NULL, 0);

	tell(w, HOST, "0123456789abcdef0123456789abcdef");
	assert_false(is_shown(w, HOST));
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_authorities_at_once_see_it_until_it_is_done),
		cmocka_unit_test(a_renewed_certificate_leaves_it_as_it_is),
		cmocka_unit_test(where_irc_is_spoken_nothing_is_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
