// SPDX-License-Identifier: MIT
// The directory of rooms (LIST): kept until it is whole, then shown in order: by how many are
// in them, by when something was last said, or by name.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

enum list_order { LIST_BY_MEMBERS, LIST_BY_SAID, LIST_BY_NAME };

// The order of the next one.
void directory_order(struct model *m, enum list_order order);
void directory_clear(struct model *m);
