// SPDX-License-Identifier: MIT
// snugd: hands the words of its command line to cli.c.
#include "server/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
