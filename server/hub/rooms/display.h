// SPDX-License-Identifier: MIT
// What people say of themselves in their metadata: `display-name`, a name in any script, and
// `avatar`, the address of a picture.
//
// An account's name is ASCII and its own; the display name is what a face may show in its
// place, so it must not be taken for somebody else (common/alike.h): for the name or display
// name of an administrator, or of anybody its owner sees, who is in a room or in a conversation
// with it. Main thread.
#pragma once

#include "server/hub/rooms/metadata.h"

#define DISPLAY_KEY "display-name"
#define AVATAR_KEY "avatar"

// Why the account cannot have that value, in words; NULL: it can, or it is another key.
// a NULL: nobody is logged in yet, so nobody is compared.
MUST_USE const char *display_fault(const struct account *a, struct span key, struct span value);
// What its metadata says was changed.
void display_changed(struct account *a);
