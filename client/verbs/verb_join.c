// SPDX-License-Identifier: MIT
// snug join LINK, snug login HOST: from nothing to the screen.
//
// The device's key is made before connecting, so that the TLS session which logs in with
// the password is the one that shows it, and CERT ADD enrols it.
#include "client/verbs/enter.h"
#include "client/verbs/entering.h"
#include "client/verbs/membership.h"
#include "client/verbs/sign_in.h"
#include "client/api/exit_code.h"
#include "client/outside/outside_loop.h"
#include "client/verbs/print.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/names.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum login_how how_of(const struct entering *e)
{
	if (e->is_new)
		return LOGIN_REGISTER;
	if (e->bearer.message.len || e->shows_ticket)
		return LOGIN_SASL;
	if (e->link.device[0])
		return LOGIN_DEVICE;
	return e->profile.is_open ? LOGIN_OPEN : LOGIN_PASSWORD;
}

static const struct sasl_way *way_of(struct entering *e)
{
	if (e->shows_ticket)
		return ticket_way(client_ticket(e->client));
	return e->bearer.message.len ? &e->bearer.way : NULL;
}

static void order_of(struct entering *e, struct login_order *login)
{
	*login = (struct login_order){
		.how = how_of(e),
		.name = e->profile.account,
		.secret = secret_span(&e->secret),
		.invite = e->link.invite,
		.keeps_secret = !e->is_new,
		.caps = "",
		.way = way_of(e),
	};
}

// After a wrong password the name stands.
static int ask_who(struct entering *e, bool has_name)
{
	if (!has_name && !enter_name(e->o, e->name, sizeof(e->name)))
		return EXIT_USAGE;
	if (e->known_name[0] && strcmp(e->known_name, e->name) != 0)
		return entering_say_another();
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
		entering_say(EXIT_CONFIG, error);
	free(error);
	code = connect_once(e, &status);
	if (code == EXIT_OK)
		fprintf(stderr, "this computer is in as %s and has its own key\n",
			e->profile.account);
	return code;
}

// The server says whose account that is.
static int take_account(struct entering *e)
{
	const char *nick = uplink_nick(client_session(e->client));

	if (e->known_name[0] && !name_is_same(span_of(e->known_name), span_of(nick)))
		return entering_say_another();
	free(e->profile.account);
	e->profile.account = xstrdup(nick);
	fprintf(stderr, "signed in as %s\n", nick);
	return EXIT_OK;
}

static int sign_in(struct entering *e, const struct sign_in_place *place)
{
	struct uplink_status status;
	int code = sign_in_wait(place, e->o->face, e->o->name ? e->o->name : "", &e->bearer);

	free(e->profile.account);
	e->profile.account = xstrdup("");
	if (code == EXIT_OK)
		code = connect_once(e, &status);
	bearer_login_clear(&e->bearer);
	return code == EXIT_OK ? take_account(e) : code;
}

// By a ticket that is there, where the server takes any; nobody is asked. False: it goes on.
static bool is_in_by_ticket(struct entering *e)
{
	struct uplink_status status;
	bool is_in;

	if (!ticket_may_be_there())
		return false;
	free(e->profile.account);
	e->profile.account = xstrdup(e->o->name ? e->o->name : e->known_name);
	e->shows_ticket = true;
	is_in = try_once(e, &status) == EXIT_OK;
	e->shows_ticket = false;
	e->profile.by_ticket = is_in;
	if (!is_in && status.failure != FAILURE_NO_LOGIN)
		print_words(stderr, "snug: your ticket did not let you in: %s",
			    ticket_said(client_ticket(e->client))
				    ? ticket_said(client_ticket(e->client))
				    : status.detail);
	return is_in;
}

// By whom the server believes who one is; a password is what somebody gave, or asks for.
static int log_in_as_offered(struct entering *e)
{
	struct sign_in_place place;
	int code = EXIT_USAGE;

	if (e->o->password_fd >= 0 || e->o->password_cmd)
		return log_in(e);
	if (is_in_by_ticket(e))
		return take_account(e);
	if (!enter_signs_in(&e->profile, &place))
		return log_in(e);
	switch (sign_in_ask(&place)) {
	case SIGN_IN_THERE:
		code = sign_in(e, &place);
		break;
	case SIGN_IN_BY_PASSWORD:
		code = log_in(e);
		break;
	case SIGN_IN_CANCELLED:
		fprintf(stderr, "snug: cancelled\n");
		break;
	}
	sign_in_place_clear(&place);
	return code;
}

static int log_in_somehow(struct entering *e)
{
	if (e->link.device[0])
		return log_in_by_device(e);
	return e->is_new ? log_in(e) : log_in_as_offered(e);
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
			    "snug: the server did not take this computer's key (%s): "
			    "it asks who you are each time",
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
		entering_say(EXIT_CONFIG, error);
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
		entering_say(EXIT_CONFIG, error);
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
	int code = entering_take_link(e);

	if (code == EXIT_OK)
		code = entering_open_profile(e);
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
		code = log_in_somehow(e);
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
