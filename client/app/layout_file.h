// SPDX-License-Identifier: MIT
// What the user arranged (client/seat/arranged.h), in a file: STATE/PROFILE/layout.
//
// Owner: the client's one thread.
#pragma once

#include "client/seat/arranged.h"

// As it was left there; the file's name is borrowed until arranged_free, as the model is.
MUST_USE struct arranged *layout_file_open(struct model *m, char *file);
