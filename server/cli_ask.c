// SPDX-License-Identifier: MIT
// Verbs of the hub: from the words to the answer, live or offline.
#include "server/cli.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/when_here.h"
#include "server/admin_json.h"
#include "server/admin_socket.h"
#include "server/offline.h"
#include "server/state.h"
#include "server/admin_ask.h"
#include "server/store/store.h"
#include "server/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define STARTING_MS 3000 // so long a server may take from its lock to its socket
#define TURN_MS 60000    // ... and others that were given at the same time
#define STEP_MS 50

static struct admin_answer *ask_offline(const struct cli *c, bool is_tried,
					struct admin_request *request, int *code, char **error)
{
	struct buf errors = {0};
	struct config config;
	struct offline *offline = NULL;
	struct admin_answer *answer = NULL;

	*code = state_check_database(&c->paths, &errors);
	if (*code != ADMIN_DONE) {
		*error = buf_take(&errors);
		admin_request_free(request);
		return NULL;
	}
	*code = ADMIN_FAILED;
	if (config_read(&config, &c->paths, &errors))
		offline = is_tried ? offline_try(&c->paths, &config, code, error)
				   : offline_open(&c->paths, &config, code, error);
	else
		*error = xstrdup(buf_str(&errors));
	if (offline)
		answer = offline_ask(offline, request, error);
	else
		admin_request_free(request);
	offline_close(offline);
	config_clear(&config);
	buf_clear(&errors);
	return answer;
}

enum reach {
	REACH_SERVER, // it was asked: an answer, or words
	REACH_OWN,    // nobody has the database open: it is this command's
	REACH_NOBODY, // it is in use, and nobody answers
};

// Asks until one of these is so. Of a database that is in use a server has some time to open
// its socket; commands have it one after another, each in its *turn.
static enum reach ask_live(const struct cli *c, const struct admin_request *request, int *turn,
			   struct admin_answer **answer, char **error)
{
	int waited = 0, starting = 0;

	*turn = -1;
	while (starting < STARTING_MS && waited < TURN_MS) {
		bool unreachable = true;

		free(*error);
		*error = NULL;
		*answer = admin_ask(c->paths.admin_socket, request, &unreachable, error);
		if (!unreachable)
			return REACH_SERVER;
		if (*turn == -1)
			*turn = turn_take(&c->paths);
		if (*turn != -1 && !store_is_locked(c->paths.database))
			return REACH_OWN;
		*(*turn == -1 ? &waited : &starting) += STEP_MS;
		nanosleep(&(struct timespec){0, STEP_MS * 1000000L}, NULL);
	}
	return REACH_NOBODY;
}

static void sign(const struct cli *c, struct admin_request *request)
{
	struct buf digits = {0};

	buf_add_i64(&digits, c->uid);
	request->uid = arena_dup(&request->arena, buf_span(&digits));
	buf_clear(&digits);
}

struct admin_answer *cli_ask(const struct cli *c, struct admin_request *request, int *code)
{
	struct admin_answer *answer = NULL;
	char *error = NULL;
	int turn;
	enum reach reach;

	sign(c, request);
	reach = ask_live(c, request, &turn, &answer, &error);
	*code = reach == REACH_NOBODY ? ADMIN_UNREACHABLE : ADMIN_FAILED;
	if (reach == REACH_OWN) {
		free(error);
		error = NULL;
		answer = ask_offline(c, false, request, code, &error);
		request = NULL;
	}
	turn_give(turn);
	admin_request_free(request);
	if (!answer)
		cli_say(*code, "%s", error ? error : "no answer");
	free(error);
	return answer;
}

// Nothing of it may be taken for real: no token, link or password is shown.
static void drop_secrets(struct admin_answer *a)
{
	a->plain = (struct span){0};
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		if (span_eq(a->columns[i % a->n_columns], SPAN("plain")))
			a->cells[i].text = SPAN("");
	}
}

struct admin_answer *cli_try(const struct cli *c, struct admin_request *request, int *code)
{
	char *error = NULL;
	struct admin_answer *answer;

	sign(c, request);
	answer = ask_offline(c, true, request, code, &error);
	if (answer)
		drop_secrets(answer);
	else
		cli_say(*code, "%s", error ? error : "no answer");
	free(error);
	return answer;
}

static bool read_records(struct admin_request *request, FILE *file, const char *name)
{
	char *line = NULL, *error = NULL;
	size_t space = 0, number = 0;
	ssize_t len;
	bool is_fine = true;

	while (is_fine && (len = getline(&line, &space, file)) > 0) {
		struct span text = span_trim(span_from(line, (size_t)len));

		number++;
		if (!text.len || admin_record_decode(request, text, &error))
			continue;
		cli_say(0, "%s:%zu: %s", name, number, error);
		free(error);
		is_fine = false;
	}
	if (is_fine && ferror(file)) {
		cli_say(0, "cannot read %s: %s", name, strerrordesc_np(errno));
		is_fine = false;
	}
	if (is_fine && !request->n_records) {
		cli_say(0, "%s: no account or message in it", name);
		is_fine = false;
	}
	free(line);
	return is_fine;
}

static bool read_import(const struct cli *c, struct admin_request *request)
{
	const char *name = cli_word(c, 0);
	bool is_stdin = !strcmp(name, "-"), is_fine;
	FILE *file = is_stdin ? stdin : fopen(name, "re");

	if (!file) {
		cli_say(0, "cannot read %s: %s", name, strerrordesc_np(errno));
		return false;
	}
	is_fine = read_records(request, file, is_stdin ? "stdin" : name);
	if (!is_stdin)
		fclose(file);
	return is_fine;
}

static bool is_verb(const struct cli *c, const char *noun, const char *verb)
{
	return !strcmp(c->verb->noun, noun) && !strcmp(c->verb->verb, verb);
}

static bool wants_password(const struct cli *c)
{
	return (is_verb(c, "user", "add") || is_verb(c, "user", "passwd")) &&
	       !cli_flag(c, "--no-password") && !cli_flag(c, "--generate");
}

static bool read_secret(const struct cli *c, struct admin_request *request)
{
	struct buf secret = {0};

	if (c->password_stdin && !cli_read_secret(&secret))
		return false;
	if (!c->password_stdin && wants_password(c) && !c->is_tried && isatty(STDIN_FILENO) &&
	    !cli_prompt_password(cli_word(c, 0), &secret))
		return false;
	if (c->is_tried && !secret.len && wants_password(c))
		buf_add_str(&secret, "no password, only tried");
	if (secret.len)
		request->secret = arena_dup(&request->arena, buf_span(&secret));
	cli_wipe(&secret);
	return true;
}

static void add_names(const char *text, struct admin_request *request)
{
	for (struct span rest = span_of(text); rest.len;)
		admin_request_word(request, span_cut(&rest, ' '));
}

// A day or a time as people write it, by the calendar of who asks: the hub has another one.
// What is said of the past looks back, an end that is set looks ahead.
static bool add_time(const struct cli *c, const struct usage_option *o, struct buf *text)
{
	bool is_past =
		span_eq(o->flag->name, SPAN("--since")) || !strcmp(c->verb->noun, "message");
	char at[CLOCK_TEXT_LEN + 1];
	int64_t ms;

	if (memmem(o->flag->value.at, o->flag->value.len, "TIME", 4) == NULL ||
	    !when_here(o->value, is_past ? WHEN_PAST : WHEN_FUTURE, &ms))
		return false;
	clock_text(ms, at);
	buf_printf(text, "=%s", at);
	return true;
}

struct admin_request *cli_request(const struct cli *c)
{
	struct admin_request *request = admin_request_new();

	add_names(c->verb->noun, request);
	add_names(c->verb->verb, request);
	for (size_t i = 0; i < c->given.n_options; i++) {
		const struct usage_option *o = &c->given.options[i];
		struct buf text = {0};

		if (o->flag >= c->usage.flags + c->n_own_flags ||
		    span_eq(o->flag->name, SPAN("--json")))
			continue;
		buf_add_span(&text, o->flag->name);
		if (o->value.at && !add_time(c, o, &text))
			buf_printf(&text, "=" SPAN_FMT, SPAN_ARG(o->value));
		admin_request_word(request, buf_span(&text));
		buf_clear(&text);
	}
	admin_request_word(request, SPAN("--"));
	for (size_t i = 0; i < c->given.n_words; i++)
		admin_request_word(request, c->given.words[i]);
	return request;
}

// A telephone's camera leads to the page, where there is a link for one.
static void show_qr(const struct admin_answer *a)
{
	char *link = span_dup(a->page.len ? a->page : a->plain);

	if (link[0])
		cli_qr(link);
	free(link);
}

int cli_hub_verb(const struct cli *c)
{
	struct admin_request *request;
	struct admin_answer *answer;
	bool is_import = is_verb(c, "user", "import") || is_verb(c, "history", "import");
	int code = ADMIN_DONE;

	if (is_import && strcmp(cli_word(c, 0), "-") != 0)
		code = cli_refuse_no_file(cli_word(c, 0));
	if (code != ADMIN_DONE)
		return code;
	request = cli_request(c);
	if (!read_secret(c, request) || (is_import && !read_import(c, request))) {
		admin_request_free(request);
		return ADMIN_USAGE;
	}
	answer = c->is_tried ? cli_try(c, request, &code) : cli_ask(c, request, &code);
	if (!answer)
		return code;
	code = cli_show(c, answer);
	if (c->is_tried)
		cli_say(0, "that was a try: nothing is changed");
	if (code == ADMIN_DONE && is_verb(c, "invite", "create") && !c->json &&
	    (isatty(STDERR_FILENO) || cli_flag(c, "--qr")))
		show_qr(answer);
	admin_answer_free(answer);
	return code;
}
