// SPDX-License-Identifier: MIT
// The starter: a small process that starts the programs beside snugd, since snugd itself
// executes nothing after its start.
//
// It is forked before snugd has read a key or opened a database, and keeps nothing but one
// socket. It does two things when told to: start one of the programs, whose end of a fresh
// socketpair it hands over, and end it. With snugd it ends, and its programs with it. It is
// shut in: what it may execute is the programs, and what it may read are their libraries.
#pragma once

#include "common/attr.h"
#include "server/beside/errand_allow.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum program { PROGRAM_ERRAND };
#define PROGRAMS 1 // inside: of enum program

// Inside: words that snug-errand is called with.
#define STARTER_WORDS (1 + ERRAND_ALLOWS_MAX + ERRAND_ISSUERS_MAX)

// Of the starter: its one descriptor, and how it begins a process.
#define STARTER_SOCKET 3
#define STARTER_CLONES (CLONE_PIDFD | SIGCHLD)

enum starter_said {
	STARTER_NOTHING, // more later
	STARTER_STARTED, // *end is the caller's
	STARTER_FAILED,
	STARTER_GONE,
};

struct starter_order {
	const char *folder;        // where the programs are
	int priority;              // nice value of all of them
	bool (*drop_rights)(void); // what is left of root
	// What snug-errand is called with, NULL at the end: the file of the authorities, then
	// each exception, then each place of an issuer (errand_issuer_parse). NULL: it is not
	// started.
	const char *const *errand_words;
};

// "snug-errand".
MUST_USE const char *program_name(enum program p);
// Before threads, and before there is anything to hide. The socket, or -1 and errno.
MUST_USE int starter_fork(const struct starter_order *order);
// Ends what of this program still runs, and starts it. Never waits.
void starter_start(int fd, enum program p);
void starter_end(int fd, enum program p);
// The starter's walls (enum beside_walls), for the calling process and for good. `programs`
// are the paths that it may execute. What it starts keeps them: with ca_file, the authorities
// of snug-errand, they have room for that, without (NULL) for nobody who connects anywhere.
MUST_USE uint32_t starter_shut(const char *const programs[PROGRAMS], const char *ca_file);
// What it says next, and about which program.
MUST_USE enum starter_said starter_hear(int fd, enum program *p, int *end);
