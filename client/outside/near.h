// SPDX-License-Identifier: MIT
// Asks the local network once for servers, by a datagram to all of it, and gathers what is
// answered in a second.
//
// Nothing is trusted by being near (client/net/mdns.h). IPv4: each network that this
// computer is in is asked, and only answers from there count. Owner: main; blocks.
#pragma once

#include "client/net/mdns.h"

#define NEAR_MAX 16
#define NEAR_MS 1000

struct near_server {
	struct mdns_server told;
	char address[16]; // from where it was told, IPv4
};

// Gives how many there are; 0 also where there is no network.
MUST_USE size_t near_ask(struct near_server out[static NEAR_MAX]);
