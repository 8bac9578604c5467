// SPDX-License-Identifier: MIT
#include "server/gss/keytab.h"

#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>

#define SETTINGS "/etc/krb5.conf"

static bool failed(krb5_context context, krb5_error_code code, const char *what,
		   struct buf *words)
{
	const char *why = krb5_get_error_message(context, code);

	buf_printf(words, "%s: %s", what, why);
	krb5_free_error_message(context, why);
	return false;
}

static bool is_ours(krb5_context context, krb5_principal principal,
		    const struct acceptor_settings *settings)
{
	char *name;
	bool is_it;

	if (krb5_unparse_name(context, principal, &name) != 0)
		return false;
	is_it = principal_is_service(span_of(name), settings->service, settings->host,
				     &settings->realms);
	krb5_free_unparsed_name(context, name);
	return is_it;
}

static krb5_error_code look(krb5_context context, krb5_keytab keytab,
			    const struct acceptor_settings *settings, bool *has_key)
{
	krb5_keytab_entry entry;
	krb5_kt_cursor cursor;
	krb5_error_code code = krb5_kt_start_seq_get(context, keytab, &cursor);

	if (code)
		return code;
	while ((code = krb5_kt_next_entry(context, keytab, &entry, &cursor)) == 0) {
		*has_key = *has_key || is_ours(context, entry.principal, settings);
		krb5_free_keytab_entry_contents(context, &entry);
	}
	krb5_kt_end_seq_get(context, keytab, &cursor);
	return code == KRB5_KT_END ? 0 : code;
}

static bool check(krb5_context context, const struct acceptor_settings *settings,
		  struct buf *words)
{
	krb5_keytab keytab;
	bool has_key = false;
	krb5_error_code code = krb5_kt_resolve(context, settings->keytab, &keytab);

	if (code == 0) {
		code = look(context, keytab, settings, &has_key);
		krb5_kt_close(context, keytab);
	}
	if (code)
		return failed(context, code, settings->keytab, words);
	if (!has_key)
		buf_printf(words, "%s holds no key of %s/%s@%s", settings->keytab,
			   settings->service, settings->host, settings->realms.names[0]);
	return has_key;
}

bool keytab_check(const struct acceptor_settings *settings, struct buf *words)
{
	krb5_context context;
	krb5_error_code code = krb5_init_context(&context);
	bool is_fine;

	if (code)
		return failed(NULL, code, "the settings of Kerberos (" SETTINGS ")", words);
	is_fine = check(context, settings, words);
	krb5_free_context(context);
	return is_fine;
}

// "include FILE" and "includedir FOLDER", at the beginning of a line.
static void each_included(const char *path, keytab_file_fn *fn, void *arg)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, *included;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		struct span rest = span_of(line), word = span_cut(&rest, ' ');

		if (!span_eq(word, SPAN("include")) && !span_eq(word, SPAN("includedir")))
			continue;
		included = span_dup(span_trim(rest));
		fn(arg, included);
		free(included);
	}
	free(line);
	if (file)
		fclose(file);
}

void keytab_each_setting(keytab_file_fn *fn, void *arg)
{
	const char *named = secure_getenv("KRB5_CONFIG");
	struct span rest = span_of(named && named[0] ? named : SETTINGS);

	while (rest.len) {
		char *path = span_dup(span_cut(&rest, ':'));

		fn(arg, path);
		each_included(path, fn, arg);
		free(path);
	}
}
