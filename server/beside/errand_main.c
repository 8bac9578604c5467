// SPDX-License-Identifier: MIT
// snug-errand: so far it answers whether it is there.
// What goes out to other hosts will be its to carry.
#include "server/beside/child.h"

#include <unistd.h>

// Without what is done at an exit: it would ask for calls that are shut.
int main(void)
{
	_exit((int)child_run("snug-errand", CHILD_ERRAND));
}
