// SPDX-License-Identifier: MIT
// Talk scripts: tests that read as conversations, the same for a bare hub and a server.
//
// A line is a statement; '#' and a space, or '#' alone, begins a comment.
//   alice, bob connect [as ACCOUNT[@DEVICE]] [with CAP CAP ...]
//   alice, bob join #den           both, and nobody has to hear of it
//   alice: LINE                    alice sends it; $name stands for what was bound
//   bob hears PATTERN              his next line (pattern.h)
//   bob hears at last PATTERN      one of his next lines
//   alice, bob hear nothing
//   bob answers the ping           hears it and says PONG; to others the ping about what
//                                  they had comes at any time, and is passed over
//   bob is asked nothing           hears nothing, not even that ping
//   alice, bob forget              what they heard so far
//   alice is cut off               her connection breaks
//   alice is gone                  the server closed it
//   bob stalls | bob drains        he stops reading, he reads again
//   disk holds | commits | works | is low | is fine
//   server restarts | server crashes
//   SECONDS seconds pass
// Who was not connected yet is when first named, with TALK_CAPS.
#pragma once

#include "tests/support/pattern.h"

#define TALK_CAPS "batch echo-message labeled-response message-tags server-time"

enum talk_deed {
	TALK_DISK_HOLDS,
	TALK_DISK_COMMITS,
	TALK_DISK_WORKS,
	TALK_DISK_LOW,
	TALK_DISK_FINE,
	TALK_STORE_LEAVES,
	TALK_STORE_RETURNS,
	TALK_RESTART,
	TALK_CRASH,
	TALK_STALL, // of a client
	TALK_DRAIN,
	TALK_PASS, // so many seconds
};

// What a script is played on. Clients are whatever connect gives; they live until end.
struct talk_driver {
	void *arg;
	const char *server; // its name
	// Logs in and forgets the burst, unless `loud`. account: NAME or NAME@DEVICE.
	void *(*connect)(void *arg, const char *account, const char *caps, bool loud);
	void (*send)(void *client, const char *line);
	// The next line; NULL: there is none. Borrowed until end.
	const char *(*next)(void *client);
	void (*cut)(void *client);
	bool (*is_closed)(void *client);
	// False: it cannot do that.
	bool (*can)(enum talk_deed deed);
	void (*deed)(void *arg, enum talk_deed deed, void *client, long number);
};

enum talk_result { TALK_OK, TALK_FAILED, TALK_SKIPPED };

// Plays the file; *why (the caller's) says where and why it failed or was skipped.
MUST_USE enum talk_result talk_play(const struct talk_driver *d, const char *file, char **why);
