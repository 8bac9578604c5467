// SPDX-License-Identifier: MIT
#include "common/numerics.h"

static const char *const texts[1000] = {
#define NUMERIC(symbol, number, text) [number] = text,
#include "common/numerics.def"
#undef NUMERIC
};

const char *numeric_text(enum numeric numeric)
{
	return texts[numeric] ? texts[numeric] : "";
}
