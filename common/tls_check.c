// SPDX-License-Identifier: MIT
// What a client that knows no pin would say of a server's certificate.
#include "common/tls_private.h"

#include "common/die.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

int64_t tls_ms_of(const ASN1_TIME *at)
{
	struct tm parts;

	return ASN1_TIME_to_tm(at, &parts) == 1 ? (int64_t)timegm(&parts) * 1000 : 0;
}

bool tls_is_address(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, address) == 1 ||
	       inet_pton(AF_INET6, host, address) == 1;
}

bool tls_names_host(X509 *certificate, const char *host)
{
	if (tls_is_address(host))
		return X509_check_ip_asc(certificate, host, 0) == 1;
	return X509_check_host(certificate, host, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
			       NULL) == 1;
}

bool tls_is_believed(X509 *certificate, STACK_OF(X509) * chain, unsigned long flags,
		     const char **why)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *trial = X509_STORE_CTX_new();
	bool is_believed;

	if (!store || !trial || X509_STORE_set_default_paths(store) != 1 ||
	    X509_STORE_CTX_init(trial, store, certificate, chain) != 1)
		die(1, "OpenSSL cannot verify a certificate");
	X509_STORE_CTX_set_purpose(trial, X509_PURPOSE_SSL_SERVER);
	X509_STORE_CTX_set_flags(trial, flags);
	is_believed = X509_verify_cert(trial) == 1;
	*why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(trial));
	X509_STORE_CTX_free(trial);
	X509_STORE_free(store);
	ERR_clear_error();
	return is_believed;
}

void tls_context_check(const struct tls_context *c, const char *host, struct tls_findings *out)
{
	X509 *certificate = SSL_CTX_get0_certificate(c->ctx);
	STACK_OF(X509) *chain = NULL;

	SSL_CTX_get0_chain_certs(c->ctx, &chain);
	*out = (struct tls_findings){
		.from_ms = tls_ms_of(X509_get0_notBefore(certificate)),
		.until_ms = tls_ms_of(X509_get0_notAfter(certificate)),
		.names_host = tls_names_host(certificate, host),
		.is_self_signed = X509_self_signed(certificate, 1) == 1,
	};
	// Dates are told of by themselves, and a chain is as good on the day after its end.
	out->is_verified =
		tls_is_believed(certificate, chain, X509_V_FLAG_NO_CHECK_TIME, &out->why);
}
