// SPDX-License-Identifier: MIT
// snugd avahi: the file by which Avahi tells the local network of this server. The server
// itself cannot write it, shut in as it is, and needs no right to: the administrator does.
#include "server/cli.h"
#include "server/state.h"

#include "common/tls.h"
#include "common/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#define TITLE_MAX 63 // inside: bytes of a name in DNS; a longer one is cut

// The first port that the network reaches; 0: none.
static uint16_t port_of(const struct config *c)
{
	for (size_t i = 0; i < c->n_lines; i++) {
		char host[NET_TEXT_MAX];
		net_host_text(&c->places[i].address, host);
		bool is_here = span_starts(span_of(host), SPAN("127.")) ||
			       span_eq(span_of(host), SPAN("::1"));
		uint16_t port = address_port(&c->places[i].address);
		if (!is_here && port)
			return port;
	}
	return 0;
}

static void add_xml(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("<>&\"'", text.at[i]))
			buf_printf(out, "&#%d;", text.at[i]);
		else
			buf_add_char(out, text.at[i]);
	}
}

static void add_fact(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "    <txt-record>%s=", key);
	add_xml(out, span_of(value));
	buf_add_str(out, "</txt-record>\n");
}

static void print_service(const struct config *c, uint16_t port,
			  const uint8_t pin[static TLS_PIN_LEN])
{
	struct buf out = {0};
	char text[PIN_TEXT_MAX];

	pin_text(pin, text);
	buf_add_str(&out, "<?xml version=\"1.0\" standalone='no'?>\n"
			  "<!DOCTYPE service-group SYSTEM \"avahi-service.dtd\">\n"
			  "<service-group>\n  <name>");
	add_xml(&out, utf8_cut(span_of(c->network), TITLE_MAX));
	buf_printf(&out,
		   "</name>\n  <service>\n    <type>_snug._tcp</type>\n    <port>%u</port>\n",
		   (unsigned)port);
	add_fact(&out, "name", c->name);
	add_fact(&out, "pin", text + strlen("sha256:"));
	buf_add_str(&out, "  </service>\n</service-group>\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

static int announce(const struct cli *c, struct config *config, struct buf *errors)
{
	uint16_t port = port_of(config);
	uint8_t pin[TLS_PIN_LEN];
	char *error = NULL;

	if (!port)
		return cli_say(ADMIN_PROBLEMS, "the server listens on this machine alone: the "
					       "network needs another address with a port, as "
					       "in listen = ircs://0.0.0.0:6697");
	if (state_check_key(&c->paths, config, errors) != ADMIN_DONE)
		return cli_say(ADMIN_FAILED, "%s", buf_str(errors));
	struct tls_context *tls = config_tls(config, &c->paths, &error);
	if (!tls) {
		cli_say(0, "%s", error);
		free(error);
		return ADMIN_FAILED;
	}
	tls_context_pin(tls, pin);
	tls_context_free(tls);
	print_service(config, port, pin);
	return ADMIN_DONE;
}

int cli_avahi(const struct cli *c)
{
	struct buf errors = {0};
	struct config config;
	int code = ADMIN_PROBLEMS;

	if (config_read(&config, &c->paths, &errors))
		code = announce(c, &config, &errors);
	else
		cli_say(0, "%s", buf_str(&errors));
	buf_clear(&errors);
	config_clear(&config);
	return code;
}
