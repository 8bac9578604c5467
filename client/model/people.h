// SPDX-License-Identifier: MIT
// People and members of a model.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

struct person *person_need(struct model *m, struct span nick);
MUST_USE struct person *person_find(const struct model *m, struct span nick);
MUST_USE struct room_member *people_member(const struct target *t, struct span nick);
// Members who are connected.
MUST_USE size_t people_here(const struct target *t);
