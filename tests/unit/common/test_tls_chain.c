// SPDX-License-Identifier: MIT
// What a server's certificate says of itself, and what stands behind it in its file: chains that
// lead on, that do not, and what is none.
#include "common/tls_chain.h"
#include "tests/unit/common/tls_pair.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_S (24 * 60 * 60L)

struct signer {
	EVP_PKEY *key;
	X509 *cert;
};

static void add(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

// Of this name, by `by` (NULL: by itself), valid from and until so many days from now.
static struct signer make(const char *name, const struct signer *by, const char *names,
			  int from, int until)
{
	static long serial;
	struct signer s = {EVP_EC_gen("P-256"), X509_new()};
	X509_NAME *subject = X509_get_subject_name(s.cert);

	X509_set_version(s.cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(s.cert), ++serial);
	if (*name)
		X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
					   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(s.cert, by ? X509_get_subject_name(by->cert) : subject);
	X509_gmtime_adj(X509_getm_notBefore(s.cert), from * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(s.cert), until * DAY_S);
	X509_set_pubkey(s.cert, s.key);
	if (names)
		add(s.cert, NID_subject_alt_name, names);
	else
		add(s.cert, NID_basic_constraints, "critical,CA:TRUE");
	return s;
}

static void sign(struct signer *s, const struct signer *by)
{
	assert_true(X509_sign(s->cert, by ? by->key : s->key, EVP_sha256()) > 0);
}

static struct signer made(const char *name, const struct signer *by, const char *names,
			  int from, int until)
{
	struct signer s = make(name, by, names, from, until);

	sign(&s, by);
	return s;
}

static void drop(struct signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
}

static void put(const struct pair *p, const struct signer *const *all)
{
	FILE *out = fopen(p->cert, "w");

	assert_non_null(out);
	for (; *all; all++)
		assert_int_equal(PEM_write_X509(out, (*all)->cert), 1);
	fclose(out);
}

#define PUT(p, ...) put(p, (const struct signer *const[]){__VA_ARGS__, NULL})

static struct tls_chain read_chain(const struct pair *p, const char *host)
{
	struct tls_chain c;

	assert_true(tls_chain_read(&c, p->cert, host));
	return c;
}

static void expect_fault(const struct pair *p, enum tls_chain_fault fault, const char *at)
{
	struct tls_chain c = read_chain(p, "chat.example.org");

	assert_int_equal(c.fault, fault);
	assert_string_equal(buf_str(&c.at), at);
	tls_chain_clear(&c);
}

static void its_names_are_told(void **state)
{
	static const char names[] = "DNS:chat.example.org,IP:192.0.2.7,IP:2001:db8::7,"
				    "email:a@example.org,DNS:*.example.net";
	struct pair *p = *state;
	struct signer s = made("chat", NULL, names, -1, 9);
	struct tls_chain c;

	PUT(p, &s);
	c = read_chain(p, "chat.example.org");
	assert_string_equal(buf_str(&c.names),
			    "chat.example.org, 192.0.2.7, 2001:db8::7, *.example.net");
	assert_true(c.names_host && c.is_own && !c.is_vouched);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.until_ms - c.from_ms, 10 * DAY_S * 1000);
	tls_chain_clear(&c);
	c = read_chain(p, "192.0.2.7");
	assert_true(c.names_host);
	tls_chain_clear(&c);
	c = read_chain(p, "192.0.2.8");
	assert_false(c.names_host);
	tls_chain_clear(&c);
	drop(&s);
}

// A client compares an address with addresses alone.
static void an_address_that_stands_as_a_name_is_none(void **state)
{
	struct pair *p = *state;
	struct signer named = made("192.0.2.7", NULL, "DNS:192.0.2.7", -1, 9),
		      bare = made("192.0.2.7", NULL, NULL, -1, 9);
	struct signer *const all[] = {&named, &bare};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct tls_chain c;

		PUT(p, all[i]);
		c = read_chain(p, "192.0.2.7");
		assert_false(c.names_host);
		tls_chain_clear(&c);
		drop(all[i]);
	}
}

static void a_chain_leads_on(void **state)
{
	struct pair *p = *state;
	struct signer root = made("root", NULL, NULL, -9, 90);
	struct signer middle = made("middle", &root, NULL, -9, 90);
	struct signer leaf = made("chat", &middle, "DNS:chat.example.org", -1, 9);
	struct tls_chain c;

	PUT(p, &leaf, &middle, &root);
	expect_fault(p, TLS_CHAIN_FINE, "");
	PUT(p, &leaf, &middle);
	expect_fault(p, TLS_CHAIN_FINE, "");
	PUT(p, &leaf, &root);
	expect_fault(p, TLS_CHAIN_STRANGER, "root");
	// An authority that this computer believes.
	PUT(p, &root);
	rename(p->cert, p->key);
	setenv("SSL_CERT_FILE", p->key, 1);
	PUT(p, &leaf, &middle);
	c = read_chain(p, "chat.example.org");
	assert_true(c.is_vouched && !c.is_own);
	assert_int_equal(c.fault, TLS_CHAIN_FINE);
	tls_chain_clear(&c);
	unsetenv("SSL_CERT_FILE");
	drop(&leaf);
	drop(&middle);
	drop(&root);
}

// Of the same name, and another key.
static void a_namesake_did_not_sign_it(void **state)
{
	struct pair *p = *state;
	struct signer root = made("root", NULL, NULL, -9, 90),
		      other = made("root", NULL, NULL, -9, 90);
	struct signer leaf = made("chat", &root, "DNS:chat.example.org", -1, 9);

	PUT(p, &leaf, &other);
	expect_fault(p, TLS_CHAIN_STRANGER, "root");
	drop(&leaf);
	drop(&other);
	drop(&root);
}

static void who_signs_must_be_valid_now(void **state)
{
	struct pair *p = *state;
	struct signer late = made("", NULL, NULL, 2, 90),
		      gone = made("gone", NULL, NULL, -9, -1);
	struct signer one = made("chat", &late, "DNS:chat.example.org", -1, 9);
	struct signer two = made("chat", &gone, "DNS:chat.example.org", -1, 9);

	PUT(p, &one, &late);
	expect_fault(p, TLS_CHAIN_EARLY, "one without a name");
	PUT(p, &two, &gone);
	expect_fault(p, TLS_CHAIN_EXPIRED, "gone");
	drop(&one);
	drop(&two);
	drop(&late);
	drop(&gone);
}

static void who_signed_the_last_can_be_had_and_is_not_there(void **state)
{
	static const char where[] =
		"OCSP;URI:http://ocsp.example.org,caIssuers;email:a@example.org,"
		"caIssuers;URI:http://ca.example.org/r.der,"
		"caIssuers;URI:http://other.example.org/r.der";
	struct pair *p = *state;
	struct signer root = made("root", NULL, NULL, -9, 90);
	struct signer leaf = make("chat", &root, "DNS:chat.example.org", -1, 9);
	struct tls_chain c;

	add(leaf.cert, NID_info_access, where);
	sign(&leaf, &root);
	PUT(p, &leaf);
	expect_fault(p, TLS_CHAIN_OPEN, "chat");
	c = read_chain(p, "chat.example.org");
	assert_string_equal(buf_str(&c.issuer_url), "http://ca.example.org/r.der");
	tls_chain_clear(&c);
	PUT(p, &leaf, &root);
	expect_fault(p, TLS_CHAIN_FINE, "");
	drop(&leaf);
	// One that signed itself and says where it may be had is the end of it.
	leaf = make("own", NULL, "DNS:chat.example.org", -1, 9);
	add(leaf.cert, NID_info_access, where);
	sign(&leaf, NULL);
	PUT(p, &leaf);
	expect_fault(p, TLS_CHAIN_FINE, "");
	drop(&leaf);
	drop(&root);
}

// Its dates, its addresses and its key are nonsense, and its signature is good.
static void what_is_malformed_says_nothing(void **state)
{
	static const unsigned char short_address[] = {0x30, 0x07, 0x87, 0x05, 1, 2, 3, 4, 5};
	struct pair *p = *state;
	struct signer s = make("chat", NULL, "DNS:chat.example.org", -1, 9);
	ASN1_OCTET_STRING *value;
	struct tls_chain c;

	assert_int_equal(ASN1_STRING_set(X509_getm_notBefore(s.cert), "never", 5), 1);
	value = X509_EXTENSION_get_data(
		X509_get_ext(s.cert, X509_get_ext_by_NID(s.cert, NID_subject_alt_name, -1)));
	assert_int_equal(ASN1_OCTET_STRING_set(value, short_address, sizeof(short_address)), 1);
	sign(&s, NULL);
	PUT(p, &s);
	c = read_chain(p, "chat.example.org");
	assert_int_equal(c.from_ms, 0);
	assert_string_equal(buf_str(&c.names), "");
	assert_false(c.names_host);
	tls_chain_clear(&c);
	drop(&s);
}

static void what_is_no_certificate_is_none(void **state)
{
	struct pair *p = *state;
	struct tls_chain c;

	assert_false(tls_chain_read(&c, "/nowhere/cert.pem", "chat.example.org"));
	assert_false(tls_chain_read(&c, p->key, "chat.example.org"));
	tls_chain_clear(&c);
}

// What a client that knows no pin would say.
static void a_context_is_looked_at_as_a_stranger_would(void **state)
{
	struct pair *p = *state;
	struct tls_findings found;
	char *error;

	tls_context_check(p->server_context, "chat.example.org", &found);
	assert_true(found.names_host && found.is_self_signed && !found.is_verified);
	assert_non_null(strstr(found.why, "self"));
	assert_true(found.from_ms < found.until_ms);
	tls_context_check(p->server_context, "other.example.org", &found);
	assert_false(found.names_host);
	setenv("SSL_CERT_FILE", p->cert, 1);
	tls_context_check(p->server_context, "192.0.2.7", &found);
	assert_true(found.is_verified && !found.names_host);
	unsetenv("SSL_CERT_FILE");
	tls_context_free(p->server_context);
	unlink(p->cert);
	unlink(p->key);
	assert_true(tls_make_certificate(p->cert, p->key, "2001:db8::7", 10, &error));
	p->server_context = tls_context_server(p->cert, p->key, &error);
	tls_context_check(p->server_context, "2001:db8::7", &found);
	assert_true(found.names_host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(its_names_are_told),
		TEST(an_address_that_stands_as_a_name_is_none),
		TEST(a_chain_leads_on),
		TEST(a_namesake_did_not_sign_it),
		TEST(who_signs_must_be_valid_now),
		TEST(who_signed_the_last_can_be_had_and_is_not_there),
		TEST(what_is_malformed_says_nothing),
		TEST(what_is_no_certificate_is_none),
		TEST(a_context_is_looked_at_as_a_stranger_would),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
