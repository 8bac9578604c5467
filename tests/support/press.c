// SPDX-License-Identifier: MIT
#include "tests/support/press.h"

#include "common/die.h"

#include <krb5.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

// Of the library, which exports them and has them in no header.
krb5_error_code krb5_encrypt_tkt_part(krb5_context context, const krb5_keyblock *key,
				      krb5_ticket *ticket);
krb5_error_code encode_krb5_ticket(const krb5_ticket *ticket, krb5_data **code);

#define KEY_LEN 32 // inside: of that kind
#define CACHED_S 3600
#define PADDING_TYPE 0x5347 // inside: nobody's

static void must(krb5_error_code code, const char *what)
{
	if (code)
		die(1, "press: %s: %ld", what, (long)code);
}

static krb5_context begin(void)
{
	krb5_context context;

	must(krb5_init_context(&context), "settings");
	return context;
}

static krb5_principal principal(krb5_context context, const char *name)
{
	krb5_principal p;

	must(krb5_parse_name(context, name, &p), name);
	return p;
}

// For AES any bytes are a key.
static void make_key(krb5_context context, krb5_keyblock *key)
{
	krb5_keyblock *made;

	must(krb5_init_keyblock(context, ENCTYPE_AES256_CTS_HMAC_SHA1_96, KEY_LEN, &made),
	     "key");
	randombytes_buf(made->contents, KEY_LEN);
	*key = *made;
	free(made);
}

void press_key(const char *keytab, const char *name)
{
	krb5_context context = begin();
	krb5_keytab_entry entry = {.principal = principal(context, name), .vno = 1};
	krb5_keytab file;

	make_key(context, &entry.key);
	must(krb5_kt_resolve(context, keytab, &file), keytab);
	must(krb5_kt_add_entry(context, file, &entry), keytab);
	krb5_kt_close(context, file);
	krb5_free_keytab_entry_contents(context, &entry);
	krb5_free_context(context);
}

static void read_key(krb5_context context, const char *keytab, krb5_principal service,
		     krb5_keytab_entry *entry)
{
	krb5_keytab file;

	must(krb5_kt_resolve(context, keytab, &file), keytab);
	must(krb5_kt_get_entry(context, file, service, 0, 0, entry), "no such key");
	krb5_kt_close(context, file);
}

static void encrypt(krb5_context context, const struct press_ticket *order, krb5_creds *made)
{
	krb5_authdata padding = {.ad_type = PADDING_TYPE,
				 .length = (unsigned)order->padding,
				 .contents = xcalloc((size_t)order->padding + 1, 1)};
	krb5_authdata *list[] = {&padding, NULL};
	krb5_enc_tkt_part part = {.flags = made->ticket_flags,
				  .session = &made->keyblock,
				  .client = made->client,
				  .times = {.authtime = (krb5_timestamp)order->from_s,
					    .starttime = (krb5_timestamp)order->from_s,
					    .endtime = (krb5_timestamp)order->until_s},
				  .authorization_data = order->padding ? list : NULL};
	krb5_ticket ticket = {.server = made->server, .enc_part2 = &part};
	krb5_keytab_entry entry;
	krb5_data *code;

	part.transited.tr_type = KRB5_DOMAIN_X500_COMPRESS;
	read_key(context, order->keytab, made->server, &entry);
	must(krb5_encrypt_tkt_part(context, &entry.key, &ticket), "ticket");
	ticket.enc_part.kvno = entry.vno;
	must(encode_krb5_ticket(&ticket, &code), "ticket");
	made->ticket = *code;
	free(code);
	free(ticket.enc_part.ciphertext.data);
	free(padding.contents);
	krb5_free_keytab_entry_contents(context, &entry);
}

static void keep(krb5_context context, const char *cache, krb5_creds *made)
{
	krb5_ccache file;

	must(krb5_cc_resolve(context, cache, &file), cache);
	must(krb5_cc_initialize(context, file, made->client), cache);
	must(krb5_cc_store_cred(context, file, made), cache);
	krb5_cc_close(context, file);
}

void press_cache(const char *cache, const struct press_ticket *order)
{
	krb5_context context = begin();
	krb5_creds made = {.client = principal(context, order->client),
			   .server = principal(context, order->service),
			   .ticket_flags = TKT_FLG_INITIAL};

	// The cache says that it is valid, so that a client shows it whatever stands in it.
	must(krb5_timeofday(context, &made.times.authtime), "clock");
	made.times.starttime = made.times.authtime;
	made.times.endtime = made.times.authtime + CACHED_S;
	make_key(context, &made.keyblock);
	encrypt(context, order, &made);
	keep(context, cache, &made);
	krb5_free_cred_contents(context, &made);
	krb5_free_context(context);
}
