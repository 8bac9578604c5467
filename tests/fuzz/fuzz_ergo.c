// SPDX-License-Identifier: MIT
// Whatever stands in a file that is said to be Ergo's: it is read or refused with words, and
// of what is read each account's verifier is one that is taken here.
#include "server/import/ergo.h"

#include "server/letters/verifier.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct import_people p = {0};
	char *error = NULL;

	if (ergo_read(span_from(bytes, len), &p, &error)) {
		for (size_t i = 0; i < p.n_users; i++) {
			struct verifier v;

			assert(!p.users[i].verifier.at ||
			       verifier_parse(p.users[i].verifier, &v) == PHC_OK);
		}
		for (size_t i = 0; i < p.n_rooms; i++)
			assert(p.rooms[i].limit >= 0 && p.rooms[i].name.at);
	} else {
		assert(error);
	}
	free(error);
	people_clear(&p);
	return 0;
}
