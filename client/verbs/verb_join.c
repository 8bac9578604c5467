// SPDX-License-Identifier: MIT
// snug join LINK, snug login HOST: from nothing to the screen.
//
// The device's key is made before connecting, so that the TLS session which logs in with
// the password is the one that shows it, and CERT ADD enrols it.
#include "client/app/client.h"
#include "client/verbs/enter.h"
#include "client/verbs/membership.h"
#include "client/verbs/nearby.h"
#include "common/snug_link.h"
#include "client/api/exit_code.h"
#include "client/outside/outside_loop.h"
#include "client/verbs/options.h"
#include "client/verbs/print.h"

#include "common/clock.h"
#include "common/die.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_ROOM (LINK_HOST_MAX + 16)

struct entering {
	struct options *o;
	struct loop *loop;
	struct outside outside;
	struct snug_link link;
	struct profile profile;
	struct preferences config;
	struct client *client;
	struct secret secret;
	char name[64];
	char known_name[64]; // the account of a profile that is entered again, or ""
	bool is_new;         // an account is made
	bool made_password;
};

static int say(int code, const char *words)
{
	fprintf(stderr, "snug: %s\n", words);
	return code;
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

static int take_link(struct entering *e)
{
	char text[LINK_TEXT_MAX + 8];
	uint8_t pin[TLS_PIN_LEN];

	if (!read_link(e->o, text, sizeof(text)))
		return verb_misused(e->o->verb ? e->o->verb : "join");
	const char *wrong = snug_link_parse(span_of(text), &e->link);
	sodium_memzero(text, sizeof(text));
	if (wrong)
		return say(EXIT_USAGE, wrong);
	if (e->o->pin && !pin_parse(span_of(e->o->pin), pin))
		return say(EXIT_USAGE, "--pin is malformed: sha256:… was expected");
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

// What is stored already: the pin counts, another one is never taken over in silence.
static int open_profile(struct entering *e)
{
	char name[NAME_ROOM];
	char *error;
	struct profile known;

	if (!choose_name(e, name))
		return say(EXIT_USAGE, "that profile is another account or server: choose "
				       "another name, or `snug logout` it first");
	if (!profile_name_is_valid(span_of(name)))
		return say(EXIT_USAGE, "that name cannot be a profile's: use --profile NAME");
	// A second account on a server trusts the same key as the first.
	const char *first = e->o->profile ? name : e->link.host;
	enum profile_result result = profile_load(&known, &e->o->paths, first, &error);
	if (result == PROFILE_BAD) {
		say(EXIT_CONFIG, error);
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

static enum login_how how_of(const struct entering *e)
{
	if (e->is_new)
		return LOGIN_REGISTER;
	if (e->link.device[0])
		return LOGIN_DEVICE;
	return e->profile.is_open ? LOGIN_OPEN : LOGIN_PASSWORD;
}

static void order_of(const struct entering *e, struct login_order *login)
{
	*login = (struct login_order){
		.how = how_of(e),
		.name = e->profile.account,
		.secret = secret_span(&e->secret),
		.invite = e->link.invite,
		.keeps_secret = !e->is_new,
		.caps = "",
	};
}

// After a wrong password the name stands.
static int ask_who(struct entering *e, bool has_name)
{
	if (!has_name && !enter_name(e->o, e->name, sizeof(e->name)))
		return EXIT_USAGE;
	if (e->known_name[0] && strcmp(e->known_name, e->name) != 0)
		return say(EXIT_USAGE, "this computer knows that server under another account: "
				       "for a second one use --profile NAME");
	free(e->profile.account);
	e->profile.account = xstrdup(e->name);
	if (!enter_password(e->o, e->is_new, &e->secret, &e->made_password))
		return EXIT_USAGE;
	e->profile.is_open = !e->is_new && !e->secret.len;
	return EXIT_OK;
}

// A refusal that another answer may mend, when there is somebody to ask.
static bool may_ask_again(const struct entering *e, enum failure f)
{
	if (e->o->name || e->o->password_fd >= 0)
		return false;
	return f == FAILURE_NAME_TAKEN || f == FAILURE_BAD_NAME || f == FAILURE_WEAK_PASSWORD ||
	       f == FAILURE_PASSWORD;
}

// Nothing is said of it.
static int try_once(struct entering *e, struct uplink_status *status)
{
	struct login_order login;

	order_of(e, &login);
	client_connect(e->client, &login);
	while (!client_wait_online(e->client, status) && status->wants_code)
		enter_code(client_session(e->client), &e->profile, status);
	return status->state == UPLINK_ONLINE ? EXIT_OK : (int)exit_code_of(status->failure);
}

static int connect_once(struct entering *e, struct uplink_status *status)
{
	int code = try_once(e, status);

	return code == EXIT_OK ? code : enter_failed(status, e->profile.host);
}

// Who has an invite and an account already, on another computer: the name is taken by them, and
// the password is theirs. What it was is said when it is not.
static int connect_or_log_in(struct entering *e, struct uplink_status *status)
{
	int code = try_once(e, status);

	if (!e->is_new || e->made_password || status->failure != FAILURE_NAME_TAKEN)
		return code == EXIT_OK ? code : enter_failed(status, e->profile.host);
	e->is_new = false;
	if (try_once(e, status) == EXIT_OK) {
		fprintf(stderr,
			"%s is an account already, and you are in; the invite is not used\n",
			e->profile.account);
		return EXIT_OK;
	}
	e->is_new = true;
	if (status->failure != FAILURE_PASSWORD)
		return enter_failed(status, e->profile.host);
	status->failure = FAILURE_NAME_TAKEN;
	status->detail = "";
	code = enter_failed(status, e->profile.host);
	fprintf(stderr, "If it is yours: that was not its password.\n");
	return code;
}

static int log_in(struct entering *e)
{
	struct uplink_status status = {0};
	int code;

	do {
		code = ask_who(e, status.failure == FAILURE_PASSWORD ||
					  status.failure == FAILURE_WEAK_PASSWORD);
		if (code != EXIT_OK)
			return code;
		code = connect_or_log_in(e, &status);
	} while (code != EXIT_OK && may_ask_again(e, status.failure));
	return code;
}

static void label_of(const struct entering *e, char label[static 33])
{
	profile_device_label(label);
	if (e->o->label)
		snprintf(label, 33, "%s", e->o->label);
}

// By a link that a device of the account made: nothing is asked for here.
static int log_in_by_device(struct entering *e)
{
	struct uplink_status status;
	char label[33];

	label_of(e, label);
	int code = enter_claim(&e->profile, e->link.device, label);
	if (code != EXIT_OK)
		return code;
	// From here on the server knows the key, whatever happens to the connection.
	e->profile.has_device = true;
	char *error = profile_save(&e->profile);
	if (error)
		say(EXIT_CONFIG, error);
	free(error);
	code = connect_once(e, &status);
	if (code == EXIT_OK)
		fprintf(stderr, "this computer is in as %s and has its own key\n",
			e->profile.account);
	return code;
}

static void say_welcome(const struct entering *e, const char *refusal)
{
	if (e->is_new)
		fprintf(stderr, "account %s created\n", e->profile.account);
	if (e->made_password)
		fprintf(stderr,
			"Your password is   %s\nWrite it down: it is shown only now, and you "
			"need it "
			"on your next computer.\n",
			e->secret.at);
	if (refusal)
		print_words(stderr,
			    "snug: the server did not take this computer's key (%s): the "
			    "password will be asked for each time",
			    refusal);
	else
		fprintf(stderr, "this computer has its own key now, no password is stored\n");
	if (strcmp(e->profile.name, e->profile.host) != 0)
		fprintf(stderr, "to be here again: snug %s\n", e->profile.name);
}

static int enrol(struct entering *e)
{
	bool needs_key = !e->profile.is_open && !e->link.device[0];
	char label[33];

	label_of(e, label);
	char *refusal = needs_key ? client_enrol(e->client, label) : NULL;
	if (needs_key)
		say_welcome(e, refusal);
	// What has no key is kept too: the address, and whom to ask for a password.
	char *error = e->profile.has_device ? NULL : profile_save(&e->profile);
	if (error)
		say(EXIT_CONFIG, error);
	profile_set_last(&e->profile, &e->o->paths);
	free(refusal);
	free(error);
	return EXIT_OK;
}

static int open_client(struct entering *e)
{
	struct buf errors = {0};
	char *error = profile_make_device(&e->profile);

	if (error) {
		say(EXIT_CONFIG, error);
		free(error);
		return EXIT_CONFIG;
	}
	bool is_good = settings_read(&e->config, &e->o->paths, e->o->face, &errors);
	if (!is_good)
		fprintf(stderr, "%s", buf_str(&errors));
	buf_clear(&errors);
	if (!is_good)
		return EXIT_CONFIG;
	e->outside = outside_of_loop(e->loop);
	e->client = client_new(e->loop, &e->outside, &e->o->paths, &e->profile, &e->config,
			       e->o->face);
	return EXIT_OK;
}

static int pause_for_password(const struct entering *e)
{
	char unused;

	if (!e->made_password || e->o->no_ui)
		return EXIT_OK;
	return prompt_choice("Press Enter when you have it. ", "y", &unused) == PROMPT_CANCELLED
		       ? EXIT_USAGE
		       : EXIT_OK;
}

static int show(struct entering *e)
{
	if (e->o->no_ui) {
		client_quit(e->client, SPAN(""));
		return EXIT_OK;
	}
	if (e->link.room[0])
		client_show(e->client, e->link.room);
	return client_run(e->client, e->o->plain);
}

static int steps(struct entering *e)
{
	int code = take_link(e);

	if (code == EXIT_OK)
		code = open_profile(e);
	if (code != EXIT_OK)
		return code;
	e->is_new = e->link.invite[0] != '\0';
	code = enter_check_key(&e->profile, true);
	// What the link names is trusted once the server has shown it, and not before.
	if (code == EXIT_OK && e->profile.pins.count && !e->profile.pinned_at)
		e->profile.pinned_at = clock_wall_ms();
	// Before anything is asked for that would be for nothing.
	if (code == EXIT_OK && e->is_new)
		code = enter_check_invite(&e->profile, e->link.invite);
	if (code == EXIT_OK)
		code = open_client(e);
	if (code == EXIT_OK)
		code = e->link.device[0] ? log_in_by_device(e) : log_in(e);
	if (code != EXIT_OK)
		return code;
	if (e->link.room[0]) {
		free(e->profile.room);
		e->profile.room = xstrdup(e->link.room);
		uplink_sendf(client_session(e->client), "JOIN %s", e->link.room);
	}
	code = enrol(e);
	if (code == EXIT_OK)
		code = pause_for_password(e);
	if (e->profile.has_device)
		secret_free(&e->secret);
	return code == EXIT_OK ? show(e) : code;
}

static int enter(struct options *o)
{
	struct entering e = {.o = o, .loop = loop_new()};

	secret_init(&e.secret);
	int code = steps(&e);
	client_free(e.client);
	settings_clear(&e.config);
	profile_clear(&e.profile);
	sodium_memzero(&e.link, sizeof(e.link));
	secret_free(&e.secret);
	loop_free(e.loop);
	return code;
}

// A room, or a link to a server.
int snug_join(struct options *o)
{
	return o->n_args && o->args[0][0] == '#' ? membership_begin(o) : enter(o);
}

int snug_login(struct options *o)
{
	return enter(o);
}
