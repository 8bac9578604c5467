// SPDX-License-Identifier: MIT
// `snugd check`, the keys beside what was sealed by them: of a restored state, or of a machine
// that shares its store, another one may have them.
#include "server/cli_check_private.h"

#include "server/offline.h"
#include "server/sealing_keys.h"

#include <stdlib.h>

static void report(struct check *k, const struct sealed *s)
{
	struct buf found = {0};

	if (s->factors)
		buf_printf(&found,
			   "%zu second factors are opened by no " FACTOR_KEY_NAME
			   " of this machine: codes are wrong, and recovery codes let in",
			   s->factors);
	if (s->sign_ins)
		buf_printf(&found,
			   "%s%zu sign-ins elsewhere are opened by no " SIGN_IN_KEY_NAME
			   " of this machine: these people sign in anew",
			   found.len ? "; " : "", s->sign_ins);
	if (found.len) {
		buf_add_str(&found, "; put back the one that was here; of two machines bring "
				    "them:  snugd tls import --ask; there  snugd tls export "
				    "--sealed PUBLICKEY; here  snugd tls import --sealed FILE");
		check_report(k, "sealing-keys", false, buf_str(&found));
	}
	buf_clear(&found);
}

void check_sealed(struct check *k)
{
	char *error = NULL;
	int code;
	struct offline *o =
		k->has_config ? offline_try(&k->cli->paths, &k->config, &code, &error) : NULL;

	// What is wrong with a key file itself, or with the database, other rows tell.
	if (o) {
		struct sealed sealed = offline_sealed(o, &k->cli->paths);

		report(k, &sealed);
	}
	offline_close(o);
	free(error);
}
