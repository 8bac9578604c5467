// SPDX-License-Identifier: MIT
// `snugd metrics`: of the running server, or what can be told of it while it is down.
#include "server/cli.h"

#include "common/die.h"
#include "common/file.h"
#include "server/admin_ask.h"
#include "server/admin_json.h"
#include "server/metrics.h"
#include "server/pair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// What the files hold is what would be served.
static int64_t certificate_expires(const struct paths *p, const struct config *c)
{
	char *error = NULL;
	struct tls_context *tls = pair_served(p, c, &error);
	int64_t expires = tls ? tls_context_expires(tls) : 0;

	tls_context_free(tls);
	free(error);
	return expires;
}

static int tell_of_none(const struct cli *c, struct buf *out)
{
	struct metrics m = {.is_up = false};
	struct buf errors = {0};
	struct config config;
	int code = ADMIN_DONE;

	if (config_read(&config, &c->paths, &errors)) {
		m.certificate_expires_ms = certificate_expires(&c->paths, &config);
		metrics_look_at_disk(&m, &c->paths, &config);
		metrics_write(&m, out);
		cli_say(0, "the server is not running: that is said by snug_up 0");
	} else {
		code = cli_say(ADMIN_PROBLEMS, "%s", buf_str(&errors));
	}
	buf_clear(&errors);
	config_clear(&config);
	return code;
}

// It is asked again and again: the database is the server's, and nobody waits for it.
static int gather(const struct cli *c, struct buf *out)
{
	struct admin_request *request = admin_request_new();
	struct admin_answer *answer;
	char *error = NULL;
	bool is_unreachable;
	int code = ADMIN_DONE;

	admin_request_word(request, SPAN("metrics"));
	answer = admin_ask(c->paths.admin_socket, request, &is_unreachable, &error);
	if (answer && answer->plain.len)
		buf_add_span(out, answer->plain);
	else if (is_unreachable)
		code = tell_of_none(c, out);
	else
		code = cli_say(ADMIN_FAILED, "%s", error ? error : "the server did not say");
	free(error);
	admin_answer_free(answer);
	admin_request_free(request);
	return code;
}

int cli_metrics(const struct cli *c)
{
	const char *file = cli_value(c, "--to", 0);
	struct buf text = {0};
	int code;

	if (file && !strcmp(file, "-"))
		return cli_say(ADMIN_USAGE, "--to names a file; stdout is had without it");
	code = file ? cli_refuse_no_place(file) : ADMIN_DONE;
	if (code == ADMIN_DONE)
		code = gather(c, &text);
	if (code == ADMIN_DONE && !file)
		fwrite(text.at, 1, text.len, stdout);
	// Who reads it finds the old one or the new one, and may be another user.
	else if (code == ADMIN_DONE && !file_put(file, buf_span(&text), 0644))
		code = cli_say(errno == EISDIR ? ADMIN_CONFLICT : ADMIN_FAILED,
			       "cannot write %s: %s", file, strerrordesc_np(errno));
	buf_clear(&text);
	return code;
}
