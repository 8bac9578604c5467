// SPDX-License-Identifier: MIT
// snug doctor: looks at everything that may be wrong, and says how to mend it.
#include "client/verbs/cold.h"
#include "client/app/settings.h"
#include "client/api/exit_code.h"
#include "client/outside/gss_library.h"
#include "client/verbs/options.h"
#include "client/verbs/print.h"
#include "client/text/filter.h"

#include "common/clock.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SKEW_MAX_MS 5000

struct doctor {
	int n_bad;
	int64_t server_at; // wall time as the server told it, 0: not told
};

PRINTF(3, 4) static void say(struct doctor *d, bool is_good, const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	d->n_bad += !is_good;
	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	print_words(stdout, "%s  %s", is_good ? "ok" : "!!", buf_str(&words));
	buf_clear(&words);
}

static void look_at_config(struct doctor *d, const struct options *o)
{
	struct preferences config;
	struct buf errors = {0};
	char *file = settings_path(&o->paths);

	if (settings_read(&config, &o->paths, o->face, &errors))
		say(d, true, "settings: %s%s", file,
		    access(file, F_OK) == 0 ? "" : " (none, that is fine)");
	else
		say(d, false, "settings: %.*s", (int)errors.len, errors.at);
	settings_clear(&config);
	buf_clear(&errors);
	free(file);
}

static void look_at_terminal(struct doctor *d, const struct options *o)
{
	const char *term = getenv("TERM"), *codeset = nl_langinfo(CODESET);
	struct winsize size;

	say(d, strcmp(codeset, "UTF-8") == 0, "locale: %s%s", codeset,
	    strcmp(codeset, "UTF-8") == 0
		    ? ""
		    : " (signs are drawn in ASCII; set LANG to a UTF-8 one)");
	if (!isatty(STDOUT_FILENO)) {
		say(d, true, "terminal: none here");
		return;
	}
	bool is_dumb = !o->face->has_screen(term);
	say(d, !is_dumb, "terminal: TERM=%s%s", term ? term : "",
	    is_dumb ? " (only line mode works here: snug shows lines)" : "");
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		say(d, size.ws_col >= 40 && size.ws_row >= 8, "size: %d x %d%s", size.ws_col,
		    size.ws_row,
		    size.ws_col >= 40 && size.ws_row >= 8 ? "" : " (40 x 8 are needed)");
	if (!is_dumb)
		o->face->look_at_terminal();
}

// The limits of 005, as they are told.
static void take_limits(void *arg, const struct msg *m)
{
	static const char *const wanted[] = {"LINELEN", "NICKLEN",     "CHANNELLEN", "TOPICLEN",
					     "AWAYLEN", "CHATHISTORY", "MONITOR"};
	struct buf *limits = arg;

	for (size_t i = 1; span_eq(m->command, SPAN("005")) && i < m->n_params; i++) {
		struct span value = m->params[i], key = span_cut(&value, '=');
		for (size_t j = 0; j < ARRAY_LEN(wanted); j++) {
			if (!span_eq(key, span_of(wanted[j])))
				continue;
			buf_add_char(limits, ' ');
			filter_add_line(limits, m->params[i]);
		}
	}
}

static void look_at_limits(struct cold *c)
{
	struct buf limits = {0};
	struct span multiline = uplink_cap_value(c->session, "draft/multiline");

	if (cold_ask(c, "VERSION", take_limits, &limits) == EXIT_OK && limits.len)
		printf("ok  limits:%s\n", buf_str(&limits));
	else
		printf("--  limits: not told\n");
	if (multiline.len)
		print_words(stdout, "ok  messages of many lines: " SPAN_FMT,
			    SPAN_ARG(multiline));
	buf_clear(&limits);
}

static void take_time(void *arg, const struct msg *m)
{
	struct doctor *d = arg;
	struct span time;

	if (msg_tag(m, SPAN("time"), &time) && !clock_parse(time, &d->server_at))
		d->server_at = 0;
}

static void look_at_clock(struct doctor *d, struct cold *c)
{
	int64_t before = clock_mono_ms();

	if (cold_ask(c, "PING doctor", take_time, d) != EXIT_OK) {
		say(d, false, "the server does not answer a PING");
		return;
	}
	int64_t took = clock_mono_ms() - before;
	say(d, took < 2000, "round trip: %lld ms", (long long)took);
	if (!d->server_at)
		return;
	int64_t skew = clock_wall_ms() - took / 2 - d->server_at;
	bool is_good = skew < SKEW_MAX_MS && skew > -SKEW_MAX_MS;
	say(d, is_good, "clock: %+.1f s beside the server's%s", (double)skew / 1000.0,
	    is_good ? "" : " (set this computer's clock)");
}

static void look_at_caps(const struct cold *c)
{
	static const char *const wanted[][2] = {
		{"labeled-response", "answers are told apart"},
		{"echo-message", "own messages are confirmed"},
		{"draft/chathistory", "what was missed is loaded"},
		{"draft/read-marker", "what was read is known on all devices"},
		{"snug.chat/exactly-once", "a repeated message is one message"},
		{"snug.chat/sequence", "gaps are proved"},
	};

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		bool has = uplink_has_cap(c->session, wanted[i][0]);
		printf("%s  %s: %s\n", has ? "ok" : "--", wanted[i][0],
		       has ? wanted[i][1] : "this server has it not; the rest works");
	}
}

static void look_at_place(struct doctor *d, const struct cold *c)
{
	struct uplink_status status;
	struct buf at = {0};

	uplink_status(c->session, &status);
	if (!status.others)
		return;
	if (status.at)
		link_address(&at, status.others->at[status.at - 1].name,
			     status.others->at[status.at - 1].port);
	else
		link_address(&at, uplink_host(c->session), status.port);
	say(d, true, "place: %s answers, number %zu of %zu", buf_str(&at), status.at + 1,
	    status.others->count + 1);
	buf_clear(&at);
}

static void look_at_server(struct doctor *d, const struct options *o)
{
	struct cold c;
	int code = cold_open(&c, o, COLD_UNSEEN);

	say(d, code == EXIT_OK, "login: %s",
	    code == EXIT_OK ? uplink_tls_version(c.session) : "did not work, see above");
	if (code != EXIT_OK)
		return;
	look_at_place(d, &c);
	look_at_clock(d, &c);
	look_at_caps(&c);
	look_at_limits(&c);
	cold_close(&c);
}

// What would be shown, and for whom. A profile that lives by it misses it.
static void look_at_ticket(struct doctor *d, const struct profile *p)
{
	struct buf words = {0};

	if (!ticket_may_be_there())
		say(d, !p->by_ticket, "ticket: none%s",
		    p->by_ticket ? "; get one:  kinit" : " (that is fine)");
	else if (gss_look(&words))
		say(d, true, "ticket: of %s; it would be shown to %s@%s", buf_str(&words),
		    TICKET_SERVICE, p->host);
	else
		say(d, !p->by_ticket, "ticket: %s; get one:  kinit", buf_str(&words));
	buf_clear(&words);
}

int snug_doctor(struct options *o)
{
	struct doctor d = {0};
	struct profile p;

	look_at_config(&d, o);
	look_at_terminal(&d, o);
	int code = cold_profile(o, &p);
	say(&d, code == EXIT_OK, "profile: %s", code == EXIT_OK ? p.dir : "see above");
	if (code == EXIT_OK)
		look_at_ticket(&d, &p);
	fflush(stdout);
	profile_clear(&p);
	if (code == EXIT_OK)
		look_at_server(&d, o);
	return d.n_bad ? EXIT_REFUSED : EXIT_OK;
}
