// SPDX-License-Identifier: MIT
// What chafa is asked for: one still picture, in the form and size of a wish. Pure.
#pragma once

#include "client/model/picture.h"

#define PAINTER_ARGS 16
#define PAINTER_ARG_LEN 32

struct painter_args {
	const char *list[PAINTER_ARGS + 1];
	char size[PAINTER_ARG_LEN];
};

// The words behind the program's name, to a NULL; they live as long as *a.
MUST_USE const char *const *painter_args(struct painter_args *a,
					 const struct picture_wish *wish);
