// SPDX-License-Identifier: MIT
// What runs: `status`, once or again and again, and `version`.
#include "server/cli.h"

#include "common/clock.h"
#include "common/json.h"
#include "common/die.h"
#include "common/tls.h"
#include "common/version.h"
#include "server/admin_ask.h"
#include "server/admin_json.h"
#include "server/store/store.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_DEFAULT 2
#define PERIOD_MAX 86400 // inside: a longer one is no watching
#define HEADER_EVERY 20
#define NUMBER_LEN 10 // inside: of most that are shown

// What changes, of all that `status` tells; "at" is of this program.
static const char *const watched[] = {
	"at",        "running",  "users",    "sessions",  "unknown",
	"messages",  "unstored", "queries",  "hash-jobs", "longest-turn-lately-us",
	"commit-us", "memory",   "disk-free"};

// Whoever watches ends it, with the code of the last line; there is nothing to clear up.
static void end_running(UNUSED int number)
{
	_exit(ADMIN_DONE);
}

static void end_stopped(UNUSED int number)
{
	_exit(ADMIN_UNREACHABLE);
}

static struct admin_request *status_request(void)
{
	struct admin_request *request = admin_request_new();

	admin_request_word(request, SPAN("status"));
	return request;
}

static int show_once(const struct cli *c)
{
	int code;
	struct admin_answer *answer = cli_ask(c, status_request(), &code);

	if (!answer)
		return code;
	code = cli_show(c, answer);
	admin_answer_free(answer);
	return code;
}

// The database is the server's to open: whoever watches does not stand in its way.
static struct admin_answer *ask_server(const struct cli *c)
{
	struct admin_request *request = status_request();
	char *error = NULL;
	bool unreachable;
	struct admin_answer *answer =
		admin_ask(c->paths.admin_socket, request, &unreachable, &error);

	free(error);
	admin_request_free(request);
	return answer;
}

static const struct cell *find_cell(const struct admin_answer *a, const char *column)
{
	for (size_t i = 0; a && i < a->n_columns && a->n_rows; i++) {
		if (span_eq(a->columns[i], span_of(column)))
			return &a->cells[i];
	}
	return NULL;
}

// A row of what is watched; without a server the time, and that it does not run.
static struct admin_answer *watch_row(const struct admin_answer *status)
{
	struct admin_answer *row = admin_answer_new(0);

	row->is_record = true;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		const struct cell *found = find_cell(status, watched[i]);
		struct cell cell = {.kind = CELL_NONE};

		admin_answer_column(row, watched[i]);
		if (i == 0)
			cell = (struct cell){.kind = CELL_TIME, .number = clock_wall_ms()};
		else if (i == 1)
			cell = (struct cell){.kind = CELL_BOOL, .number = status != NULL};
		else if (found)
			cell = *found;
		admin_answer_cell(row, &cell);
	}
	return row;
}

// In columns as wide as their names, on a terminal.
static void print_row(const struct admin_answer *row, bool is_header, bool is_terminal)
{
	struct buf line = {0};

	for (size_t i = 0; i < row->n_columns; i++) {
		size_t from = line.len, name = row->columns[i].len;
		size_t width = i == 0 ? CLOCK_TEXT_LEN : name < NUMBER_LEN ? NUMBER_LEN : name;

		if (is_header)
			buf_add_span(&line, row->columns[i]);
		else
			cli_cell(&line, &row->cells[i]);
		if (!is_terminal && i + 1 < row->n_columns)
			buf_add_char(&line, '\t');
		while (is_terminal && i + 1 < row->n_columns && line.len < from + width + 2)
			buf_add_char(&line, ' ');
	}
	printf("%s\n", buf_str(&line));
	buf_clear(&line);
}

static json_t *json_value(const struct cell *cell)
{
	char text[CLOCK_TEXT_LEN + 1];

	if (cell->kind == CELL_NUMBER)
		return json_integer(cell->number);
	if (cell->kind == CELL_BOOL)
		return json_boolean(cell->number);
	// What only a server knows, or not even that.
	if (cell->kind == CELL_NONE)
		return json_null();
	clock_text(cell->number, text);
	return json_string(text);
}

// A line each, so that a reader knows where one ends.
static void print_object(const struct admin_answer *row)
{
	json_t *object = json_object();
	struct buf line = {0};

	for (size_t i = 0; i < row->n_columns; i++) {
		char *key = span_dup(row->columns[i]);

		json_object_set_new(object, key, json_value(&row->cells[i]));
		free(key);
	}
	json_add_line(&line, object);
	fwrite(line.at, 1, line.len, stdout);
	fflush(stdout);
	json_decref(object);
	buf_clear(&line);
}

static void show_row(const struct cli *c, const struct admin_answer *row, size_t number)
{
	bool is_terminal = isatty(STDOUT_FILENO);

	if (c->json) {
		print_object(row);
		return;
	}
	if (is_terminal && number % HEADER_EVERY == 0)
		print_row(row, true, true);
	print_row(row, false, is_terminal);
	fflush(stdout);
}

static void end_with(bool is_running)
{
	struct sigaction action = {.sa_handler = is_running ? end_running : end_stopped};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

// Until a signal, or until nobody reads.
static int watch(const struct cli *c, int64_t seconds)
{
	for (size_t number = 0; !ferror(stdout); number++) {
		struct admin_answer *status = ask_server(c), *row = watch_row(status);

		end_with(status);
		show_row(c, row, number);
		admin_answer_free(row);
		admin_answer_free(status);
		nanosleep(&(struct timespec){seconds, 0}, NULL);
	}
	return ADMIN_FAILED;
}

int cli_status(const struct cli *c)
{
	const char *text = cli_word(c, 0);
	uint64_t seconds = PERIOD_DEFAULT;

	if (!cli_flag(c, "--watch"))
		return text ? cli_say(ADMIN_USAGE, "SECONDS goes with --watch") : show_once(c);
	if (text && (!span_to_u64(span_of(text), &seconds) || !seconds || seconds > PERIOD_MAX))
		return cli_say(ADMIN_USAGE, "%s: SECONDS is a number from 1 to %d", text,
			       PERIOD_MAX);
	return watch(c, (int64_t)seconds);
}

static void add(struct admin_answer *a, const char *column, struct cell cell)
{
	admin_answer_column(a, column);
	admin_answer_cell(a, &cell);
}

static struct cell of_text(const char *text)
{
	return (struct cell){.kind = CELL_TEXT, .text = span_of(text)};
}

int cli_version(const struct cli *c)
{
	struct admin_answer *a = admin_answer_new(0);
	struct buf engine = {0};
	int code;

	store_engine(&engine);
	a->is_record = true;
	add(a, "version", of_text(SNUG_VERSION));
	add(a, "schema", (struct cell){.kind = CELL_NUMBER, .number = store_schema()});
	add(a, "database", of_text(buf_str(&engine)));
	add(a, "tls", of_text(tls_library()));
	add(a, "sodium", of_text(sodium_version_string()));
	add(a, "output", (struct cell){.kind = CELL_NUMBER, .number = CLI_OUTPUT});
	code = cli_show(c, a);
	buf_clear(&engine);
	admin_answer_free(a);
	return code;
}
