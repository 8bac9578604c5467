// SPDX-License-Identifier: MIT
// A picture that came with a message, as a face wants to have it shown: drawn by a program of
// its own, somewhere else, and never decoded here.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

// What the face can show.
enum picture_form {
	PICTURE_BLOCKS, // lines of text, with colours (SGR)
	PICTURE_SIXEL,
	PICTURE_KITTY,
};

enum picture_colors { PICTURE_MONO, PICTURE_16, PICTURE_256, PICTURE_TRUE };

struct picture_wish {
	struct span id; // of the message
	enum picture_form form;
	int width, height; // at most: in cells, of others in pixels
	enum picture_colors colors;
	bool is_ascii;
};

// What came of a wish. Nobody looked at the bytes: they are whatever that program wrote.
struct picture_answer {
	const struct picture_wish *wish;
	struct span bytes;
	const char *why; // there are none, in words; or NULL
};

// The message has a file that says it is a picture of a kind that is drawn.
MUST_USE bool picture_is_in(const struct log_line *l);
// Tells all who watch.
void picture_tell(struct model *m, const struct picture_answer *a);
