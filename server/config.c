// SPDX-License-Identifier: MIT
#include "server/config_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/log.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/version.h"
#include "server/io/transport.h"
#include "server/letters/limits.h"
#include "server/pair.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define AT(member) offsetof(struct config, member)

const struct conf_row config_rows[] = {
	{"server", "name", CONF_TEXT, AT(name), NULL, 0, 0, NULL, false, NULL},
	{"server", "network", CONF_TEXT, AT(network), NULL, 0, 0, NULL, true, NULL},
	{"server", "description", CONF_TEXT, AT(description), "a snug server", 0, 0, NULL, true,
	 NULL},
	{"server", "user", CONF_TEXT, AT(user), NULL, 0, 0, NULL, false, NULL},
	{"server", "listen", CONF_LIST, AT(listen), NULL, 0, 0, NULL, false, NULL},
	{"server", "proxy_from", CONF_LIST, AT(proxy_from), NULL, 0, 0, NULL, false, NULL},
	{"server", "link_host", CONF_LIST, AT(link_hosts), NULL, 0, 0, NULL, true, NULL},
	{"server", "icon", CONF_TEXT, AT(icon), NULL, 0, 0, NULL, true, NULL},
	{"server", "motd_file", CONF_TEXT, AT(motd_file), NULL, 0, 0, NULL, true, NULL},
	{"server", "io_threads", CONF_NUMBER, AT(io_threads), "0", 0, SHARDS_MAX, NULL, false,
	 NULL},
	{"server", "durability", CONF_CHOICE, AT(durability), "full", 0, 0, "full|normal",
	 false, NULL},
	{"server", "log", CONF_CHOICE, AT(log_level), "info", 0, 0, "error|warn|info|debug",
	 true, NULL},
	{"server", "sandbox", CONF_BOOL, AT(sandbox), "yes", 0, 0, NULL, false, NULL},
	{"server", "refused_calls", CONF_CHOICE, AT(refused_calls), "log", 0, 0, "log|kill",
	 false, NULL},
	{"server", "store", CONF_TEXT, AT(store), NULL, 0, 0, NULL, false, NULL},
	{"log", "form", CONF_CHOICE, AT(log_form), "logfmt", 0, 0, "logfmt|json", true, NULL},
	{"log", "file", CONF_TEXT, AT(log_file), NULL, 0, 0, NULL, false, NULL},
	{"beside", "errand", CONF_BOOL, AT(errand), "no", 0, 0, NULL, false, NULL},
	{"beside", "ca_file", CONF_TEXT, AT(ca_file), NULL, 0, 0, NULL, false, NULL},
	{"kerberos", "keytab", CONF_TEXT, AT(keytab), NULL, 0, 0, NULL, false, NULL},
	{"kerberos", "realms", CONF_LIST, AT(realms), NULL, 0, 0, NULL, false, NULL},
	{"kerberos", "service", CONF_TEXT, AT(kerberos_service), "irc", 0, 0, NULL, false,
	 NULL},
	{"kerberos", "plain", CONF_BOOL, AT(kerberos_plain), "no", 0, 0, NULL, false, NULL},
	{"pam", "service", CONF_TEXT, AT(pam_service), NULL, 0, 0, NULL, false, NULL},
	{"pam", "tries", CONF_NUMBER, AT(pam_tries), "3", 1, 100, NULL, true, NULL},
	{"pam", "cache", CONF_DURATION, AT(pam_cache_ms), "0", 0, PAM_CACHE_MAX_MS, NULL, true,
	 NULL},
	{"pam", "door_user", CONF_TEXT, AT(door_user), NULL, 0, 0, NULL, false, NULL},
	{"push", "enabled", CONF_BOOL, AT(push), "no", 0, 0, NULL, false, NULL},
	{"push", "delay", CONF_DURATION, AT(push_delay_ms), "5s", 0, 0, NULL, true, NULL},
	{"push", "contact", CONF_TEXT, AT(push_contact), NULL, 0, 0, NULL, true, NULL},
	{"push", "allow", CONF_LIST, AT(push_allow), NULL, 0, 0, NULL, false, NULL},
	{"oidc", "issuer", CONF_TEXT, AT(oidc_issuer), NULL, 0, 0, NULL, false, NULL},
	{"oidc", "client_id", CONF_TEXT, AT(oidc_client_id), "snug", 0, 0, NULL, true, NULL},
	{"oidc", "client_secret_file", CONF_TEXT, AT(oidc_secret_file), NULL, 0, 0, NULL, true,
	 NULL},
	{"oidc", "audience", CONF_TEXT, AT(oidc_audience), NULL, 0, 0, NULL, true, NULL},
	{"oidc", "clients", CONF_LIST, AT(oidc_clients), NULL, 0, 0, NULL, true, NULL},
	{"oidc", "scope", CONF_TEXT, AT(oidc_scope), "openid profile offline_access", 0, 0,
	 NULL, true, NULL},
	{"oidc", "token_type", CONF_CHOICE, AT(oidc_token_type), "at+jwt", 0, 0, "at+jwt|JWT",
	 true, NULL},
	{"oidc", "algorithms", CONF_LIST, AT(oidc_algorithms), NULL, 0, 0, NULL, true, NULL},
	{"oidc", "name_claim", CONF_TEXT, AT(oidc_name_claim), "preferred_username", 0, 0, NULL,
	 true, NULL},
	{"oidc", "groups_claim", CONF_TEXT, AT(oidc_groups_claim), "groups", 0, 0, NULL, true,
	 NULL},
	{"oidc", "admin_group", CONF_TEXT, AT(oidc_admin_group), NULL, 0, 0, NULL, true, NULL},
	{"oidc", "tenant", CONF_TEXT, AT(oidc_tenant), NULL, 0, 0, NULL, true, NULL},
	{"oidc", "hosts", CONF_LIST, AT(oidc_hosts), NULL, 0, 0, NULL, false, NULL},
	{"web", "listen", CONF_LIST, AT(web_listen), NULL, 0, 0, NULL, false, NULL},
	{"web", "host", CONF_LIST, AT(web_hosts), NULL, 0, 0, NULL, true, NULL},
	{"web", "origin", CONF_LIST, AT(web_origins), NULL, 0, 0, NULL, true, NULL},
	{"web", "metrics", CONF_TEXT, AT(metrics), NULL, 0, 0, NULL, false, NULL},
	{"files", "enabled", CONF_BOOL, AT(files), "yes", 0, 0, NULL, false, NULL},
	{"files", "file_max", CONF_SIZE, AT(file_max), "16MiB", 1, FILE_MAX_MAX, NULL, true,
	 NULL},
	{"files", "account_per_day", CONF_SIZE, AT(files_per_day), "256MiB", 0, 0, NULL, true,
	 NULL},
	{"files", "account_total", CONF_SIZE, AT(files_account), "1GiB", 0, 0, NULL, true,
	 NULL},
	{"files", "room_total", CONF_SIZE, AT(files_room), "4GiB", 0, 0, NULL, true, NULL},
	{"files", "total", CONF_SIZE, AT(files_total), "10GiB", 0, 0, NULL, true, NULL},
	{"tls", "certificate", CONF_TEXT, AT(certificate), NULL, 0, 0, NULL, true, NULL},
	{"tls", "key", CONF_TEXT, AT(key), NULL, 0, 0, NULL, true, NULL},
	{"tls", "overlap", CONF_DURATION, AT(overlap_ms), "30d", 0, 0, NULL, true, NULL},
	{"tls", "sts", CONF_CHOICE, AT(sts), "auto", 0, 0, "auto|yes|no", true, NULL},
	{"acme", "server", CONF_TEXT, AT(acme_server), NULL, 0, 0, NULL, true, NULL},
	{"acme", "webroot", CONF_TEXT, AT(acme_webroot), NULL, 0, 0, NULL, true, NULL},
	{"acme", "hook", CONF_TEXT, AT(acme_hook), NULL, 0, 0, NULL, true, NULL},
	{"auth", "argon2_memory", CONF_SIZE, AT(argon2_memory), "64MiB", ARGON2_MEMORY_MIN,
	 ARGON2_MEMORY_MAX, NULL, true, NULL},
	{"auth", "argon2_passes", CONF_NUMBER, AT(argon2_passes), "3", ARGON2_PASSES_MIN,
	 ARGON2_PASSES_MAX, NULL, true, NULL},
	{"auth", "hash_threads", CONF_NUMBER, AT(hash_threads), "0", 0, HASH_THREADS_MAX, NULL,
	 false, NULL},
	{"auth", "logins_waiting", CONF_NUMBER, AT(logins_waiting), "2000", 16, 10000, NULL,
	 true, NULL},
	{"auth", "recheck", CONF_DURATION, AT(recheck_ms), "12h", RECHECK_MIN_MS,
	 RECHECK_MAX_MS, NULL, true, NULL},
	{"auth", "sign_in_makes", CONF_BOOL, AT(sign_in_makes), "yes", 0, 0, NULL, true, NULL},
	{"accounts", "registration", CONF_CHOICE, AT(registration), "invite", 0, 0,
	 "invite|open|closed", true, NULL},
	{"accounts", "invites", CONF_CHOICE, AT(invites), "moderators", 0, 0,
	 "moderators|members|admins|nobody", true, NULL},
	{"accounts", "admin_2fa", CONF_BOOL, AT(admin_2fa), "no", 0, 0, NULL, true, NULL},
	{"accounts", "email_required", CONF_BOOL, AT(email_required), "no", 0, 0, NULL, true,
	 NULL},
	{"accounts", "disable_unseen", CONF_DURATION, AT(disable_unseen_ms), "0", 0, 0, NULL,
	 true, NULL},
	{"rooms", "create", CONF_CHOICE, AT(create_rooms), "members", 0, 0, "members|admins",
	 true, NULL},
	{"rooms", "hooks", CONF_CHOICE, AT(hooks), "admins", 0, 0, "admins|founders", true,
	 NULL},
	{"limits", "connections_per_source", CONF_NUMBER, AT(connections_per_source), "512", 0,
	 1000000, NULL, true, NULL},
	{"limits", "unknown_connections", CONF_NUMBER, AT(unknown_connections), "4096", 0,
	 1000000, NULL, true, NULL},
	{"limits", "logins_per_source", CONF_NUMBER, AT(logins_per_source), "20", 0, 1000000,
	 NULL, true, NULL},
	{"limits", "lines_per_second", CONF_NUMBER, AT(lines_per_second), "5", 0, 1000000, NULL,
	 true, NULL},
	{"limits", "lines_burst", CONF_NUMBER, AT(lines_burst), "20", 1, 1000000, NULL, true,
	 NULL},
	{"limits", "asks_per_second", CONF_NUMBER, AT(asks_per_second), "20", 0, 1000000, NULL,
	 true, NULL},
	{"limits", "asks_burst", CONF_NUMBER, AT(asks_burst), "200", 1, 1000000, NULL, true,
	 NULL},
	{"limits", "bot_times", CONF_NUMBER, AT(bot_times), "4", 0, 1000, NULL, true, NULL},
	{"limits", "bridge_times", CONF_NUMBER, AT(bridge_times), "20", 0, 1000, NULL, true,
	 NULL},
	{"limits", "rooms_per_hour", CONF_NUMBER, AT(rooms_per_hour), "50", 0, 1000000, NULL,
	 true, NULL},
	{"limits", "presence_limit", CONF_NUMBER, AT(presence_limit), "500", 0, 1000000, NULL,
	 true, NULL},
	{"limits", "account_per_day", CONF_SIZE, AT(account_per_day), "64MiB", 0, 0, NULL, true,
	 NULL},
	{"limits", "room_per_day", CONF_SIZE, AT(room_per_day), "256MiB", 0, 0, NULL, true,
	 NULL},
	{"limits", "disk_share", CONF_NUMBER, AT(disk_share), "95", 0, 99, NULL, true, NULL},
	{"history", "keep", CONF_DURATION, AT(keep_ms), "0", 0, 0, NULL, true, NULL},
	{"history", "keep_size", CONF_SIZE, AT(keep_bytes), "0", 0, 0, NULL, true, NULL},
	{"history", "keep_total", CONF_SIZE, AT(keep_total), "0", 0, 0, NULL, true, NULL},
	{"history", "replay_limit", CONF_NUMBER, AT(replay_limit), "2000", 0, REPLAY_MAX, NULL,
	 true, NULL},
};

const size_t config_n_rows = ARRAY_LEN(config_rows);

bool config_place(struct config_place *place, struct span text)
{
	struct span scheme = SPAN("ircs"), mark = SPAN("://");
	const char *at = text.len ? memmem(text.at, text.len, mark.at, mark.len) : NULL;

	if (at) {
		scheme = span_from(text.at, (size_t)(at - text.at));
		text = span_after(text, scheme.len + mark.len);
	}
	place->transport = transport_find(scheme);
	return place->transport && net_parse(&place->address, text);
}

uint16_t address_port(const struct net_address *a)
{
	char text[NET_TEXT_MAX];
	struct span rest;
	uint64_t port = 0;

	net_text(a, text);
	rest = span_of(strrchr(text, ':') + 1);
	return span_to_u64(rest, &port) ? (uint16_t)port : 0;
}

static bool find_places(struct config *c, const char *file, struct buf *errors)
{
	static const char *const everywhere[] = {"[::]:6697", "0.0.0.0:6697"};
	size_t count = c->listen.count ? c->listen.count : ARRAY_LEN(everywhere);
	bool is_fine = true;

	c->places = xcalloc(count + c->web_listen.count + 1, sizeof(*c->places));
	for (size_t i = 0; i < count; i++) {
		const char *text = c->listen.count ? c->listen.items[i] : everywhere[i];

		if (config_place(&c->places[c->n_places++], span_of(text)))
			continue;
		buf_printf(errors,
			   "%s: listen = %s is no address: write ircs://ADDRESS:PORT, as in "
			   "ircs://0.0.0.0:6697 or ircs://[::]:6697\n",
			   file, text);
		is_fine = false;
	}
	c->n_lines = c->n_places;
	return config_web_places(c, file, errors) && is_fine;
}

// Whom everybody could pretend to be is no proxy.
static bool is_narrow(const struct cidr *range)
{
	return range->bits > (cidr_is_ipv4(range) ? 96U : 0U);
}

static bool find_proxies(struct config *c, const char *file, struct buf *errors)
{
	size_t count = c->proxy_from.count;
	bool is_fine = true;

	c->proxies = xcalloc(count ? count : 1, sizeof(*c->proxies));
	for (size_t i = 0; i < count; i++) {
		struct cidr *range = &c->proxies[c->n_proxies++];

		if (cidr_parse(span_of(c->proxy_from.items[i]), range) && is_narrow(range))
			continue;
		buf_printf(errors,
			   "%s: proxy_from = %s names no proxy: write its address, or a range "
			   "that is yours alone, as in 192.0.2.7 or 10.0.0.0/24\n",
			   file, c->proxy_from.items[i]);
		is_fine = false;
	}
	return is_fine;
}

static void default_name(struct config *c)
{
	char host[256] = "";

	if (!c->name && gethostname(host, sizeof(host) - 1) == 0 && host[0])
		c->name = xstrdup(host);
	if (!c->name)
		c->name = xstrdup("localhost");
	if (!c->network)
		c->network = xstrdup(c->name);
}

// It is the source of the server's lines: no space, nothing that is not ASCII.
static bool check_name(const struct config *c, const char *file, struct buf *errors)
{
	struct span name = span_of(c->name);
	bool is_fine = name.len >= 1 && name.len < HOST_MAX;

	for (size_t i = 0; i < name.len; i++) {
		unsigned char ch = (unsigned char)name.at[i];

		is_fine = is_fine && ch > ' ' && ch < 0x7f && !strchr("!@,:#*?", ch);
	}
	if (!is_fine)
		buf_printf(errors,
			   "%s: name = %s is no host name: letters, digits, dots and hyphens, "
			   "1 to 63 of them\n",
			   file, c->name);
	return is_fine;
}

static char *slurp(const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf text = {0};
	ssize_t got = 1;

	if (fd < 0)
		return NULL;
	while (got > 0 && text.len < max) {
		got = read(fd, buf_space(&text, 4096), 4096);
		if (got > 0)
			text.len += (size_t)got;
	}
	close(fd);
	return buf_take(&text);
}

static bool read_motd(struct config *c, const struct paths *p, struct buf *errors)
{
	char *path;

	if (!c->motd_file)
		return true;
	path = path_beside_config(p, c->motd_file);
	c->motd = slurp(path, MOTD_MAX);
	if (!c->motd)
		buf_printf(errors, "%s: motd_file %s: %s\n", p->config, path,
			   strerrordesc_np(errno));
	else if (!utf8_is_valid(span_of(c->motd)))
		buf_printf(errors, "%s: motd_file %s is not UTF-8\n", p->config, path);
	free(path);
	return c->motd && utf8_is_valid(span_of(c->motd));
}

// What everybody is told of the server.
static bool check_texts(const struct config *c, const char *file, struct buf *errors)
{
	const struct {
		const char *key, *text;
	} texts[] = {{"network", c->network}, {"description", c->description}};
	bool are_fit = true;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		uint32_t found;

		if (!texts[i].text || text_is_fit(span_of(texts[i].text), TEXT_PLAIN, &found))
			continue;
		buf_printf(errors, "%s: [server] %s: U+%04X may not stand in it\n", file,
			   texts[i].key, found);
		are_fit = false;
	}
	return are_fit;
}

// Where people find the server; the first is the name that its certificate has.
static bool find_link_hosts(struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = c->link_hosts.count <= 1 + LINK_OTHERS_MAX;

	if (!is_fine)
		buf_printf(errors, "%s: link_host is there more than %d times\n", file,
			   1 + LINK_OTHERS_MAX);
	for (size_t i = 0; i < c->link_hosts.count && i <= LINK_OTHERS_MAX; i++) {
		const char *text = c->link_hosts.items[i];
		struct link_host host;
		const char *wrong = link_host_parse(span_of(text), &host);

		if (wrong)
			buf_printf(errors, "%s: link_host = %s: %s\n", file, text, wrong);
		is_fine = is_fine && !wrong;
		if (i > 0) {
			c->link.others.at[c->link.others.count++] = host;
			continue;
		}
		memcpy(c->link.host, host.name, sizeof(c->link.host));
		memcpy(c->link.port, host.port, sizeof(c->link.port));
	}
	return is_fine;
}

static bool check_log(const struct config *c, const char *file, struct buf *errors)
{
	if (!c->log_file || c->log_file[0])
		return true;
	buf_printf(errors,
		   "%s: [log] file names none: write its path, or leave the line out to have "
		   "the log on stderr\n",
		   file);
	return false;
}

// A file that was named and is not there is no empty one.
static bool check_file(const struct paths *p, struct buf *errors)
{
	if (!p->is_config_named || path_exists(p->config))
		return true;
	buf_printf(errors, "%s: there is no such file: make it, or leave out --config\n",
		   p->config);
	return false;
}

bool config_read(struct config *c, const struct paths *p, struct buf *errors)
{
	bool is_fine;

	*c = (struct config){0};
	is_fine = check_file(p, errors);
	is_fine = conf_read(config_rows, config_n_rows, c, p->config, errors) && is_fine;
	default_name(c);
	is_fine = find_places(c, p->config, errors) && is_fine;
	is_fine = find_proxies(c, p->config, errors) && is_fine;
	is_fine = check_name(c, p->config, errors) && is_fine;
	is_fine = find_link_hosts(c, p->config, errors) && is_fine;
	is_fine = check_texts(c, p->config, errors) && is_fine;
	is_fine = config_check_tls(c, p->config, errors) && is_fine;
	is_fine = config_check_acme(c, p->config, errors) && is_fine;
	is_fine = check_log(c, p->config, errors) && is_fine;
	is_fine = config_check_store(c, p->config, errors) && is_fine;
	c->web_names = config_web_hosts(c);
	is_fine = config_check_push(c, p->config, errors) && is_fine;
	is_fine = config_check_oidc(c, p, errors) && is_fine;
	is_fine = config_check_kerberos(c, p->config, errors) && is_fine;
	is_fine = config_check_pam(c, p->config, errors) && is_fine;
	return read_motd(c, p, errors) && is_fine;
}

void config_clear(struct config *c)
{
	conf_clear(config_rows, config_n_rows, c);
	config_forget_oidc(c);
	free(c->motd);
	free(c->web_names);
	free(c->places);
	free(c->proxies);
	*c = (struct config){0};
}

// Whoever tries it out on one computer may say of localhost that it is fine.
static bool has_page(const struct config *c, bool is_vouched)
{
	return c->web_listen.count && (is_vouched || !strcmp(c->name, "localhost"));
}

bool config_has_files(const struct config *c)
{
	return c->files && c->web_listen.count > 0;
}

static void files_for_hub(const struct config *c, struct hub_config *out)
{
	out->has_files = config_has_files(c);
	out->file_max = c->file_max;
	out->files_per_day = c->files_per_day;
	out->files_account = c->files_account;
	out->files_room = c->files_room;
	out->files_total = c->files_total;
}

static void sign_in_for_hub(const struct config *c, struct hub_config *out)
{
	out->recheck_ms = c->recheck_ms;
	out->sign_in_makes = c->sign_in_makes;
	config_kerberos_for_hub(c, out);
	config_pam_for_hub(c, out);
	config_oidc_for_hub(c, &out->oidc);
}

static void push_for_hub(const struct config *c, struct hub_config *out)
{
	out->push = c->push;
	out->push_delay_ms = c->push_delay_ms;
}

void config_for_hub(const struct config *c, const uint8_t pin[static TLS_PIN_LEN],
		    bool is_vouched, uint16_t port, struct hub_config *out)
{
	*out = (struct hub_config){
		.name = span_of(c->name),
		.network = span_of(c->network),
		.description = span_of(c->description),
		.motd = c->motd ? span_of(c->motd) : SPAN(""),
		.version = SPAN("snugd-" SNUG_VERSION),
		.icon = c->icon ? span_of(c->icon) : SPAN(""),
		.link = c->link,
		.port = port,
		.has_web = c->web_listen.count > 0,
		.registration = (enum registration)c->registration,
		.admin_2fa = c->admin_2fa,
		.email_required = c->email_required,
		.disable_unseen_ms = c->disable_unseen_ms,
		.invites = (enum invite_policy)c->invites,
		.create_rooms = (enum room_policy)c->create_rooms,
		.hooks = (enum hook_policy)c->hooks,
		.argon2_memory = c->argon2_memory,
		.argon2_passes = c->argon2_passes,
		.logins_per_source = c->logins_per_source,
		.logins_waiting = c->logins_waiting,
		.connections_per_source = c->connections_per_source,
		.lines_per_second = c->lines_per_second,
		.lines_burst = c->lines_burst,
		.asks_per_second = c->asks_per_second,
		.asks_burst = c->asks_burst,
		.bot_times = c->bot_times,
		.bridge_times = c->bridge_times,
		.rooms_per_hour = c->rooms_per_hour,
		.presence_limit = c->presence_limit,
		.account_per_day = c->account_per_day,
		.room_per_day = c->room_per_day,
		.disk_share = c->disk_share,
		.history_keep_ms = c->keep_ms,
		.history_keep_bytes = c->keep_bytes,
		.history_keep_total = c->keep_total,
		.replay_limit = c->replay_limit,
		.durability_full = c->durability == 0,
	};
	files_for_hub(c, out);
	push_for_hub(c, out);
	sign_in_for_hub(c, out);
	out->web_hosts = span_of(c->web_names);
	if (out->has_web)
		out->web_port = address_port(&c->places[c->n_lines].address);
	out->has_page = out->web_port && has_page(c, is_vouched);
	if (!c->link_hosts.count) {
		snprintf(out->link.host, sizeof(out->link.host), "%s", c->name);
		snprintf(out->link.port, sizeof(out->link.port), "%u",
			 (unsigned)(port ? port : PORT_DEFAULT));
	}
	pins_set(&out->link.pins, pin);
}

struct tls_context *config_tls(const struct config *c, const struct paths *p, char **error)
{
	return pair_tls(p, c, PAIR_CONFIGURED, error);
}
