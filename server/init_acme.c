// SPDX-License-Identifier: MIT
// What cannot work is refused, with what would; what may work is told.
#include "server/init_acme.h"

#include "common/net.h"
#include "server/acme.h"
#include "server/config.h"
#include "server/port_holder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROOF_PORT 443 // RFC 8737, 3: authorities ask nowhere else

static const char *const usual_places[] = {"0.0.0.0:443", "[::]:443"};

const char *init_acme_server(const struct cli *c)
{
	const char *server = cli_value(c, "--acme-server", 0);

	if (!cli_flag(c, "--acme"))
		return NULL;
	return server ? server : ACME_USUAL;
}

bool init_acme_is_ours(const struct cli *c)
{
	return cli_flag(c, "--acme") && !cli_value(c, "--webroot", 0) &&
	       !cli_value(c, "--hook", 0);
}

// One that an authority may look up: of letters, with a dot, and no address.
static bool is_public_name(const char *name)
{
	struct in6_addr bytes;

	return name && strchr(name, '.') && inet_pton(AF_INET, name, &bytes) != 1 &&
	       !strchr(name, ':');
}

static int check_acme_words(const struct cli *c)
{
	static const char *const parts[] = {"--acme-server", "--webroot", "--hook"};
	const char *server = init_acme_server(c);
	bool is_part = cli_flag(c, "--yes");

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		is_part = is_part || cli_value(c, parts[i], 0);
	if (!server)
		return is_part ? cli_say(ADMIN_USAGE,
					 "--acme-server, --webroot, --hook and --yes say "
					 "more of --acme")
			       : ADMIN_DONE;
	if (!is_public_name(cli_value(c, "--name", 0)))
		return cli_say(ADMIN_USAGE,
			       "--acme wants the name that an authority is to vouch for: "
			       "--name chat.example.org");
	if (cli_value(c, "--cert", 0) || cli_flag(c, "--new-database"))
		return cli_say(ADMIN_USAGE, "--acme brings certificate and key of its own: "
					    "without --cert and --new-database");
	if (!span_starts(span_of(server), SPAN("https://")))
		return cli_say(ADMIN_USAGE,
			       "--acme-server %s is no address of an authority: "
			       "https://...",
			       server);
	return ADMIN_DONE;
}

static int refuse_taken_port(const char *text, uint16_t port)
{
	struct buf who = {0};

	if (!port_holder(port, &who))
		buf_add_str(&who, "another program, which root may see by  ss -ltnp");
	cli_say(0,
		"%s is taken by %s, and an authority asks there. End that; or have the name "
		"proven in another way:\n"
		"  --webroot DIR  by a file in the folder that a web server shows at port 80\n"
		"  --hook FILE    by a program that writes into the DNS",
		text, buf_str(&who));
	buf_clear(&who);
	return ADMIN_CONFLICT;
}

// Where it listens, as far as that can be seen before it does.
static int try_port(const char *text)
{
	struct span rest = span_of(text);
	struct net_address address;
	uint16_t port;
	int fd;

	if (span_starts(rest, SPAN("https://")))
		rest = span_after(rest, strlen("https://"));
	if (!net_parse(&address, rest))
		return ADMIN_DONE; // the configuration says so
	port = address_port(&address);
	fd = net_listen(&address);
	if (fd >= 0) {
		close(fd);
		fprintf(stderr, "%s is free%s.\n", text,
			port == PROOF_PORT ? ""
					   : ": have port 443 of the name led there, where an "
					     "authority asks");
	} else if (errno == EADDRINUSE) {
		return refuse_taken_port(text, port);
	} else if (errno == EACCES) {
		fprintf(stderr,
			"%s is for root to give: the unit snugd-web.socket does, or  snugd "
			"run  as root.\n",
			text);
	} else if (errno != EAFNOSUPPORT) {
		fprintf(stderr, "%s cannot be listened on: %s.\n", text,
			strerrordesc_np(errno));
	}
	return ADMIN_DONE;
}

static int check_ports(const struct cli *c)
{
	const char *text;
	int code = ADMIN_DONE;

	if (!init_acme_is_ours(c))
		return code;
	for (size_t i = 0; (text = cli_value(c, "--web", i)) && code == ADMIN_DONE; i++)
		code = try_port(text);
	for (size_t i = 0;
	     !cli_value(c, "--web", 0) && i < ARRAY_LEN(usual_places) && code == ADMIN_DONE;
	     i++)
		code = try_port(usual_places[i]);
	return code;
}

static bool address_text(const struct sockaddr *at, char text[static INET6_ADDRSTRLEN])
{
	const void *bytes = NULL;

	if (at && at->sa_family == AF_INET)
		bytes = &((const struct sockaddr_in *)(const void *)at)->sin_addr;
	else if (at && at->sa_family == AF_INET6)
		bytes = &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
	return bytes && inet_ntop(at->sa_family, bytes, text, INET6_ADDRSTRLEN);
}

static bool is_of_here(const char *wanted)
{
	struct ifaddrs *all = NULL;
	bool is_here = false;

	if (getifaddrs(&all) < 0)
		return true;
	for (const struct ifaddrs *one = all; one && !is_here; one = one->ifa_next) {
		char text[INET6_ADDRSTRLEN];

		is_here = address_text(one->ifa_addr, text) && strcmp(text, wanted) == 0;
	}
	freeifaddrs(all);
	return is_here;
}

// Behind a router it leads to that, which is fine: so it is told, and refused never.
static void say_where_it_leads(const char *name)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int failed = getaddrinfo(name, NULL, &hints, &found);
	bool is_here = false;
	char text[INET6_ADDRSTRLEN] = "";

	if (failed) {
		fprintf(stderr,
			"%s leads nowhere yet (%s): an authority looks it up, so give it the "
			"address of this computer in the DNS.\n",
			name, gai_strerror(failed));
		return;
	}
	for (const struct addrinfo *one = found; one && !is_here; one = one->ai_next)
		is_here = address_text(one->ai_addr, text) && is_of_here(text);
	freeaddrinfo(found);
	if (is_here)
		fprintf(stderr, "%s leads to this computer.\n", name);
	else
		fprintf(stderr,
			"%s leads to %s, which this computer has not: fine where that leads "
			"port 443 on to here.\n",
			name, text);
}

// uacme tells the authority so, and nobody else is asked.
static int ask_for_terms(const struct cli *c)
{
	const char *server = init_acme_server(c);
	char *line = NULL;
	size_t space = 0;
	bool is_yes = cli_flag(c, "--yes");

	if (!is_yes && isatty(STDIN_FILENO) && isatty(STDERR_FILENO)) {
		fprintf(stderr, "Do you agree to the terms of service of %s? [y/N] ", server);
		is_yes =
			getline(&line, &space, stdin) > 0 && (line[0] == 'y' || line[0] == 'Y');
		free(line);
	}
	return is_yes ? ADMIN_DONE
		      : cli_say(ADMIN_UNCONFIRMED,
				"who wants a certificate of %s agrees to its terms of "
				"service: say so by --yes",
				server);
}

int init_acme_check(const struct cli *c)
{
	int code = check_acme_words(c);

	if (code != ADMIN_DONE || !cli_flag(c, "--acme"))
		return code;
	code = check_ports(c);
	if (code == ADMIN_DONE)
		say_where_it_leads(cli_value(c, "--name", 0));
	return code == ADMIN_DONE ? ask_for_terms(c) : code;
}

void init_acme_say_next(const struct cli *c)
{
	const char *state = c->paths.state;

	if (!cli_flag(c, "--acme"))
		return;
	if (strcmp(state, STATE_DEFAULT) == 0)
		fprintf(stderr,
			"The certificate comes, and is renewed, once uacme is installed and "
			"these run:\n"
			"  systemctl enable --now %ssnugd snugd-acme.timer\n",
			init_acme_is_ours(c) ? "snugd-web.socket " : "");
	else
		fprintf(stderr,
			"The certificate comes, and is renewed, by uacme, while the server "
			"runs: twice a day, say, do\n"
			"  snugd tls acme --state %s\n",
			state);
}
