// SPDX-License-Identifier: MIT
// libpq reads the text; what it says of one that it cannot read quotes it, so these words are
// ours. Hosts are resolved here, so that each address is a try of its own (pg_link.c).
#include "server/store/postgresql/pg_where.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/net.h"
#include "common/span.h"
#include "server/store/error.h"

#include <libpq-fe.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PORT_MAX 65535 // inside: of TCP

static const char unreadable[] =
	"the store's address cannot be read: it is postgresql://USER:PASSWORD@HOST/DATABASE, "
	"with several hosts as HOST,HOST; what is no letter or digit in the password is "
	"written as in a web address (an @ as %%40, a / as %%2F)";

// Those that are dealt with here, or are not for others to set.
static const char *const ours[] = {"host",           "hostaddr",
				   "port",           "client_encoding",
				   "replication",    "target_session_attrs",
				   "connect_timeout"};

bool pg_is_where(const char *where)
{
	return strncmp(where, "postgresql://", 13) == 0 ||
	       strncmp(where, "postgres://", 11) == 0;
}

static const char *value_of(const PQconninfoOption *all, const char *keyword)
{
	for (; all->keyword; all++) {
		if (strcmp(all->keyword, keyword) == 0)
			return all->val ? all->val : "";
	}
	return "";
}

static bool is_of_host(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr(".-_:/%", c) != NULL;
}

// A password that is written as it is often becomes a part of a host or of a port.
static bool is_host(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!is_of_host(name.at[i]))
			return false;
	}
	return true;
}

static bool is_port(struct span text)
{
	uint64_t port;

	return !text.len || (span_to_u64(text, &port) && port >= 1 && port <= PORT_MAX);
}

static struct pg_host host_of(struct span name, struct span address, struct span port)
{
	return (struct pg_host){.name = span_dup(name),
				.address = span_dup(address),
				.port = span_dup(port.len ? port : SPAN("5432"))};
}

// Lists of the same length, but that one port is that of all.
static bool read_hosts(struct pg_where *w, const PQconninfoOption *all)
{
	struct span names = span_of(value_of(all, "host"));
	struct span addresses = span_of(value_of(all, "hostaddr"));
	struct span ports = span_of(value_of(all, "port")), port = ports;
	bool one_port = span_find(ports, ',') == ports.len, more;

	do {
		more = span_find(names, ',') < names.len ||
		       span_find(addresses, ',') < addresses.len;
		struct span name = span_cut(&names, ','), address = span_cut(&addresses, ',');

		if (!one_port)
			port = span_cut(&ports, ',');
		if (!is_host(name) || !is_host(address) || !is_port(port) ||
		    w->n_hosts == PG_HOSTS_MAX)
			return false;
		w->hosts[w->n_hosts++] = host_of(name, address, port);
	} while (more);
	return true;
}

static bool is_ours(const char *keyword)
{
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		if (strcmp(ours[i], keyword) == 0)
			return true;
	}
	return false;
}

// libpq goes on without one, and says so only to the terminal.
static bool is_private(const char *passfile)
{
	struct stat file;

	return !*passfile || stat(passfile, &file) < 0 || (file.st_mode & 077) == 0;
}

static void read_options(struct pg_where *w, const PQconninfoOption *all)
{
	size_t n = 0;

	for (const PQconninfoOption *o = all; o->keyword; o++)
		n++;
	w->options = xcalloc(2 * n + 1, sizeof(*w->options));
	n = 0;
	for (const PQconninfoOption *o = all; o->keyword; o++) {
		if (!o->val || is_ours(o->keyword))
			continue;
		w->options[n++] = xstrdup(o->keyword);
		w->options[n++] = xstrdup(o->val);
	}
}

static char *show(const struct pg_where *w, const PQconninfoOption *all)
{
	struct buf out = {0};

	buf_printf(&out, "postgresql://%s%s", value_of(all, "user"),
		   *value_of(all, "user") ? "@" : "");
	for (size_t i = 0; i < w->n_hosts; i++) {
		const struct pg_host *h = &w->hosts[i];

		buf_printf(&out, "%s%s", i ? "," : "", *h->name ? h->name : h->address);
		if (strcmp(h->port, "5432") != 0)
			buf_printf(&out, ":%s", h->port);
	}
	buf_printf(&out, "/%s", value_of(all, "dbname"));
	return buf_take(&out);
}

bool pg_where_read(struct pg_where *w, const char *where, char **error)
{
	char *words = NULL;
	PQconninfoOption *all = PQconninfoParse(where, &words);
	bool is_fine;

	*w = (struct pg_where){0};
	PQfreemem(words);
	if (all && !is_private(value_of(all, "passfile"))) {
		error_words(error,
			    "%s, the store's passfile, may be read by others: chmod 600 it",
			    value_of(all, "passfile"));
		PQconninfoFree(all);
		return false;
	}
	is_fine = all && !strchr(value_of(all, "dbname"), '@') && read_hosts(w, all);
	if (is_fine) {
		read_options(w, all);
		w->shown = show(w, all);
	} else {
		error_words(error, unreadable);
	}
	PQconninfoFree(all);
	return is_fine;
}

char *pg_shown(const char *where)
{
	struct pg_where w;
	char *shown, *error = NULL;

	shown = xstrdup(pg_where_read(&w, where, &error) ? w.shown : "postgresql://...");
	free(error);
	pg_where_clear(&w);
	return shown;
}

static void clear_hosts(struct pg_host *hosts, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		free(hosts[i].name);
		free(hosts[i].address);
		free(hosts[i].port);
	}
	*n = 0;
}

// A socket of this machine, or an address that was given.
static bool needs_no_name_server(const struct pg_host *h)
{
	return *h->address || !*h->name || strchr(h->name, '/');
}

static void add_try(struct pg_where *w, const struct pg_host *h, struct span address)
{
	if (w->n_tries < PG_HOSTS_MAX)
		w->tries[w->n_tries++] = host_of(span_of(h->name), address, span_of(h->port));
}

// What was known before of a host that no name server knows now.
static void keep_known(struct pg_where *w, const struct pg_host *h, const struct pg_host *known,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(known[i].name, h->name) == 0 && strcmp(known[i].port, h->port) == 0)
			add_try(w, h, span_of(known[i].address));
	}
}

static bool resolve(struct pg_where *w, const struct pg_host *h, struct buf *words)
{
	struct net_address found[PG_HOSTS_MAX];
	char text[NI_MAXHOST];
	int n, error = net_resolve(h->name, h->port, found, ARRAY_LEN(found), &n);

	if (error)
		buf_printf(words, "%s%s: %s", words->len ? "; " : "", h->name,
			   gai_strerror(error));
	for (int i = 0; i < n; i++) {
		if (getnameinfo((const struct sockaddr *)(const void *)found[i].bytes,
				found[i].len, text, sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
			add_try(w, h, span_of(text));
	}
	return n > 0;
}

bool pg_where_resolve(struct pg_where *w, struct buf *words)
{
	struct pg_host known[PG_HOSTS_MAX];
	size_t n_known = w->n_tries;

	memcpy(known, w->tries, sizeof(known));
	w->n_tries = 0;
	for (size_t i = 0; i < w->n_hosts; i++) {
		const struct pg_host *h = &w->hosts[i];

		if (needs_no_name_server(h))
			add_try(w, h, span_of(h->address));
		else if (!resolve(w, h, words))
			keep_known(w, h, known, n_known);
	}
	clear_hosts(known, &n_known);
	return w->n_tries > 0;
}

void pg_where_clear(struct pg_where *w)
{
	for (char **at = w->options; at && *at; at++)
		free(*at);
	free(w->options);
	free(w->shown);
	clear_hosts(w->hosts, &w->n_hosts);
	clear_hosts(w->tries, &w->n_tries);
	*w = (struct pg_where){0};
}
