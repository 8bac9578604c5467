// SPDX-License-Identifier: MIT
#include "client/verbs/entering.h"

#include "client/api/exit_code.h"
#include "client/verbs/enter.h"
#include "client/verbs/nearby.h"
#include "common/die.h"
#include "common/names.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_ROOM (LINK_HOST_MAX + 16)

int entering_say(int code, const char *words)
{
	fprintf(stderr, "snug: %s\n", words);
	return code;
}

int entering_say_another(void)
{
	return entering_say(EXIT_USAGE,
			    "this computer knows that server under another account: for a "
			    "second one use --profile NAME");
}

// The link's text: an argument, or the first line of stdin, or asked for.
static bool read_link(const struct options *o, char *text, size_t room)
{
	if (o->n_args && strcmp(o->args[0], "-") != 0) {
		snprintf(text, room, "%s", o->args[0]);
		return true;
	}
	if (!o->n_args && isatty(STDIN_FILENO))
		return nearby_choose(text, room);
	return fgets(text, (int)room, stdin) != NULL;
}

// "NAME@HOST", as elsewhere: the same as --name. What is a link has another sign before.
static struct span take_name(struct entering *e, struct span text)
{
	struct span rest = text, name = span_cut(&rest, '@');

	if (!rest.len || !name_is_account(name) || e->o->name)
		return text;
	snprintf(e->at_name, sizeof(e->at_name), SPAN_FMT, SPAN_ARG(name));
	e->o->name = e->at_name;
	return rest;
}

int entering_take_link(struct entering *e)
{
	char text[LINK_TEXT_MAX + 8];
	uint8_t pin[TLS_PIN_LEN];

	if (!read_link(e->o, text, sizeof(text)))
		return verb_misused(e->o->verb ? e->o->verb : "join");
	const char *wrong = snug_link_parse(take_name(e, span_of(text)), &e->link);
	sodium_memzero(text, sizeof(text));
	if (wrong)
		return entering_say(EXIT_USAGE, wrong);
	if (e->o->pin && !pin_parse(span_of(e->o->pin), pin))
		return entering_say(EXIT_USAGE, "--pin is malformed: sha256:… was expected");
	if (e->o->pin)
		pins_set(&e->link.pins, pin);
	return EXIT_OK;
}

// Another account or server, whose key and login must stay: an invite makes a new account.
static bool is_another(const struct entering *e, const struct profile *known)
{
	return e->link.invite[0] || e->link.device[0] ||
	       strcmp(known->host, e->link.host) != 0 ||
	       strcmp(known->port, e->link.port) != 0 ||
	       (e->o->name && strcmp(e->o->name, known->account) != 0);
}

static bool is_taken(const struct entering *e, const char *name)
{
	struct profile known;
	char *error = NULL;
	enum profile_result result = profile_load(&known, &e->o->paths, name, &error);
	bool is_other = result == PROFILE_OK && is_another(e, &known);

	free(error);
	profile_clear(&known);
	return is_other;
}

// HOST, or HOST-2, HOST-3 … when that is somebody else.
static bool choose_name(const struct entering *e, char name[static NAME_ROOM])
{
	if (e->o->profile) {
		snprintf(name, NAME_ROOM, "%s", e->o->profile);
		return !is_taken(e, name);
	}
	snprintf(name, NAME_ROOM, "%s", e->link.host);
	for (int i = 2; is_taken(e, name); i++)
		snprintf(name, NAME_ROOM, "%s-%d", e->link.host, i);
	return true;
}

static bool have_one(const struct pins *trusted, const struct pins *named)
{
	for (size_t i = 0; i < named->count; i++) {
		if (pins_have(trusted, named->at[i]))
			return true;
	}
	return false;
}

int entering_open_profile(struct entering *e)
{
	char name[NAME_ROOM];
	char *error;
	struct profile known;

	if (!choose_name(e, name))
		return entering_say(EXIT_USAGE,
				    "that profile is another account or server: choose "
				    "another name, or `snug logout` it first");
	if (!profile_name_is_valid(span_of(name)))
		return entering_say(EXIT_USAGE,
				    "that name cannot be a profile's: use --profile NAME");
	// A second account on a server trusts the same key as the first.
	const char *first = e->o->profile ? name : e->link.host;
	enum profile_result result = profile_load(&known, &e->o->paths, first, &error);
	if (result == PROFILE_BAD) {
		entering_say(EXIT_CONFIG, error);
		free(error);
		return EXIT_CONFIG;
	}
	profile_init(&e->profile, &e->o->paths, name, e->link.host, e->link.port);
	e->profile.others =
		e->link.others.count || result != PROFILE_OK ? e->link.others : known.others;
	if (e->o->password_cmd)
		e->profile.password_cmd = xstrdup(e->o->password_cmd);
	if (result == PROFILE_OK && strcmp(known.port, e->link.port) == 0 && known.pins.count) {
		e->profile.pins = known.pins;
		e->profile.pinned_at = known.pinned_at;
		e->profile.has_next_pin = known.has_next_pin;
		memcpy(e->profile.next_pin, known.next_pin, TLS_PIN_LEN);
	} else {
		e->profile.pins = e->link.pins;
	}
	if (result == PROFILE_OK && strcmp(first, name) == 0)
		snprintf(e->known_name, sizeof(e->known_name), "%s", known.account);
	bool is_other = e->link.pins.count && !have_one(&e->profile.pins, &e->link.pins);
	profile_clear(&known);
	// An old link of a server whose key is another one by now, or the reverse.
	if (!is_other || enter_are_pins_good(&e->profile, &e->link.pins))
		return EXIT_OK;
	struct buf address = {0};
	link_address(&address, e->link.host, e->link.port);
	fprintf(stderr,
		"snug: the link names another key for %s than the one that was trusted "
		"before.\n"
		"If the server has a new key, run: snug trust %s\n",
		e->link.host, buf_str(&address));
	buf_clear(&address);
	return EXIT_KEY;
}
