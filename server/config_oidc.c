// SPDX-License-Identifier: MIT
// [oidc]: whose word it is who somebody is, and what of it is believed.
#include "server/config_private.h"

#include "common/die.h"
#include "common/discovery.h"
#include "common/wipe.h"
#include "server/beside/errand_allow.h"
#include "server/oidc/claims.h"
#include "server/oidc/jwt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OIDC_TEXT_MAX 255 // inside: bytes of a setting that issuers are told, or compared with
#define SECRET_MAX 1024   // inside: of a client's secret

// What has no place among an issuer's words: a line's end, a quote, a letter outside ASCII.
static bool is_plain(const char *text)
{
	struct span s = span_of(text);

	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < ' ' || s.at[i] > '~' || s.at[i] == '"' || s.at[i] == '\\')
			return false;
	}
	return s.len > 0 && s.len <= OIDC_TEXT_MAX;
}

static bool check_plain(const char *key, const char *text, const char *file, struct buf *errors)
{
	if (!text || is_plain(text))
		return true;
	buf_printf(errors,
		   "%s: [oidc] %s = %s: write 1 to %d characters of ASCII, without quotes\n",
		   file, key, text, OIDC_TEXT_MAX);
	return false;
}

static bool check_texts(const struct config *c, const char *file, struct buf *errors)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{"client_id", c->oidc_client_id},
		{"audience", c->oidc_audience},
		{"scope", c->oidc_scope},
		{"name_claim", c->oidc_name_claim},
		{"groups_claim", c->oidc_groups_claim},
		{"tenant", c->oidc_tenant},
	};
	bool are_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		are_fine = check_plain(texts[i].key, texts[i].text, file, errors) && are_fine;
	for (size_t i = 0; i < c->oidc_clients.count; i++)
		are_fine = check_plain("clients", c->oidc_clients.items[i], file, errors) &&
			   are_fine;
	return are_fine;
}

// Without "openid" an issuer does not say who it is.
static bool check_scope(const struct config *c, const char *file, struct buf *errors)
{
	struct span rest = span_of(c->oidc_scope);

	while (rest.len) {
		if (span_eq(span_cut(&rest, ' '), SPAN("openid")))
			return true;
	}
	buf_printf(errors, "%s: [oidc] scope = %s: the word openid must be in it\n", file,
		   c->oidc_scope);
	return false;
}

static bool check_algorithms(const struct config *c, const char *file, struct buf *errors)
{
	bool are_fine = true;
	enum jose_algorithm found;

	for (size_t i = 0; i < c->oidc_algorithms.count; i++) {
		const char *text = c->oidc_algorithms.items[i];

		if (jose_algorithm_find(span_of(text), &found))
			continue;
		buf_printf(errors,
			   "%s: [oidc] algorithms = %s is none of those that are taken: "
			   "RS256, ES256, EdDSA, a line for each\n",
			   file, text);
		are_fine = false;
	}
	return are_fine;
}

// HOST or HOST:PORT as a word of snug-errand.
static bool add_place(struct span host, struct buf *out)
{
	struct errand_allow place;
	size_t before = out->len;

	buf_printf(out, "issuer=" SPAN_FMT, SPAN_ARG(host));
	if (errand_issuer_parse(span_after(buf_span(out), before), &place))
		return true;
	buf_add_str(out, ":443");
	return errand_issuer_parse(span_after(buf_span(out), before), &place);
}

bool config_oidc_place(const struct config *c, size_t number, struct buf *out)
{
	if (!c->oidc_issuer || number > c->oidc_hosts.count)
		return false;
	return add_place(number ? span_of(c->oidc_hosts.items[number - 1])
				: endpoint_host(span_of(c->oidc_issuer)),
			 out);
}

static bool check_hosts(const struct config *c, const char *file, struct buf *errors)
{
	bool are_fine = c->oidc_hosts.count < ERRAND_ISSUERS_MAX;

	if (!are_fine)
		buf_printf(errors, "%s: [oidc] hosts is there more than %d times\n", file,
			   ERRAND_ISSUERS_MAX - 1);
	for (size_t i = 0; i < c->oidc_hosts.count; i++) {
		struct buf word = {0};

		if (!add_place(span_of(c->oidc_hosts.items[i]), &word)) {
			buf_printf(errors,
				   "%s: [oidc] hosts = %s: write HOST or HOST:PORT, as in "
				   "oauth2.example.org\n",
				   file, c->oidc_hosts.items[i]);
			are_fine = false;
		}
		buf_clear(&word);
	}
	return are_fine;
}

static bool is_issuer(const char *text)
{
	struct span url = span_of(text);
	struct buf word = {0};
	bool is_one = url.len <= IDENTITY_ISSUER_MAX && endpoint_is_fit(url) &&
		      span_find(url, '?') == url.len && add_place(endpoint_host(url), &word);

	buf_clear(&word);
	return is_one;
}

static bool check_issuer(const struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = is_issuer(c->oidc_issuer);

	if (!is_fine)
		buf_printf(errors,
			   "%s: [oidc] issuer = %s: write its URL as it says it itself, "
			   "https:// and no more than host, port and path\n",
			   file, c->oidc_issuer);
	if (!c->errand) {
		buf_printf(errors,
			   "%s: [oidc] issuer wants [beside] errand = yes: it is asked by "
			   "snug-errand alone\n",
			   file);
		is_fine = false;
	}
	return is_fine;
}

// An id_token is made for a client, and is called JWT, too: it must not be for us.
static bool check_audience(const struct config *c, const char *file, struct buf *errors)
{
	bool is_client = !strcmp(c->oidc_for, c->oidc_client_id);

	for (size_t i = 0; i < c->oidc_clients.count; i++)
		is_client = is_client || !strcmp(c->oidc_for, c->oidc_clients.items[i]);
	if (c->oidc_token_type == JWT_ACCESS || !is_client)
		return true;
	buf_printf(errors,
		   "%s: [oidc] audience = %s is a client, too: with token_type = JWT "
		   "whatever says who somebody is to that client would let in here: give "
		   "this server an audience of its own at the issuer\n",
		   file, c->oidc_for);
	return false;
}

// NULL: read; else what is wrong with the file.
static const char *read_secret(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *wrong = NULL;
	struct stat about;
	ssize_t len = -1;

	if (fd < 0)
		return strerrordesc_np(errno);
	if (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode))
		wrong = "it is no file";
	else if (about.st_mode & 007)
		wrong = "others may read or change it:  chmod 600 it";
	else
		len = read(fd, buf_space(out, SECRET_MAX + 2), SECRET_MAX + 2);
	close(fd);
	if (wrong || len < 0)
		return wrong ? wrong : "it cannot be read";
	out->len = (size_t)len;
	return NULL;
}

static bool is_secret(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] <= ' ' || s.at[i] > '~')
			return false;
	}
	return s.len > 0 && s.len <= SECRET_MAX;
}

static bool find_secret(struct config *c, const struct paths *p, struct buf *errors)
{
	char *path = path_beside_config(p, c->oidc_secret_file);
	struct buf text = {0};
	const char *wrong = read_secret(path, &text);
	struct span secret = span_trim(buf_span(&text));

	if (secret.len && secret.at[secret.len - 1] == '\n')
		secret = span_trim(span_from(secret.at, secret.len - 1));
	if (!wrong && !is_secret(secret))
		wrong = "one line of 1 to 1024 characters without blanks is expected in it";
	if (wrong)
		buf_printf(errors, "%s: [oidc] client_secret_file %s: %s\n", p->config, path,
			   wrong);
	else
		c->oidc_secret = span_dup(secret);
	wipe_away(&text);
	free(path);
	return !wrong;
}

char *config_oidc_for(const struct config *c)
{
	struct buf audience = {0};

	if (c->oidc_audience)
		buf_add_str(&audience, c->oidc_audience);
	else
		buf_printf(&audience, "https://%s", c->name);
	return buf_take(&audience);
}

static char *configuration(const struct config *c)
{
	struct buf address = {0};

	discovery_address(&address, c->oidc_issuer);
	return buf_take(&address);
}

bool config_check_oidc(struct config *c, const struct paths *p, struct buf *errors)
{
	bool is_fine;

	c->oidc_for = config_oidc_for(c);
	is_fine = check_texts(c, p->config, errors);
	is_fine = check_scope(c, p->config, errors) && is_fine;
	is_fine = check_algorithms(c, p->config, errors) && is_fine;
	is_fine = check_hosts(c, p->config, errors) && is_fine;
	is_fine = check_audience(c, p->config, errors) && is_fine;
	if (c->oidc_issuer) {
		is_fine = check_issuer(c, p->config, errors) && is_fine;
		c->oidc_configuration = configuration(c);
	}
	if (c->oidc_secret_file)
		is_fine = find_secret(c, p, errors) && is_fine;
	return is_fine;
}

const char *config_oidc_resource(const struct config *c)
{
	// Issuers that call them JWT know audiences by scopes alone, and refuse the word.
	return c->oidc_token_type == JWT_ACCESS ? c->oidc_for : NULL;
}

const char *config_oidc_told(const struct config *c)
{
	return c->oidc_clients.count ? c->oidc_clients.items[0] : c->oidc_client_id;
}

void config_oidc_for_hub(const struct config *c, struct hub_oidc *out)
{
	const char *resource = config_oidc_resource(c);

	*out = (struct hub_oidc){.issuer = SPAN("")};
	if (!c->oidc_issuer)
		return;
	*out = (struct hub_oidc){.issuer = span_of(c->oidc_issuer),
				 .scope = span_of(c->oidc_scope),
				 .configuration = span_of(c->oidc_configuration),
				 .client_id = span_of(config_oidc_told(c)),
				 .resource = resource ? span_of(resource) : SPAN(""),
				 .authorization = SPAN("")};
}

void config_forget_oidc(struct config *c)
{
	if (c->oidc_secret)
		wipe_bytes(c->oidc_secret, strlen(c->oidc_secret));
	free(c->oidc_secret);
	free(c->oidc_for);
	free(c->oidc_configuration);
}
