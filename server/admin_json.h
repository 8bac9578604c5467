// SPDX-License-Identifier: MIT
// Requests and answers of the command line as JSON, one line each.
//
// {"words": ["user", "add", "ann"], "secret": "…", "records": [{"name": "…",
// "password": "…", "password_hash": "…"}]}
// {"code": 0, "words": "…", "plain": "…", "is_record": false, "columns": ["name"],
// "cells": ["ann", 7, true, {"time": 0}]}
// Pure; any thread.
#pragma once

#include "common/buf.h"
#include "server/letters/admin.h"

// Appends the line with its LF. False when a text is not UTF-8.
MUST_USE bool admin_request_encode(const struct admin_request *r, struct buf *out);
void admin_answer_encode(const struct admin_answer *a, struct buf *out);
// NULL and *error (the caller's) when the text is not such a thing.
MUST_USE struct admin_request *admin_request_decode(struct span text, char **error);
MUST_USE struct admin_answer *admin_answer_decode(struct span text, char **error);
// One line of `user import`: {"name": …, "password": …, "password_hash": …}, added to the
// request. False and *error.
MUST_USE bool admin_record_decode(struct admin_request *r, struct span text, char **error);

// Builds requests and answers outside the hub.
void admin_request_word(struct admin_request *r, struct span word);
void admin_answer_column(struct admin_answer *a, const char *name);
void admin_answer_cell(struct admin_answer *a, const struct cell *cell);
