// SPDX-License-Identifier: MIT
#include "common/caps.h"

static const char *const names[CAPS] = {
#define CAP(name, wire) [CAP_##name] = wire,
#include "common/caps.def"
#undef CAP
};

_Static_assert(CAPS <= 64, "a cap_set holds 64 capabilities");

const char *cap_name(enum cap cap)
{
	return names[cap];
}

bool cap_find(struct span name, enum cap *cap)
{
	for (int i = 0; i < CAPS; i++) {
		if (!span_eq(name, span_of(names[i])))
			continue;
		*cap = (enum cap)i;
		return true;
	}
	return false;
}
