// SPDX-License-Identifier: MIT
// A face of the program: it shows the model, and turns what the user does into intents. The
// full screen, lines, or none: what is below knows them by these functions alone.
//
// Owner: main, which chooses it (client/faces.c); one thread.
#pragma once

#include "client/app/settings.h"
#include "client/model/intent.h"
#include "client/slash/screen_acts.h"
#include "common/loop.h"

// What a face works with; all borrowed until it is closed.
struct face_order {
	struct loop *loop;
	struct model *model;
	const struct intents *intents;
	const struct preferences *config;
	const struct folders *paths;
	const char *state_dir; // of the profile
	bool plain;            // lines are asked for
};

struct face {
	// Shows the model from now on. Never NULL.
	void *(*open)(const struct face_order *order);
	void (*close)(void *shown);
	// The settings are others now.
	void (*follow)(void *shown, const struct face_order *order);
	// What slash commands may ask of it, or NULL; borrowed until it is closed.
	const struct screen_acts *(*screen)(void *shown);
	// A theme of this name is there and without mistakes; else a line for each in `errors`.
	bool (*has_theme)(const char *themes_dir, struct span name, struct buf *errors);
	// Whether it draws on a terminal of this name (TERM, or NULL); else it writes lines.
	bool (*has_screen)(const char *term);
	// A link as a code to be photographed, on stderr, where there is a terminal that can:
	// for `snug login`.
	void (*show_code)(struct span link);
	// Says on stdout what the terminal answers: for `snug doctor`.
	void (*look_at_terminal)(void);
};
