// SPDX-License-Identifier: MIT
// The interactive program: model, network and user interface put together.
//
// Owner: main; one thread. Lives as long as the loop.
#pragma once

#include "client/app/settings.h"
#include "client/app/face.h"
#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/app/profile.h"
#include "client/outside/ticket.h"

struct client;

// All borrowed until client_free; `o` is what the core sees of the world, the loop is for the
// program's own files and sockets; face NULL: nobody looks. What cannot be kept is said in the
// model.
MUST_USE struct client *client_new(struct loop *l, const struct outside *o,
				   const struct folders *paths, struct profile *p,
				   struct preferences *config, const struct face *face);
void client_free(struct client *c);
// Connects; the order's secret must stay until the login has ended.
void client_connect(struct client *c, const struct login_order *login);
// What shows a ticket of Kerberos in logins of this client; borrowed.
MUST_USE struct ticket_login *client_ticket(struct client *c);
// With the device's key as the profile says.
void client_connect_device(struct client *c);
// Turns the loop until online or refused. True when online; else *status tells why.
MUST_USE bool client_wait_online(struct client *c, struct uplink_status *status);
// Asks the server to take this device's certificate as a login, waits for the answer and
// writes the profile. NULL, or why it did not work (the caller's).
MUST_USE char *client_enrol(struct client *c, const char *label);
// Shows this room (or person) as soon as we are in it, joining it if need be.
void client_show(struct client *c, const char *target);
// Shows the full screen, or the first lines where `plain` asks for it or there is no terminal.
void client_open(struct client *c, bool plain);
// Opens unless that was done, then runs until the user quits. The exit code.
MUST_USE int client_run(struct client *c, bool plain);
// Says goodbye and closes.
void client_quit(struct client *c, struct span reason);
MUST_USE struct uplink *client_session(struct client *c);
MUST_USE struct calls *client_calls(struct client *c);
MUST_USE struct model *client_model(struct client *c);
