// SPDX-License-Identifier: MIT
// CERT TOKEN: one's own app tokens, which stand in the password's place where no certificate
// can be shown.
//
//	CERT TOKEN ADD [LABEL [DEVICE]]	DEVICE: of a device (step_up.h), as a page
//	CERT TOKEN LIST
//	CERT TOKEN DEL NUMBER|LABEL [CONFIRM]	CONFIRM: also the one of this session
//
// Answers; a token is shown here and never again:
//
//	CERT TOKEN ADD NUMBER TOKEN :LABEL
//	CERT TOKEN LIST NUMBER DEVICE|PROGRAM ADDED USED EXPIRES :LABEL	* never
//	CERT TOKEN LIST *				the end
//	CERT TOKEN DEL NUMBER :LABEL
//
// Main thread.
#pragma once

#include "server/hub/people/credential.h"

// Its first parameter is TOKEN. False: the second is no subcommand, nothing was said.
MUST_USE bool device_token(struct session *s, const struct msg *m);
// Makes a token for who may, and tells all devices; the label is fit. `text` is to be shown
// once and wiped.
MUST_USE struct credential *device_token_new(struct session *s, struct span label,
					     bool is_device,
					     char text[static TOKEN_TEXT_MAX + 1]);
