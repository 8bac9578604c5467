// SPDX-License-Identifier: MIT
// snug-door: so far it answers whether it is there.
// What asks this computer who somebody is will be its to carry.
#include "server/beside/child.h"

#include <unistd.h>

// Without what is done at an exit: it would ask for calls that are shut.
int main(void)
{
	_exit((int)child_run("snug-door", CHILD_DOOR));
}
