// SPDX-License-Identifier: MIT
// Keys and tickets of Kerberos without a KDC, for whole processes.
// usage: presser key KEYTAB PRINCIPAL
//        presser ticket KEYTAB CLIENT SERVICE CACHE FROM UNTIL PADDING    (seconds from now)
#include "tests/support/press.h"

#include "common/die.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t from_now(const char *seconds)
{
	return (int64_t)time(NULL) + strtol(seconds, NULL, 10);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "key") == 0)
		press_key(argv[2], argv[3]);
	else if (argc == 9 && strcmp(argv[1], "ticket") == 0)
		press_cache(argv[5],
			    &(struct press_ticket){.keytab = argv[2],
						   .client = argv[3],
						   .service = argv[4],
						   .from_s = from_now(argv[6]),
						   .until_s = from_now(argv[7]),
						   .padding = (int)strtol(argv[8], NULL, 10)});
	else
		die(2,
		    "usage: presser key KEYTAB PRINCIPAL | ticket KEYTAB CLIENT SERVICE CACHE "
		    "FROM UNTIL PADDING");
	return 0;
}
