// SPDX-License-Identifier: MIT
// snug trust, logout, devices: keys on both sides.
#include "client/verbs/cold.h"
#include "client/verbs/enter.h"
#include "client/app/day.h"
#include "common/snug_link.h"
#include "client/api/exit_code.h"
#include "client/verbs/options.h"
#include "client/verbs/prove.h"
#include "client/text/filter.h"
#include "client/text/width.h"

#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LABEL_CELLS 24

static int save(struct profile *p)
{
	char *error = profile_save(p);

	if (!error)
		return EXIT_OK;
	fprintf(stderr, "snug: %s\n", error);
	free(error);
	return EXIT_CONFIG;
}

#define NAME_ROOM (LINK_HOST_MAX + 16)

static bool is_profile(const struct options *o, const char *name, const char *port)
{
	struct profile p;
	char *error = NULL;
	enum profile_result result = profile_load(&p, &o->paths, name, &error);
	bool is_it = result != PROFILE_NONE &&
		     (!port || (result == PROFILE_OK && strcmp(p.port, port) == 0));

	free(error);
	profile_clear(&p);
	return is_it;
}

// HOST:PORT is the profile HOST, or HOST-2, HOST-3 … with this port.
static bool name_by_address(const struct options *o, const struct snug_link *link,
			    char name[static NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "%s", link->host);
	for (int i = 2; is_profile(o, name, NULL); i++) {
		if (is_profile(o, name, link->port))
			return true;
		snprintf(name, NAME_ROOM, "%s-%d", link->host, i);
	}
	return false;
}

// The profile of this host: as named, or the one that has the address. `name` is its room.
static int find_profile(struct options *o, struct profile *p, char name[static NAME_ROOM])
{
	struct snug_link link;

	if (!o->profile && o->n_args) {
		bool is_name = is_profile(o, o->args[0], NULL);
		bool is_known = !is_name && !snug_link_parse(span_of(o->args[0]), &link) &&
				name_by_address(o, &link, name);
		o->profile = is_known ? name : o->args[0];
	}
	return cold_profile(o, p);
}

// An address of which nothing is known yet: its key is shown, and how to go on with it.
static bool is_stranger(const struct options *o, struct snug_link *link)
{
	char name[NAME_ROOM];
	const char *text = o->n_args ? o->args[0] : "";

	return !o->profile && !o->pin && strpbrk(text, ".:") && !is_profile(o, text, NULL) &&
	       !snug_link_parse(span_of(text), link) && !name_by_address(o, link, name);
}

static int trust_stranger(const struct options *o, const struct snug_link *link)
{
	struct profile p;
	struct buf address = {0};
	char pin[PIN_TEXT_MAX];

	profile_init(&p, &o->paths, link->host, link->host, link->port);
	int code = enter_check_key(&p, true);
	link_address(&address, link->host, link->port);
	if (code == EXIT_OK) {
		pin_text(p.pins.at[0], pin);
		fprintf(stderr,
			"nothing is known of %s here yet; to log in there with this key run: "
			"snug login --pin %s %s\n",
			link->host, pin, buf_str(&address));
	}
	buf_clear(&address);
	profile_clear(&p);
	return code;
}

static int trust_shown(struct profile *p)
{
	// As if nothing had been trusted before: the user is asked about what is shown now.
	p->pins.count = 0;
	p->has_next_pin = false;
	int code = enter_check_key(p, true);
	return code == EXIT_OK ? save(p) : code;
}

int snug_trust(struct options *o)
{
	struct profile p;
	uint8_t pin[TLS_PIN_LEN];
	char name[NAME_ROOM];
	struct snug_link link;

	if (!o->n_args && !o->profile)
		return verb_misused("trust");
	if (is_stranger(o, &link))
		return trust_stranger(o, &link);
	int code = find_profile(o, &p, name);
	if (code != EXIT_OK)
		return code;
	if (o->pin && pin_parse(span_of(o->pin), pin)) {
		pins_set(&p.pins, pin);
		p.has_next_pin = false;
		p.pinned_at = clock_wall_ms();
		code = save(&p);
	} else if (o->pin) {
		code = verb_misused("trust");
	} else {
		code = trust_shown(&p);
	}
	if (code == EXIT_OK)
		fprintf(stderr, "the key of %s is trusted from now on\n", p.host);
	profile_clear(&p);
	return code;
}

// CERT ADD NUMBER PIN :LABEL
static void take_number(void *arg, const struct msg *m)
{
	char *number = arg;

	if (span_eq_fold(m->command, SPAN("CERT")) && msg_param(m, 1).len < 24)
		snprintf(number, 24, SPAN_FMT, SPAN_ARG(msg_param(m, 1)));
}

// Enrolling what is enrolled already tells its number.
static int revoke_own(struct cold *c)
{
	char number[24] = "", line[64];
	int code = cold_ask(c, "CERT ADD", take_number, number);

	if (code != EXIT_OK || !number[0])
		return code == EXIT_OK ? EXIT_REFUSED : code;
	snprintf(line, sizeof(line), "CERT DEL %s CONFIRM", number);
	return cold_ask(c, line, NULL, NULL);
}

int snug_logout(struct options *o)
{
	struct cold c;
	struct profile p;
	char name[NAME_ROOM];
	int code = find_profile(o, &p, name);

	if (code != EXIT_OK)
		return code;
	// A server that does not answer must not keep the key here.
	code = EXIT_UNREACHABLE;
	if (p.has_device && cold_open(&c, o, COLD_UNSEEN) == EXIT_OK) {
		code = revoke_own(&c);
		cold_close(&c);
	}
	if (code != EXIT_OK)
		fprintf(stderr, "snug: the server still knows this computer's key, which is "
				"deleted here; revoke it with `snug devices` elsewhere\n");
	profile_remove(&p);
	fprintf(stderr, "%s is forgotten\n", p.name);
	profile_clear(&p);
	return EXIT_OK;
}

static void add_fields(struct buf *out, const struct msg *m)
{
	static const size_t fields[] = {1, 5, 3, 4, 2};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		filter_add_line(out, msg_param(m, fields[i]));
		buf_add_char(out, i + 1 < ARRAY_LEN(fields) ? '\t' : '\n');
	}
}

static void add_aligned(struct buf *out, const struct msg *m)
{
	struct span used = msg_param(m, 4);
	char day[DAY_ROOM];
	size_t from;

	filter_add_line(out, msg_param(m, 1));
	buf_add_str(out, "  ");
	from = out->len;
	filter_add_line(out, msg_param(m, 5));
	for (int at = width_of(NULL, span_after(buf_span(out), from)); at < LABEL_CELLS; at++)
		buf_add_char(out, ' ');
	buf_add_str(out, " added ");
	filter_add_line(out, day_here(msg_param(m, 3), day));
	buf_add_str(out, "  used ");
	filter_add_line(out, used.len > 1 ? day_here(used, day) : SPAN("never"));
	buf_add_char(out, '\n');
}

// CERT LIST NUMBER PIN ADDED USED :LABEL
static void print_device(void *arg UNUSED, const struct msg *m)
{
	if (!span_eq_fold(m->command, SPAN("CERT")) || m->n_params < 6)
		return;
	struct buf row = {0};
	if (isatty(STDOUT_FILENO))
		add_aligned(&row, m);
	else
		add_fields(&row, m);
	fwrite(row.at, 1, row.len, stdout);
	buf_clear(&row);
}

// What is to be revoked, as the list has it.
struct trust_wanted {
	const char *name; // its label, number or pin
	char number[24], label[64], added[16], used[16];
	bool needs_confirmation;
};

static void copy(char *to, size_t room, struct span text)
{
	snprintf(to, room, SPAN_FMT, SPAN_ARG(text));
}

// A number or a pin is one device's alone, and a label is, on today's servers.
static void find_wanted(void *arg, const struct msg *m)
{
	struct trust_wanted *w = arg;
	struct span name = span_of(w->name), used = msg_param(m, 4);

	if (!span_eq_fold(m->command, SPAN("CERT")) || m->n_params < 6 || w->number[0])
		return;
	if (!span_eq(name, msg_param(m, 1)) && !span_eq(name, msg_param(m, 2)) &&
	    !span_eq(name, msg_param(m, 5)))
		return;
	copy(w->number, sizeof(w->number), msg_param(m, 1));
	copy(w->label, sizeof(w->label), msg_param(m, 5));
	char day[DAY_ROOM];
	copy(w->added, sizeof(w->added), day_here(msg_param(m, 3), day));
	copy(w->used, sizeof(w->used), used.len > 1 ? day_here(used, day) : SPAN("never"));
}

// FAIL CERT CONFIRM_NEEDED NUMBER :words
static void on_revoked(void *arg, const struct msg *m)
{
	struct trust_wanted *w = arg;

	if (span_eq_fold(m->command, SPAN("FAIL")) &&
	    span_eq(msg_param(m, 1), SPAN("CONFIRM_NEEDED")))
		w->needs_confirmation = true;
}

static int confirm_own(struct cold *c, const struct trust_wanted *w)
{
	char line[64], choice;

	if (prompt_choice("Revoke this computer's own key all the same?  [y/N] ", "yn",
			  &choice) != PROMPT_OK ||
	    choice != 'y') {
		fprintf(stderr,
			"snug: nothing is revoked; `snug logout` revokes this computer's "
			"key and forgets it here\n");
		return EXIT_REFUSED;
	}
	snprintf(line, sizeof(line), "CERT DEL %s CONFIRM", w->number);
	return cold_ask(c, line, NULL, NULL);
}

static int revoke_device(struct cold *c, const struct options *o, const char *name)
{
	struct trust_wanted w = {.name = name};
	char line[64];
	int code = cold_ask(c, "CERT LIST", find_wanted, &w);

	if (code == EXIT_OK && !w.number[0]) {
		fprintf(stderr, "snug: there is no device \"%s\": `snug devices` lists them\n",
			name);
		return EXIT_REFUSED;
	}
	if (code != EXIT_OK)
		return code;
	snprintf(line, sizeof(line), "CERT DEL %s", w.number);
	code = prove_ask(c, o, line, on_revoked, &w);
	if (w.needs_confirmation)
		code = confirm_own(c, &w);
	if (code == EXIT_OK)
		fprintf(stderr, "revoked: device %s (%s), added %s, last used %s\n", w.number,
			w.label, w.added, w.used);
	return code;
}

int snug_devices(struct options *o)
{
	struct cold c;
	bool is_revoke = o->n_args == 2 && strcmp(o->args[0], "revoke") == 0;

	if (o->n_args && !is_revoke)
		return verb_misused("devices");
	int code = cold_open(&c, o, COLD_UNSEEN);
	if (code != EXIT_OK)
		return code;
	if (!uplink_has_cap(c.session, "snug.chat/exactly-once")) {
		fprintf(stderr, "snug: this server keeps no devices\n");
		cold_close(&c);
		return EXIT_REFUSED;
	}
	code = is_revoke ? revoke_device(&c, o, o->args[1])
			 : cold_ask(&c, "CERT LIST", print_device, NULL);
	cold_close(&c);
	return code;
}
