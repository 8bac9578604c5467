// SPDX-License-Identifier: MIT
// A link or address that somebody comes with, on the way to a screen: what it names, and the
// profile that is made of it.
//
// Owner: main; blocks. Words go to stderr, questions to /dev/tty.
#pragma once

#include "client/app/client.h"
#include "client/sign_in/bearer_login.h"
#include "client/verbs/options.h"
#include "client/verbs/prompt.h"
#include "common/snug_link.h"

struct entering {
	struct options *o;
	struct loop *loop;
	struct outside outside;
	struct snug_link link;
	struct profile profile;
	struct preferences config;
	struct client *client;
	struct secret secret;
	struct bearer_login bearer; // of a sign-in elsewhere
	char at_name[64];           // of "NAME@HOST", or ""
	char name[64];
	char known_name[64]; // the account of a profile that is entered again, or ""
	bool is_new;         // an account is made
	bool made_password;
	bool shows_ticket; // of Kerberos
};

// "snug: words" on stderr; the code.
int entering_say(int code, const char *words);
// That this computer knows the server under another account.
int entering_say_another(void);
// What is come with. EXIT_OK, or the exit code; it was said why.
MUST_USE int entering_take_link(struct entering *e);
// e->profile, new or with what is stored already: the pin counts, another one is never taken
// over in silence. EXIT_OK, or the exit code; it was said why.
MUST_USE int entering_open_profile(struct entering *e);
