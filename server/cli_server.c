// SPDX-License-Identifier: MIT
// Verbs about the server itself: reload, stop, certificate, configuration.
#include "server/cli.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/admin_json.h"
#include "server/pair.h"
#include "server/state.h"
#include "server/store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STOP_WITHIN_MS 10000
#define STEP_MS 20

// `reload` and `stop` make sense only where a server runs.
// With its options, as they were given.
static int ask_running(const struct cli *c, const char *verb, const char *const *options,
		       size_t n_options)
{
	struct admin_request *request;
	struct admin_answer *answer;
	struct buf word = {0};
	int code = ADMIN_UNREACHABLE;

	if (!store_is_locked(c->paths.database))
		return cli_say(code, "no server runs on %s", c->paths.state);
	request = admin_request_new();
	admin_request_word(request, span_of(verb));
	for (size_t i = 0; i < n_options; i++) {
		const char *value = cli_value(c, options[i], 0);

		if (!cli_flag(c, options[i]))
			continue;
		buf_add_str(&word, options[i]);
		if (value)
			buf_printf(&word, "=%s", value);
		admin_request_word(request, buf_span(&word));
		buf_clear(&word);
	}
	answer = cli_ask(c, request, &code);
	if (!answer)
		return code;
	code = cli_show(c, answer);
	admin_answer_free(answer);
	return code;
}

int cli_reload(const struct cli *c)
{
	static const char *const options[] = {"--confirm"};

	return ask_running(c, "reload", options, ARRAY_LEN(options));
}

int cli_stop(const struct cli *c)
{
	static const char *const options[] = {"--in", "--back", "--cancel"};
	int code = ask_running(c, "stop", options, ARRAY_LEN(options));

	if (cli_flag(c, "--in") || cli_flag(c, "--cancel"))
		return code;
	for (int waited = 0; code == ADMIN_DONE && waited < STOP_WITHIN_MS; waited += STEP_MS) {
		if (!store_is_locked(c->paths.database))
			return ADMIN_DONE;
		nanosleep(&(struct timespec){0, STEP_MS * 1000000L}, NULL);
	}
	return code ? code : cli_say(ADMIN_FAILED, "the server has not ended after 10 s");
}

// The configured certificate. NULL after words on stderr.
// What stands in a file may be anything.
static void put_plain(FILE *to, const struct buf *text)
{
	struct buf words = {0};

	cli_plain_lines(&words, buf_span(text));
	fwrite(words.at, 1, words.len, to);
	buf_clear(&words);
}

static struct tls_context *load_tls(const struct cli *c)
{
	struct buf errors = {0};
	struct config config;
	struct tls_context *tls = NULL;
	char *error = NULL;

	if (!config_read(&config, &c->paths, &errors))
		put_plain(stderr, &errors);
	else if (state_check_key(&c->paths, &config, &errors) == ADMIN_DONE)
		tls = pair_served(&c->paths, &config, &error);
	else
		cli_say(0, "%s", buf_str(&errors));
	if (error)
		cli_say(0, "%s", error);
	free(error);
	buf_clear(&errors);
	config_clear(&config);
	return tls;
}

static void add_pin(const struct tls_context *tls, struct buf *out)
{
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(tls, pin);
	encode_b64url(out, pin, sizeof(pin));
}

int cli_fingerprint(const struct cli *c)
{
	struct tls_context *tls = load_tls(c);
	struct admin_answer *answer;
	struct buf pin = {0};
	int code;

	if (!tls)
		return ADMIN_FAILED;
	add_pin(tls, &pin);
	answer = admin_answer_new(0);
	answer->plain = buf_span(&pin);
	code = cli_show(c, answer);
	admin_answer_free(answer);
	buf_clear(&pin);
	tls_context_free(tls);
	return code;
}

static int show_config(const struct cli *c, bool prints)
{
	struct buf text = {0};
	struct config config;
	bool is_fine = config_read(&config, &c->paths, &text);

	if (!is_fine) {
		put_plain(stderr, &text);
	} else if (prints) {
		config_show(&config, &text);
		put_plain(stdout, &text);
	} else if (!path_exists(c->paths.config)) {
		fprintf(stderr, "there is no %s: everything is as if not set\n",
			c->paths.config);
	} else {
		fprintf(stderr, "%s: nothing wrong\n", c->paths.config);
	}
	buf_clear(&text);
	config_clear(&config);
	return is_fine ? ADMIN_DONE : ADMIN_PROBLEMS;
}

int cli_config_show(const struct cli *c)
{
	return show_config(c, true);
}

int cli_config_check(const struct cli *c)
{
	return show_config(c, false);
}
