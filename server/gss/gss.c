// SPDX-License-Identifier: MIT
#include "server/gss/gss.h"

#include "common/log.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stdlib.h>

// The library reads what it is given.
static gss_buffer_desc borrow(struct span s)
{
	return (gss_buffer_desc){s.len, (void *)(uintptr_t)s.at};
}

static void take(gss_buffer_t from, struct buf *to)
{
	OM_uint32 minor;

	buf_add(to, from->value, from->length);
	gss_release_buffer(&minor, from);
}

// Why, by the library's number or by Kerberos' own.
static const struct {
	OM_uint32 major, minor; // 0: any
	enum identity_why why;
} reasons[] = {
	{GSS_S_BAD_BINDINGS, 0, IDENTITY_WHY_BINDING},
	{GSS_S_DUPLICATE_TOKEN, 0, IDENTITY_WHY_REPLAY},
	{0, (OM_uint32)KRB5KRB_AP_ERR_REPEAT, IDENTITY_WHY_REPLAY},
	{GSS_S_CREDENTIALS_EXPIRED, 0, IDENTITY_WHY_EXPIRED},
	{0, (OM_uint32)KRB5KRB_AP_ERR_TKT_EXPIRED, IDENTITY_WHY_EXPIRED},
	{0, (OM_uint32)KRB5KRB_AP_ERR_TKT_NYV, IDENTITY_WHY_EARLY},
	{0, (OM_uint32)KRB5KRB_AP_ERR_SKEW, IDENTITY_WHY_CLOCK},
	{0, (OM_uint32)KRB5KRB_AP_ERR_NOKEY, IDENTITY_WHY_KEY},
	{0, (OM_uint32)KRB5KRB_AP_WRONG_PRINC, IDENTITY_WHY_AUDIENCE},
	{0, (OM_uint32)KRB5KRB_AP_ERR_BADKEYVER, IDENTITY_WHY_KEY},
	{GSS_S_DEFECTIVE_TOKEN, 0, IDENTITY_WHY_MALFORMED},
	{GSS_S_BAD_MECH, 0, IDENTITY_WHY_TYPE},
	{GSS_S_NO_CRED, 0, IDENTITY_WHY_TYPE}, // no key for such a mechanism
	// Files of ours.
	{0, ENOENT, IDENTITY_WHY_DOWN},
	{0, EACCES, IDENTITY_WHY_DOWN},
	{0, EPERM, IDENTITY_WHY_DOWN},
	{0, EISDIR, IDENTITY_WHY_DOWN},
	{0, EROFS, IDENTITY_WHY_DOWN},
	{0, ENOSPC, IDENTITY_WHY_DOWN},
	{0, EDQUOT, IDENTITY_WHY_DOWN},
	{0, EIO, IDENTITY_WHY_DOWN},
	{0, EMFILE, IDENTITY_WHY_DOWN},
	{0, (OM_uint32)KRB5_KT_NOTFOUND, IDENTITY_WHY_KEY},
	{0, (OM_uint32)KRB5_KT_IOERR, IDENTITY_WHY_DOWN},
	{0, (OM_uint32)KRB5_RC_IO, IDENTITY_WHY_DOWN},
	{0, (OM_uint32)KRB5_RC_IO_PERM, IDENTITY_WHY_DOWN},
	{0, (OM_uint32)KRB5_RC_IO_SPACE, IDENTITY_WHY_DOWN},
};

static void say(const char *event, enum log_level level, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;
	struct buf words = {0};

	gss_display_status(&ignored, minor, GSS_C_MECH_CODE, (gss_OID)gss_mech_krb5, &more,
			   &text);
	take(&text, &words);
	log_event(level, event, "why", buf_str(&words), NULL);
	buf_clear(&words);
}

static enum identity_why reason(OM_uint32 major, OM_uint32 minor)
{
	enum identity_why why = IDENTITY_WHY_TICKET;
	OM_uint32 error = GSS_ROUTINE_ERROR(major);

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if ((reasons[i].major && reasons[i].major == error) ||
		    (reasons[i].minor && reasons[i].minor == minor)) {
			why = reasons[i].why;
			break;
		}
	}
	if (why == IDENTITY_WHY_DOWN)
		say("kerberos_failed", LOG_WARN, minor);
	else
		say("ticket_refused", LOG_DEBUG, minor);
	return why;
}

static enum identity_why take_key(const struct acceptor_settings *settings, gss_cred_id_t *key)
{
	struct buf rcache = {0};
	gss_key_value_element_desc elements[] = {{"keytab", settings->keytab},
						 {"rcache", NULL}};
	gss_key_value_set_desc store = {ARRAY_LEN(elements), elements};
	gss_OID_set_desc kerberos = {1, (gss_OID)gss_mech_krb5};
	OM_uint32 major, minor;

	buf_printf(&rcache, "file2:%s", settings->rcache);
	elements[1].value = buf_str(&rcache);
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &kerberos,
				      GSS_C_ACCEPT, &store, key, NULL, NULL);
	buf_clear(&rcache);
	if (major == GSS_S_COMPLETE)
		return IDENTITY_WHY_NONE;
	say("kerberos_failed", LOG_WARN, minor);
	return IDENTITY_WHY_DOWN;
}

static bool display(gss_name_t name, struct buf *out)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (!name || gss_display_name(&minor, name, &text, NULL) != GSS_S_COMPLETE)
		return false;
	take(&text, out);
	return true;
}

static bool find_names(struct gss_accepted *a)
{
	gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
	OM_uint32 minor;
	bool is_fine = gss_inquire_context(&minor, a->context, &source, &target, NULL, NULL,
					   NULL, NULL, NULL) == GSS_S_COMPLETE &&
		       display(source, &a->source) && display(target, &a->target);

	gss_release_name(&minor, &source);
	gss_release_name(&minor, &target);
	return is_fine;
}

static enum identity_why judge(OM_uint32 major, gss_OID mechanism, OM_uint32 flags,
			       bool is_bound, struct gss_accepted *a)
{
	if (major != GSS_S_COMPLETE || !gss_oid_equal(mechanism, gss_mech_krb5))
		return IDENTITY_WHY_TYPE;
	if (is_bound && !(flags & GSS_C_CHANNEL_BOUND_FLAG))
		return IDENTITY_WHY_BINDING;
	if (flags & GSS_C_ANON_FLAG)
		return IDENTITY_WHY_PRINCIPAL;
	return find_names(a) ? IDENTITY_WHY_NONE : IDENTITY_WHY_TICKET;
}

enum identity_why gss_accept(const struct acceptor_settings *settings, struct span token,
			     struct span bound, struct gss_accepted *out)
{
	struct gss_channel_bindings_struct bindings = {.application_data = borrow(bound)};
	gss_buffer_desc input = borrow(token), reply = GSS_C_EMPTY_BUFFER;
	gss_cred_id_t key = GSS_C_NO_CREDENTIAL;
	gss_OID mechanism = GSS_C_NO_OID;
	OM_uint32 major, minor, ignored, flags = 0;
	enum identity_why why = take_key(settings, &key);

	if (why != IDENTITY_WHY_NONE)
		return why;
	major = gss_accept_sec_context(&minor, &out->context, key, &input,
				       bound.len ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, NULL,
				       &mechanism, &reply, &flags, NULL, NULL);
	take(&reply, &out->reply);
	gss_release_cred(&ignored, &key);
	return GSS_ERROR(major) ? reason(major, minor)
				: judge(major, mechanism, flags, bound.len > 0, out);
}

void gss_accepted_clear(struct gss_accepted *a)
{
	gss_end(&a->context);
	buf_clear(&a->source);
	buf_clear(&a->target);
	buf_clear(&a->reply);
}

bool gss_wrap_plain(gss_ctx_id_t context, struct span plain, struct buf *out)
{
	gss_buffer_desc input = borrow(plain), output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	bool is_fine = gss_wrap(&minor, context, 0, GSS_C_QOP_DEFAULT, &input, NULL, &output) ==
		       GSS_S_COMPLETE;

	take(&output, out);
	return is_fine;
}

bool gss_unwrap_plain(gss_ctx_id_t context, struct span wrapped, struct buf *out)
{
	gss_buffer_desc input = borrow(wrapped), output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	bool is_fine =
		gss_unwrap(&minor, context, &input, &output, NULL, NULL) == GSS_S_COMPLETE;

	// The library lets go of no empty one, which it made all the same.
	if (!output.length)
		free(output.value);
	else
		take(&output, out);
	return is_fine;
}

void gss_end(gss_ctx_id_t *context)
{
	OM_uint32 minor;

	if (*context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, context, GSS_C_NO_BUFFER);
}
