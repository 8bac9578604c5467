// SPDX-License-Identifier: MIT
// Whoever ends a thing need not ask whether it was ever begun.
#include "client/app/door.h"
#include "client/api/requests.h"
#include "client/seat/arranged.h"
#include "client/app/client.h"
#include "client/app/unsent_file.h"
#include "client/model/extra.h"
#include "client/model/model.h"
#include "client/net/calls.h"
#include "client/outside/dial.h"
#include "client/outside/route.h"
#include "client/net/uplink.h"
#include "client/sync/catchup.h"
#include "client/sync/delivery.h"
#include "client/sync/marks.h"
#include "client/sync/unsent.h"
#include "client/ui/plain.h"
#include "client/ui/theme.h"
#include "client/ui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_was_not_begun_may_be_ended(void **state)
{
	(void)state;
	model_free(NULL);
	extra_free(NULL);
	calls_free(NULL);
	uplink_free(NULL);
	route_free(NULL);
	dial_free(NULL);
	ui_free(NULL);
	plain_free(NULL);
	theme_free(NULL);
	client_free(NULL);
	unsent_file_close(NULL);
	arranged_free(NULL);
	requests_free(NULL);
	door_close(NULL);
	delivery_free(NULL);
	unsent_free(NULL);
	catchup_free(NULL);
	marks_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_begun_may_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
