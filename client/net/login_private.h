// SPDX-License-Identifier: MIT
// What the files of the login share.
#pragma once

#include "client/net/login.h"

void login_send_with(struct login_flow *l, const char *command, const char *argument);
enum login_result login_fail(struct login_flow *l, enum failure failure, struct span detail);

// login_code.c: the second step, behind a password.
// AUTHENTICATE 2FA-REQUIRED; the payload of AUTHENTICATE TOTP; its refusal.
void login_wants_code(struct login_flow *l);
void login_send_code(struct login_flow *l);
MUST_USE enum login_result login_code_refused(struct login_flow *l, struct span words);

// login_first.c: a way that is tried before the order's own.
// The offer is known: from here on it is what is ordered, where the server knows it.
void login_first_begin(struct login_flow *l);
// A FAIL of it: the refusal comes, and then the next way.
MUST_USE bool login_first_goes_on(const struct login_flow *l, struct span command);
// It was refused, or gave up. False: it was not what was tried; else the order is as it was.
MUST_USE bool login_first_ended(struct login_flow *l);

// Words are "name" or "name=value", with blanks between.
MUST_USE bool caps_find(struct span words, struct span name, struct span *value);
void caps_drop(struct login_flow *l, struct span name);
// What nobody asked for is not enabled, however often the server says so.
void caps_acknowledged(struct login_flow *l, struct span words);
// Asks for what is wanted, offered, and not enabled yet; for what was enabled the last time.
void caps_request_offered(struct login_flow *l);
void caps_request_known(struct login_flow *l);
