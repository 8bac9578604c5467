// SPDX-License-Identifier: MIT
// Making a key and a self-signed certificate.
#include "common/tls_private.h"

#include "common/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMON_NAME_MAX 64 // RFC 5280: ub-common-name

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool is_added;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	is_added = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

static bool is_dns_name(const char *name)
{
	for (const char *c = name; *c; c++) {
		if (*c <= ' ' || *c > '~' || *c == ',')
			return false;
	}
	return *name;
}

// Of a name that can be none (a device's label, say) there is no alternative name.
static bool add_alternative_name(X509 *certificate, const char *name)
{
	struct buf value = {0};
	bool is_added;

	if (!is_dns_name(name))
		return true;
	buf_printf(&value, "%s:%s", tls_is_address(name) ? "IP" : "DNS", name);
	is_added = add_extension(certificate, NID_subject_alt_name, buf_str(&value));
	buf_clear(&value);
	return is_added;
}

static bool set_subject(X509 *certificate, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	const char *common = strlen(name) <= COMMON_NAME_MAX && *name ? name : "snug";

	return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
					  (const unsigned char *)common, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, subject) == 1;
}

static bool set_serial(X509 *certificate)
{
	uint64_t serial;

	if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		return false;
	serial >>= 1;
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const char *name, int days,
		 X509_EXTENSION *more)
{
	// Valid since an hour ago, for peers whose clock is behind.
	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) &&
	       X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, NULL) &&
	       set_subject(certificate, name) && X509_set_pubkey(certificate, key) == 1 &&
	       add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth") &&
	       add_extension(certificate, NID_subject_key_identifier, "hash") &&
	       add_alternative_name(certificate, name) &&
	       (!more || X509_add_ext(certificate, more, -1) == 1) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

X509 *tls_self_signed(EVP_PKEY *key, const char *name, int days, X509_EXTENSION *more)
{
	X509 *certificate = X509_new();

	if (key && certificate && fill(certificate, key, name, days, more))
		return certificate;
	X509_free(certificate);
	return NULL;
}

static FILE *create(const char *file, mode_t mode, char **error)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct buf text = {0};

	if (out)
		return out;
	buf_printf(&text, "cannot make %s: %s", file, strerrordesc_np(errno));
	if (fd >= 0)
		close(fd);
	*error = buf_take(&text);
	return NULL;
}

// Closes; false when the bytes did not all reach the disk.
static bool finish(FILE *out, bool is_written)
{
	bool is_safe = is_written && fflush(out) == 0 && fsync(fileno(out)) == 0;

	return fclose(out) == 0 && is_safe;
}

static bool write_key(const char *file, EVP_PKEY *key, char **error)
{
	FILE *out = create(file, 0600, error);

	if (!out)
		return false;
	if (finish(out, PEM_write_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1))
		return true;
	*error = tls_file_error("cannot write key", file);
	unlink(file);
	return false;
}

static bool write_certificate(const char *file, X509 *certificate, char **error)
{
	FILE *out = create(file, 0644, error);

	if (!out)
		return false;
	if (finish(out, PEM_write_X509(out, certificate) == 1))
		return true;
	*error = tls_file_error("cannot write certificate", file);
	unlink(file);
	return false;
}

bool tls_make_certificate(const char *cert_file, const char *key_file, const char *name,
			  int days, char **error)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate;
	bool is_made = false;

	ERR_clear_error();
	*error = NULL;
	certificate = tls_self_signed(key, name, days, NULL);
	if (!certificate) {
		*error = tls_file_error("cannot make certificate", cert_file);
	} else if (write_key(key_file, key, error)) {
		is_made = write_certificate(cert_file, certificate, error);
		if (!is_made)
			unlink(key_file);
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	return is_made;
}

static bool add_wanted(X509_REQ *request, const char *name)
{
	STACK_OF(X509_EXTENSION) *wanted = sk_X509_EXTENSION_new_null();
	struct buf value = {0};
	X509_EXTENSION *extension;
	bool is_added;

	buf_printf(&value, "DNS:%s", name);
	extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, buf_str(&value));
	is_added = wanted && extension && sk_X509_EXTENSION_push(wanted, extension) > 0 &&
		   X509_REQ_add_extensions(request, wanted) == 1;
	sk_X509_EXTENSION_free(wanted);
	X509_EXTENSION_free(extension);
	buf_clear(&value);
	return is_added;
}

// Without a subject: what is asked for is the name among its extensions.
static bool fill_request(X509_REQ *request, EVP_PKEY *key, const char *name)
{
	return X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 && is_dns_name(name) &&
	       X509_REQ_set_pubkey(request, key) == 1 && add_wanted(request, name) &&
	       X509_REQ_sign(request, key, EVP_sha256()) > 0;
}

bool tls_context_request(const struct tls_context *c, const char *name, const char *file,
			 char **error)
{
	X509_REQ *request = X509_REQ_new();
	FILE *out = NULL;
	bool is_made;

	*error = NULL;
	ERR_clear_error();
	is_made = request && fill_request(request, SSL_CTX_get0_privatekey(c->ctx), name);
	unlink(file);
	if (is_made)
		out = create(file, 0600, error);
	if (out)
		is_made = finish(out, PEM_write_X509_REQ(out, request) == 1);
	if (!*error && !is_made)
		*error = tls_file_error("cannot make the request", file);
	X509_REQ_free(request);
	return is_made && out;
}

static bool write_chain(FILE *out, const struct tls_context *c)
{
	STACK_OF(X509) *chain = NULL;
	bool is_written = PEM_write_X509(out, SSL_CTX_get0_certificate(c->ctx)) == 1;

	SSL_CTX_get0_chain_certs(c->ctx, &chain);
	for (int i = 0; is_written && i < sk_X509_num(chain); i++)
		is_written = PEM_write_X509(out, sk_X509_value(chain, i)) == 1;
	return is_written;
}

bool tls_context_save(const struct tls_context *c, const char *cert_file, const char *key_file,
		      char **error)
{
	FILE *out;

	*error = NULL;
	unlink(key_file);
	unlink(cert_file);
	out = create(cert_file, 0600, error);
	if (!out)
		return false;
	if (finish(out, write_chain(out, c)))
		return write_key(key_file, SSL_CTX_get0_privatekey(c->ctx), error);
	*error = tls_file_error("cannot write certificate", cert_file);
	unlink(cert_file);
	return false;
}
