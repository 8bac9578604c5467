// SPDX-License-Identifier: MIT
// labeled-response (IRCv3): what answers a labeled command carries its label.
//
// From label_start to label_end the lines that answer the session (line.asker) are captured:
// none becomes an ACK, one gets the label, several stand in a batch that has it. A capture may
// stay open over turns while the store or a hasher is asked: what others say to the session
// meanwhile, and what it missed (line.catches_up), goes past it. What comes out is an answer,
// whoever closes the capture.
// Owner: the session; main thread.
#pragma once

#include "server/hub/wire/line.h"

// Opens a capture when the message has a label and s negotiated them.
void label_start(struct session *s, const struct msg *m);
// A line for s; `tags` are its own, rendered.
void label_capture(struct session *s, const struct line *l, struct span tags);
// The capture that was open before another command overtook (NULL: none) is open again.
void label_put_back(struct session *s, struct capture *open);
// Sends what is to be sent and frees; nothing without a capture.
void label_end(struct session *s);
// Moves the label (escaped) into out and ends the capture without an answer: whoever takes
// it answers later, with the label on a line of its own.
void label_take(struct session *s, struct buf *out);
// l to s as an answer in a later turn, with the label that was taken (escaped; "" none).
void label_answer(struct session *s, struct span label, struct line *l);
void label_free(struct capture *c);
