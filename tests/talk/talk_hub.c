// SPDX-License-Identifier: MIT
// Plays talk scripts on a bare hub: talk_hub FILE...
#include "common/die.h"
#include "tests/support/hub_fixture.h"
#include "tests/support/talk.h"

#include <stdio.h>
#include <stdlib.h>

static void *connect_peer(void *arg, const char *account, const char *caps, bool loud)
{
	return loud ? fixture_login_loud(arg, account, caps)
		    : fixture_login(arg, account, caps);
}

static void send_line(void *client, const char *line)
{
	peer_send(client, "%s", line);
}

static const char *next_line(void *client)
{
	return peer_next(client);
}

static void cut(void *client)
{
	peer_close(client);
}

static bool is_closed(void *client)
{
	return peer_is_closed(client);
}

static bool can(enum talk_deed deed)
{
	(void)deed;
	return true;
}

static void deed(void *arg, enum talk_deed deed, void *client, long number)
{
	switch (deed) {
	case TALK_DISK_HOLDS:
		fixture_disk_holds(arg);
		break;
	case TALK_DISK_COMMITS:
		fixture_commit(arg);
		break;
	case TALK_DISK_WORKS:
		fixture_disk_works(arg);
		break;
	case TALK_DISK_LOW:
		fixture_disk_is(arg, DISK_LOW);
		break;
	case TALK_DISK_FINE:
		fixture_disk_is(arg, DISK_FINE);
		break;
	case TALK_STORE_LEAVES:
		fixture_store_leaves(arg);
		break;
	case TALK_STORE_RETURNS:
		fixture_store_returns(arg);
		break;
	case TALK_RESTART:
		fixture_restart(arg, false);
		break;
	case TALK_CRASH:
		fixture_restart(arg, true);
		break;
	case TALK_STALL:
		peer_stall(client);
		break;
	case TALK_DRAIN:
		peer_drain(client);
		break;
	case TALK_PASS:
		fixture_pass(arg, number * 1000);
		break;
	}
}

static bool play(const char *file)
{
	struct talk_driver driver = {
		.arg = fixture_new(NULL),
		.server = FIXTURE_SERVER,
		.connect = connect_peer,
		.send = send_line,
		.next = next_line,
		.cut = cut,
		.is_closed = is_closed,
		.can = can,
		.deed = deed,
	};
	char *why = NULL;
	bool good = talk_play(&driver, file, &why) == TALK_OK;

	printf("%s %s\n", good ? "ok  " : "FAIL", good ? file : why);
	free(why);
	fixture_free(driver.arg);
	return good;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += !play(argv[i]);
	printf("%d of %d talks on the hub went as written\n", argc - 1 - failed, argc - 1);
	return failed ? 1 : 0;
}
