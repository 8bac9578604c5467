// SPDX-License-Identifier: MIT
// `snugd batch`: verbs from the lines of a file, as one request. They are tried first, on a
// hub of this process; only when none is refused there are they done, in one transaction.
#include "server/cli.h"

#include "common/die.h"
#include "server/admin_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// The next word of a line, as a shell would take it: 'so' and "so" it may hold blanks, and a
// backslash stands before a quote or itself. False: a quote is not closed.
static bool take_word(struct span *rest, struct buf *word)
{
	char quote = '\0';

	while (rest->len && (quote || (rest->at[0] != ' ' && rest->at[0] != '\t'))) {
		char ch = rest->at[0];

		*rest = span_after(*rest, 1);
		if (ch == '\\' && quote != '\'' && rest->len) {
			buf_add_char(word, rest->at[0]);
			*rest = span_after(*rest, 1);
		} else if (quote ? ch == quote : ch == '"' || ch == '\'') {
			quote = quote ? '\0' : ch;
		} else {
			buf_add_char(word, ch);
		}
	}
	return !quote;
}

// Adds the words of a line. False: a quote is not closed.
static bool add_line(struct admin_request *request, struct span line)
{
	struct buf word = {0};
	bool is_fine = true;

	for (line = span_trim(line); line.len && is_fine; line = span_trim(line)) {
		is_fine = take_word(&line, &word);
		admin_request_word(request, buf_span(&word));
		buf_reset(&word);
	}
	buf_clear(&word);
	return is_fine;
}

// Blank lines and those that begin with # hold nothing.
static bool is_act(struct span line)
{
	line = span_trim(line);
	return line.len && line.at[0] != '#';
}

static bool read_acts(struct admin_request *request, FILE *file, const char *name)
{
	char *line = NULL;
	size_t space = 0, number = 0;
	bool is_fine = true;
	ssize_t len;

	while (is_fine && (len = getline(&line, &space, file)) > 0) {
		struct span text = span_from(line, (size_t)len);

		number++;
		if (!is_act(text))
			continue;
		admin_request_word(request, SPAN(ADMIN_NEXT));
		is_fine = add_line(request, text);
		if (!is_fine)
			cli_say(0, "%s:%zu: a quote is not closed", name, number);
	}
	if (ferror(file))
		cli_say(0, "cannot read %s: %s", name, strerrordesc_np(errno));
	else if (is_fine && !request->n_words)
		cli_say(0, "%s: no act in it", name);
	is_fine = is_fine && !ferror(file) && request->n_words;
	free(line);
	return is_fine;
}

static struct admin_request *read_batch(const char *name)
{
	bool is_stdin = !strcmp(name, "-"), is_fine;
	FILE *file = is_stdin ? stdin : fopen(name, "re");
	struct admin_request *request;

	if (!file) {
		cli_say(0, "cannot read %s: %s", name, strerrordesc_np(errno));
		return NULL;
	}
	request = admin_request_new();
	is_fine = read_acts(request, file, is_stdin ? "stdin" : name);
	if (!is_stdin)
		fclose(file);
	if (is_fine)
		return request;
	admin_request_free(request);
	return NULL;
}

static struct admin_request *copy_of(const struct admin_request *from)
{
	struct admin_request *to = admin_request_new();

	for (size_t i = 0; i < from->n_words; i++)
		admin_request_word(to, from->words[i]);
	return to;
}

// Between the try and the act somebody else may have done something.
static int show_done(const struct cli *c, struct admin_answer *answer, int code)
{
	if (!answer)
		return code;
	code = cli_show(c, answer);
	admin_answer_free(answer);
	if (code != ADMIN_DONE)
		cli_say(0, "it was not refused when it was tried a moment before: what stands "
			   "above it in the list is done, the rest is not");
	return code;
}

int cli_batch(const struct cli *c)
{
	const char *name = cli_word(c, 0);
	struct admin_request *request;
	struct admin_answer *answer;
	bool is_refused;
	int code = strcmp(name, "-") ? cli_refuse_no_file(name) : ADMIN_DONE;

	if (code != ADMIN_DONE)
		return code;
	request = read_batch(name);
	if (!request)
		return ADMIN_USAGE;
	answer = cli_try(c, copy_of(request), &code);
	if (!answer) {
		admin_request_free(request);
		return code;
	}
	is_refused = answer->code != ADMIN_DONE;
	if (is_refused)
		answer->n_rows = 0; // it speaks of what was not done
	if (!is_refused && !cli_flag(c, "--dry-run")) {
		admin_answer_free(answer);
		return show_done(c, cli_ask(c, request, &code), code);
	}
	admin_request_free(request);
	code = cli_show(c, answer);
	admin_answer_free(answer);
	cli_say(0, is_refused ? "nothing is changed" : "that was a try: nothing is changed");
	return code;
}
