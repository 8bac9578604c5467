// SPDX-License-Identifier: MIT
// What a verb handed out goes into the audit log, by a running server or here.
#include "server/cli.h"

#include "common/clock.h"
#include "server/admin_json.h"
#include "server/store/store.h"

#include <stdlib.h>

static void name_of(const struct cli *c, struct buf *out)
{
	buf_add_str(out, c->verb->noun);
	if (*c->verb->verb)
		buf_printf(out, " %s", c->verb->verb);
}

// A database of an older program stays what it is: the verbs that copy it are of use before it
// is brought up.
static bool is_older(const struct cli *c)
{
	struct store_report facts = {0};
	char *error = NULL;
	bool is = paths_has_file(&c->paths) && store_facts(c->paths.database, &facts, &error) &&
		  facts.schema < store_schema();

	store_report_clear(&facts);
	free(error);
	return is;
}

static int note_older(const struct cli *c, const char *verb, const char *detail)
{
	char *error = NULL;
	int code = ADMIN_DONE;

	if (!store_note_older(c->paths.database, clock_wall_ms(), verb, detail, &error))
		code = cli_say(ADMIN_FAILED, "%s", error);
	free(error);
	return code;
}

static int note(const struct cli *c, const char *verb, const char *detail)
{
	struct admin_request *request = admin_request_new();
	struct buf by = {0};
	struct admin_answer *answer;
	int code;

	buf_printf(&by, "--by=%s", verb);
	admin_request_word(request, SPAN("audit"));
	admin_request_word(request, SPAN("note"));
	admin_request_word(request, buf_span(&by));
	admin_request_word(request, SPAN("--"));
	admin_request_word(request, span_of(detail));
	answer = cli_ask(c, request, &code);
	if (answer) {
		code = (int)answer->code;
		if (code != ADMIN_DONE)
			cli_say(0, SPAN_FMT, SPAN_ARG(answer->words));
		admin_answer_free(answer);
	}
	buf_clear(&by);
	return code;
}

int cli_note(const struct cli *c, const char *detail)
{
	struct buf verb = {0}, plain = {0};
	int code;

	name_of(c, &verb);
	cli_plain(&plain, span_of(detail));
	code = is_older(c) && !store_is_locked(c->paths.database)
		       ? note_older(c, buf_str(&verb), buf_str(&plain))
		       : note(c, buf_str(&verb), buf_str(&plain));
	if (code != ADMIN_DONE)
		cli_say(0, "%s: the audit log has no entry of it", buf_str(&verb));
	buf_clear(&verb);
	buf_clear(&plain);
	return code;
}
