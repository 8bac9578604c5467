// SPDX-License-Identifier: MIT
// `snugd check`, Kerberos: whether tickets can let in.
#include "server/cli_check_private.h"

#include "server/kerberos.h"

void check_kerberos(struct check *k)
{
	struct buf words = {0}, found = {0};
	struct kerberos kerberos;
	bool is_fine;

	kerberos_init(&kerberos, &k->cli->paths, &k->config);
	is_fine = kerberos_check(&kerberos, &words);
	if (is_fine && kerberos.keytab)
		buf_printf(&found, "a key of %s/%s in %s", kerberos.settings.service,
			   kerberos.settings.host, kerberos.keytab);
	else
		check_join(&found, buf_span(&words));
	if (kerberos.keytab)
		check_report(k, "kerberos", is_fine, buf_str(&found));
	kerberos_clear(&kerberos);
	buf_clear(&words);
	buf_clear(&found);
}
