// SPDX-License-Identifier: MIT
// What the hub calls files: `snug get ID` and `snugd file delete ID` take each as it is shown.
#include "tests/unit/hub/files_peer.h"

static void each_is_called_by_what_is_no_option(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", KNOWING);
	char token[48];
	struct span who = bearer(alice, token);

	for (int i = 0; i < 400; i++) {
		struct told t = put_head(f, who, "", 1);

		assert_int_equal(t.answer.then, WEB_TAKES);
		assert_true(id_text(&t.answer.file)[0] != '-');
		hub_asked(f->hub, SOMEBODY,
			  &(struct web_question){.route = ROUTE_FILE_PUT_GONE,
						 .file = t.answer.file});
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(each_is_called_by_what_is_no_option, files_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
