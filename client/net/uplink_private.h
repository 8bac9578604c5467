// SPDX-License-Identifier: MIT
// What the files of the uplink share.
#pragma once

#include "client/net/backoff.h"
#include "client/net/places.h"
#include "client/net/uplink.h"

struct uplink {
	const struct outside *outside;
	struct uplink_events events;
	struct link *link;
	struct login_flow login;
	void *timer; // next try, login deadline, idle
	struct backoff backoff;
	enum uplink_state state;
	enum failure failure;
	char *detail;
	char *server_error; // text of the last ERROR line, or NULL
	char *name, *invite, *caps;
	struct places places;
	struct uplink_order order;
	bool has_peer_pin;
	uint8_t peer_pin[TLS_PIN_LEN];
	struct tls_binding binding; // of the stream that is up
	int64_t next_at;
	int64_t pinged_at; // 0: no PING is open
	bool is_probe;     // the PING is answered soon, or the connection is gone
	bool is_looking;   // the timer will look whether the server still answers
	int64_t drift;     // wall minus monotonic time, to notice sleep
	uint64_t n_pings;
	int lag_ms;
	int64_t ahead_ms;      // the server's wall time minus our monotonic one; 0: unknown
	int64_t storing_since; // monotonic ms: it waits for its store; 0: it does not
};

// uplink_heard.c. A line came; the connection is another one.
void uplink_note(struct uplink *s, const struct msg *m);
void uplink_forget(struct uplink *s);
