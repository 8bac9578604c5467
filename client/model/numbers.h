// SPDX-License-Identifier: MIT
// Numbers of messages (snug.chat/seq). A number is one of a history of the server's, which 005
// names: a server that was put back to an older copy has another one, and gives numbers a
// second time. So a line is held by both, and what it is of another history proves nothing
// about what comes now.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

// The server says which history its numbers are of from now on. Known ones are remembered: a
// number of theirs counts again when they come back.
void numbers_are_of(struct model *m, struct span history);
// The line has a number that can be compared with those that come now.
MUST_USE bool number_counts(const struct model *m, const struct log_line *l);
// The server has the message `last`, so it has all that was said before it in the history
// that its number is of, under the same numbers.
void numbers_adopt(struct model *m, struct target *t, const struct log_line *last);
// Nothing is known of the numbers of what is held.
void numbers_forget(struct target *t);
