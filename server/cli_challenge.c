// SPDX-License-Identifier: MIT
// tls challenge: what uacme calls as its hook. Exit code 0 takes a challenge, every other one
// leaves it to the next type.
//
// TLS-ALPN-01 is the running server's (server/hub/admin/admin_challenge.c). HTTP-01 is a file
// in the folder of another web server, where one is configured: then it is the only way.
#include "server/cli.h"

#include "common/file.h"
#include "server/admin_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN_MAX 200 // inside: an authority's own, of 43 mostly

// RFC 8555, 8.3: base64url, so it is the name of a file and of nothing else.
static bool is_token(struct span token)
{
	for (size_t i = 0; i < token.len; i++) {
		char ch = token.at[i];

		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
		    !(ch >= '0' && ch <= '9') && ch != '-' && ch != '_')
			return false;
	}
	return token.len && token.len <= TOKEN_MAX;
}

// The other web server has to get in.
static bool make_folder(const char *path)
{
	return mkdir(path, 0755) == 0 ? chmod(path, 0755) == 0 : errno == EEXIST;
}

static int write_proof(const char *webroot, const char *file, struct span text)
{
	struct buf folder = {0};
	bool is_fine;

	buf_printf(&folder, "%s/.well-known", webroot);
	is_fine = make_folder(buf_str(&folder));
	buf_add_str(&folder, "/acme-challenge");
	is_fine = is_fine && make_folder(buf_str(&folder)) && file_put(file, text, 0644) &&
		  chmod(file, 0644) == 0;
	buf_clear(&folder);
	return is_fine ? ADMIN_DONE
		       : cli_say(ADMIN_FAILED,
				 "cannot write %s: %s: let the server's user write in "
				 "[acme] webroot",
				 file, strerrordesc_np(errno));
}

static int take_down(const char *file)
{
	if (unlink(file) == 0 || errno == ENOENT)
		return ADMIN_DONE;
	return cli_say(ADMIN_FAILED, "cannot remove %s: %s", file, strerrordesc_np(errno));
}

static int show_changed(const struct cli *c, const char *words)
{
	struct admin_answer *a = admin_answer_new(0);
	int code;

	a->words = span_of(words);
	a->changed = ADMIN_CHANGED;
	code = cli_show(c, a);
	admin_answer_free(a);
	return code;
}

static int prove_by_file(const struct cli *c, const char *webroot)
{
	const char *method = cli_word(c, 0), *token = cli_word(c, 3), *auth = cli_word(c, 4);
	struct buf file = {0};
	int code;

	if (!is_token(span_of(token)))
		return cli_say(ADMIN_USAGE, "TOKEN is none: letters, digits, - and _ make one");
	buf_printf(&file, "%s/.well-known/acme-challenge/%s", webroot, token);
	if (strcmp(method, "begin") == 0)
		code = write_proof(webroot, buf_str(&file), span_of(auth));
	else if (strcmp(method, "done") == 0 || strcmp(method, "failed") == 0)
		code = take_down(buf_str(&file));
	else
		code = cli_say(ADMIN_USAGE, "a challenge has a begin, and is done or failed");
	buf_clear(&file);
	return code == ADMIN_DONE ? show_changed(c, "the other web server has it so") : code;
}

int cli_tls_challenge(const struct cli *c)
{
	const char *type = cli_word(c, 1);
	struct buf errors = {0};
	struct config config;
	int code;

	if (!config_read(&config, &c->paths, &errors))
		code = cli_say(ADMIN_FAILED, "%s", buf_str(&errors));
	else if (strcmp(type, "http-01") == 0 && config.acme_webroot)
		code = prove_by_file(c, config.acme_webroot);
	else if (strcmp(type, "tls-alpn-01") == 0 && !config.acme_webroot)
		code = cli_hub_verb(c);
	else
		code = cli_say(ADMIN_CONFLICT, "%s is left to others: names are proven by %s",
			       type, config.acme_webroot ? "http-01" : "tls-alpn-01");
	buf_clear(&errors);
	config_clear(&config);
	return code;
}
