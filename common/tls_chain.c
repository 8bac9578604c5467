// SPDX-License-Identifier: MIT
#include "common/tls_chain.h"

#include "common/tls_private.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

// An address of another length than these two is none.
static void add_name(struct buf *out, const GENERAL_NAME *name)
{
	char address[INET6_ADDRSTRLEN] = "";
	int kind;
	const ASN1_STRING *text = GENERAL_NAME_get0_value(name, &kind);
	struct span bytes;

	if (kind != GEN_DNS && kind != GEN_IPADD)
		return;
	bytes = span_from((const char *)ASN1_STRING_get0_data(text),
			  (size_t)ASN1_STRING_length(text));
	if (kind == GEN_IPADD && bytes.len == sizeof(struct in_addr))
		bytes = span_of(inet_ntop(AF_INET, bytes.at, address, sizeof(address)));
	else if (kind == GEN_IPADD && bytes.len == sizeof(struct in6_addr))
		bytes = span_of(inet_ntop(AF_INET6, bytes.at, address, sizeof(address)));
	else if (kind == GEN_IPADD)
		return;
	if (out->len)
		buf_add_str(out, ", ");
	buf_add_span(out, bytes);
}

static void add_names(struct buf *out, const X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add_name(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

static void add_subject(struct buf *out, const X509 *certificate)
{
	char text[256] = "";

	X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text,
				  sizeof(text));
	buf_add_str(out, *text ? text : "one without a name");
}

static bool signs(X509 *issuer, X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return X509_check_issued(issuer, certificate) == X509_V_OK && key &&
	       X509_verify(certificate, key) == 1;
}

static void note(struct tls_chain *c, const X509 *certificate, enum tls_chain_fault fault)
{
	c->fault = fault;
	add_subject(&c->at, certificate);
}

// Each behind the first signed the one before it, and may still, or already, do so.
static void follow(struct tls_chain *c, STACK_OF(X509) * all)
{
	for (int i = 1; i < sk_X509_num(all) && !c->fault; i++) {
		X509 *one = sk_X509_value(all, i);

		if (!signs(one, sk_X509_value(all, i - 1)))
			note(c, one, TLS_CHAIN_STRANGER);
		else if (X509_cmp_current_time(X509_get0_notBefore(one)) > 0)
			note(c, one, TLS_CHAIN_EARLY);
		else if (X509_cmp_current_time(X509_get0_notAfter(one)) < 0)
			note(c, one, TLS_CHAIN_EXPIRED);
	}
}

static void find_issuer(struct tls_chain *c, const X509 *last)
{
	AUTHORITY_INFO_ACCESS *about = X509_get_ext_d2i(last, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(about); i++) {
		const ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(about, i);
		const ASN1_IA5STRING *text = d->location->d.uniformResourceIdentifier;

		if (OBJ_obj2nid(d->method) != NID_ad_ca_issuers ||
		    d->location->type != GEN_URI || c->issuer_url.len)
			continue;
		buf_add(&c->issuer_url, (const char *)ASN1_STRING_get0_data(text),
			(size_t)ASN1_STRING_length(text));
	}
	AUTHORITY_INFO_ACCESS_free(about);
}

static void look(struct tls_chain *c, STACK_OF(X509) * all, const char *host)
{
	X509 *first = sk_X509_value(all, 0), *last = sk_X509_value(all, sk_X509_num(all) - 1);
	const char *why;

	c->n = (size_t)sk_X509_num(all);
	c->from_ms = tls_ms_of(X509_get0_notBefore(first));
	c->until_ms = tls_ms_of(X509_get0_notAfter(first));
	c->is_own = X509_self_signed(first, 1) == 1;
	c->is_vouched = tls_is_believed(first, all, 0, &why);
	c->names_host = tls_names_host(first, host);
	add_names(&c->names, first);
	follow(c, all);
	find_issuer(c, last);
	// An authority of one's own says nowhere where it is to be had: those who believe it
	// have it.
	if (!c->fault && !c->is_vouched && c->issuer_url.len && X509_self_signed(last, 1) != 1)
		note(c, last, TLS_CHAIN_OPEN);
}

static STACK_OF(X509) * read_all(const char *file)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	FILE *in = fopen(file, "re");
	X509 *one;

	while (all && in && (one = PEM_read_X509(in, NULL, NULL, NULL)))
		sk_X509_push(all, one);
	if (in)
		fclose(in);
	return all;
}

bool tls_chain_read(struct tls_chain *c, const char *file, const char *host)
{
	STACK_OF(X509) *all = read_all(file);

	*c = (struct tls_chain){0};
	if (sk_X509_num(all) > 0)
		look(c, all, host);
	sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return c->n;
}

void tls_chain_clear(struct tls_chain *c)
{
	buf_clear(&c->names);
	buf_clear(&c->at);
	buf_clear(&c->issuer_url);
}
