// SPDX-License-Identifier: MIT
// What a file is, by its first bytes alone: the short list of what a browser may show where it
// stands (images, audio, video). All else is kept, and handed over to be saved.
// No parser looks at a file here. Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdbool.h>

#define FILE_TYPE_LOOK 64 // first bytes that are looked at
#define FILE_TYPE_OTHER "application/octet-stream"

// "image/png", ...; FILE_TYPE_OTHER when it is none of the list. A constant.
MUST_USE struct span file_type_of(struct span first);
// Whether it is one of the list, as file_type_of() spells it.
MUST_USE bool file_type_is_shown(struct span type);
