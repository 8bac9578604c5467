// SPDX-License-Identifier: MIT
#include "server/init_config.h"

#include "common/die.h"
#include "common/tls_chain.h"
#include "server/init_acme.h"
#include "server/paths.h"

#include <stdlib.h>
#include <unistd.h>

static void add_setting(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s = %s\n", key, value);
}

// Named from where the command was given, but read from anywhere. Links on the way stay: what
// is renewed is found by them.
static void add_file(struct buf *out, const char *key, const char *value)
{
	char *here = value[0] == '/' ? NULL : getcwd(NULL, 0);
	char *path = here ? path_in(here, value) : xstrdup(value);

	add_setting(out, key, path);
	free(path);
	free(here);
}

static bool is_vouched(const struct cli *c)
{
	const char *cert = cli_value(c, "--cert", 0);
	const char *name = cli_value(c, "--name", 0);
	struct tls_chain chain = {0};
	bool is_so = cert && name && tls_chain_read(&chain, cert, name) && chain.is_vouched &&
		     chain.names_host;

	tls_chain_clear(&chain);
	return is_so;
}

// Where browsers will take the certificate, they find the page without being asked for it.
static void add_web(const struct cli *c, struct buf *out)
{
	const char *value;

	buf_add_str(out, "\n# Where browsers and web clients connect; without any: nowhere.\n");
	if (cli_value(c, "--web", 0)) {
		buf_add_str(out, "[web]\n");
		for (size_t i = 0; (value = cli_value(c, "--web", i)); i++)
			add_setting(out, "listen", value);
	} else if (init_acme_is_ours(c)) {
		buf_add_str(out, "[web]\nlisten = 0.0.0.0:443\nlisten = [::]:443\n");
	} else if (is_vouched(c) || init_acme_server(c)) {
		buf_add_str(out, "[web]\nlisten = 0.0.0.0:8443\nlisten = [::]:8443\n");
	} else {
		buf_add_str(out, "# [web]\n# listen = 0.0.0.0:8443\n");
	}
}

static void add_acme(const struct cli *c, struct buf *out)
{
	const char *webroot = cli_value(c, "--webroot", 0), *hook = cli_value(c, "--hook", 0);

	if (!init_acme_server(c))
		return;
	buf_add_str(out, "\n# Who vouches for the certificate, and whose terms of service you "
			 "agreed to.\n[acme]\n");
	add_setting(out, "server", init_acme_server(c));
	if (webroot)
		add_file(out, "webroot", webroot);
	if (hook)
		add_file(out, "hook", hook);
}

void init_config_text(const struct cli *c, struct buf *out)
{
	const char *value = cli_value(c, "--name", 0), *cert = cli_value(c, "--cert", 0);

	buf_add_str(out,
		    "# Every line here may be left out. `snugd config show` prints all "
		    "settings as they\n# stand, the manual page snugd.conf(5) explains them, "
		    "`snugd reload` takes them up.\n\n[server]\n");
	if (value)
		add_setting(out, "name", value);
	else
		buf_add_str(out,
			    "# What the server calls itself, and what invite links point to.\n"
			    "# name = chat.example.org\n");
	for (size_t i = 0; (value = cli_value(c, "--listen", i)); i++)
		add_setting(out, "listen", value);
	if (!cli_value(c, "--listen", 0))
		buf_add_str(out, "# One line an address; without any: all of them, port 6697.\n"
				 "# listen = ircs://0.0.0.0:6697\n");
	if (cli_value(c, "--store", 0))
		add_setting(out, "store", cli_value(c, "--store", 0));
	add_web(c, out);
	add_acme(c, out);
	if (!cert)
		return;
	buf_add_str(out, "\n[tls]\n");
	add_file(out, "certificate", cert);
	add_file(out, "key", cli_value(c, "--key", 0));
}
