// SPDX-License-Identifier: MIT
// Who comes with a ticket: a folder with settings, a keytab and a cache, and what a client's
// GSS-API says by them.
#pragma once

#include "common/die.h"
#include "common/gs2.h"
#include "server/gss/conversation.h"
#include "server/gss/gss.h"
#include "tests/support/press.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CALLER_SERVICE "irc/chat.example.org@EXAMPLE.ORG"
#define HOUR_S 3600

struct caller {
	char folder[64], keytab[96], cache[96], rcache[96], settings_file[96];
	struct acceptor_settings settings;
	gss_ctx_id_t context; // of the client
	OM_uint32 flags;      // that it asks for
};

static const char *const caller_realms[] = {"EXAMPLE.ORG", "SECOND.EXAMPLE.ORG"};

static inline struct caller *caller_new(void)
{
	struct caller *c = xcalloc(1, sizeof(*c));
	FILE *file;

	snprintf(c->folder, sizeof(c->folder), "%s/snug-gss-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(c->folder));
	snprintf(c->keytab, sizeof(c->keytab), "%s/keytab", c->folder);
	snprintf(c->cache, sizeof(c->cache), "%s/cache", c->folder);
	snprintf(c->rcache, sizeof(c->rcache), "%s/rcache", c->folder);
	snprintf(c->settings_file, sizeof(c->settings_file), "%s/krb5.conf", c->folder);
	file = fopen(c->settings_file, "we");
	assert_non_null(file);
	fputs("[libdefaults]\ndefault_realm = EXAMPLE.ORG\ndns_lookup_kdc = false\n"
	      "dns_canonicalize_hostname = false\nrdns = false\n",
	      file);
	fclose(file);
	setenv("KRB5_CONFIG", c->settings_file, 1);
	press_key(c->keytab, CALLER_SERVICE);
	c->settings = (struct acceptor_settings){.keytab = c->keytab,
						 .rcache = c->rcache,
						 .service = "irc",
						 .host = "chat.example.org",
						 .realms = {caller_realms, 2}};
	c->flags = GSS_C_MUTUAL_FLAG;
	return c;
}

static inline void caller_hang_up(struct caller *c)
{
	OM_uint32 minor;

	if (c->context)
		gss_delete_sec_context(&minor, &c->context, NULL);
}

static inline void caller_free(struct caller *c)
{
	caller_hang_up(c);
	unlink(c->keytab);
	unlink(c->cache);
	unlink(c->rcache);
	unlink(c->settings_file);
	rmdir(c->folder);
	free(c);
}

// A ticket of `client` for `service`, from and until so many seconds from now.
static inline void caller_gets(struct caller *c, const char *client, const char *service,
			       int64_t from_s, int64_t until_s)
{
	int64_t now = (int64_t)time(NULL);

	press_cache(c->cache, &(struct press_ticket){.keytab = c->keytab,
						     .client = client,
						     .service = service,
						     .from_s = now + from_s,
						     .until_s = now + until_s});
}

static inline void caller_gets_in(struct caller *c, const char *client)
{
	caller_gets(c, client, CALLER_SERVICE, 0, HOUR_S);
}

static inline gss_name_t caller_target(const char *service)
{
	gss_buffer_desc text = {strlen(service), (void *)(uintptr_t)service};
	OM_uint32 minor;
	gss_name_t name;

	assert_int_equal(gss_import_name(&minor, &text,
					 (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME, &name),
			 GSS_S_COMPLETE);
	return name;
}

static inline gss_cred_id_t caller_cred(const struct caller *c)
{
	gss_key_value_element_desc element = {"ccache", c->cache};
	gss_key_value_set_desc store = {1, &element};
	gss_cred_id_t cred;
	OM_uint32 minor;

	assert_int_equal(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, NULL,
					       GSS_C_INITIATE, &store, &cred, NULL, NULL),
			 GSS_S_COMPLETE);
	return cred;
}

// The first token for `service`; what is bound, if anything.
static inline void caller_says_to(struct caller *c, const char *service, struct span bound,
				  struct buf *out)
{
	struct gss_channel_bindings_struct bindings = {
		.application_data = {bound.len, (void *)(uintptr_t)bound.at}};
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_name_t name = caller_target(service);
	gss_cred_id_t cred = caller_cred(c);
	OM_uint32 major, minor;

	caller_hang_up(c);
	major = gss_init_sec_context(
		&minor, cred, &c->context, name, (gss_OID)(uintptr_t)gss_mech_krb5, c->flags, 0,
		bound.len ? &bindings : NULL, NULL, NULL, &token, NULL, NULL);
	assert_false(GSS_ERROR(major));
	buf_add(out, token.value, token.length);
	gss_release_buffer(&minor, &token);
	gss_release_name(&minor, &name);
	gss_release_cred(&minor, &cred);
}

static inline void caller_says(struct caller *c, struct span bound, struct buf *out)
{
	caller_says_to(c, CALLER_SERVICE, bound, out);
}

// The next token, by what the server said. False: the client does not believe it.
static inline bool caller_hears(struct caller *c, struct span said)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER,
			input = {said.len, (void *)(uintptr_t)said.at};
	gss_name_t name = caller_target(CALLER_SERVICE);
	gss_cred_id_t cred = caller_cred(c);
	OM_uint32 major, minor;

	major = gss_init_sec_context(&minor, cred, &c->context, name,
				     (gss_OID)(uintptr_t)gss_mech_krb5, c->flags, 0, NULL,
				     &input, NULL, &token, NULL, NULL);
	gss_release_buffer(&minor, &token);
	gss_release_name(&minor, &name);
	gss_release_cred(&minor, &cred);
	return major == GSS_S_COMPLETE;
}

static inline struct tls_binding caller_binding(char with)
{
	struct tls_binding binding = {.kind = TLS_BINDING_EXPORTER, .len = 32};

	memset(binding.bytes, with, binding.len);
	return binding;
}

// GS2-KRB5-PLUS: what a client says that sees the stream by `binding`, with this header.
static inline void caller_says_gs2(struct caller *c, const char *header,
				   const struct tls_binding *binding, struct buf *out)
{
	struct buf bound = {0}, token = {0};
	struct span stripped;

	buf_add_str(&bound, header);
	if (binding)
		buf_add(&bound, binding->bytes, binding->len);
	caller_says(c, binding ? buf_span(&bound) : (struct span){0}, &token);
	stripped = buf_span(&token);
	assert_true(gs2_unwrap(&stripped));
	buf_add_str(out, header);
	buf_add_span(out, stripped);
	buf_clear(&bound);
	buf_clear(&token);
}

// What the server answers.
static inline struct identity_answer *caller_asks(const struct caller *c, struct span said,
						  const struct tls_binding *binding,
						  struct identity_context *context)
{
	struct identity_question *q = identity_question_new(IDENTITY_TICKET, 7);
	struct identity_answer *a;

	buf_add_span(&q->secret, said);
	q->context = context;
	if (binding)
		q->binding = *binding;
	a = conversation_step(&c->settings, q);
	identity_question_free(q);
	assert_int_equal(a->ticket, 7);
	assert_int_equal(a->way, IDENTITY_KERBEROS);
	return a;
}
