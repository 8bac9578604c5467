// SPDX-License-Identifier: MIT
// The verbs of administrators: in chat (/msg Snug) and over the page (ADMIN RUN) whatever acts
// wants a proof, by each proof there is; at the command line it is done at once, and who it is
// about is told of what was done to how one gets in.
#include "tests/unit/hub/step_up_scene.h"

static const struct verb {
	const char *noun, *verb;
	bool is_act;
} verbs[] = {
#define VERB(noun, verb, fn, usage, about) {noun, verb, false},
#define ACT(noun, verb, fn, usage, about) {noun, verb, true},
#define EACH ACT
#define DEED ACT
#include "server/hub/admin/admin.def"
#undef VERB
};

// No verb has this flag: what is let through does nothing.
static void put(struct buf *line, const struct verb *v, bool is_snug)
{
	struct span rest = span_of(v->verb);

	buf_reset(line);
	buf_printf(line, is_snug ? "PRIVMSG Snug :%s" : "ADMIN RUN :[\"%s\"", v->noun);
	while (rest.len) {
		struct span word = span_cut(&rest, ' ');

		buf_printf(line, is_snug ? " " SPAN_FMT : ",\"" SPAN_FMT "\"", SPAN_ARG(word));
	}
	buf_add_str(line, is_snug ? " --nonsense" : ",\"--nonsense\"]");
}

static bool is_asked(struct peer *p)
{
	bool is = false;

	for (const char *line; (line = peer_next(p));)
		is = is || strstr(line, "STEP_UP_REQUIRED") ||
		     strstr(line, ":Prove first that it is you");
	return is;
}

// By one door with one proof; how many verbs there are.
static size_t try_door(struct fixture *f, enum proof proof, bool is_snug)
{
	struct scene c = {.is_enrolled = true};
	struct buf line = {0};

	fixture_renew(f, NULL);
	(void)fixture_admin_account(f, "ann");
	scene_set_up(&c, f, DEVICE_YOUNG);
	scene_come(&c, DEVICE_YOUNG);
	assert_true(peer_session(c.asks)->oper);
	scene_prove(&c, proof);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		put(&line, &verbs[i], is_snug);
		peer_send(c.asks, "%s", buf_str(&line));
		if (is_asked(c.asks) != (verbs[i].is_act && !is_proved(proof)))
			fail_msg("%s, proof %d", buf_str(&line), (int)proof);
	}
	buf_clear(&line);
	return ARRAY_LEN(verbs);
}

// Proves A18.
static void what_acts_wants_a_proof_by_each_door(void **state)
{
	size_t n = 0;

	for (int proof = 0; proof < PROOFS; proof++)
		n += try_door(*state, proof, true) + try_door(*state, proof, false);
	print_message("           %zu cases: %zu verbs, 2 doors, %d proofs\n", n,
		      ARRAY_LEN(verbs), PROOFS);
}

// Several at once begin with a line end, which JSON can hold.
static void several_at_once_want_one_too(void **state)
{
	struct fixture *f = *state;
	struct scene c = {.is_enrolled = true};
	size_t before;

	(void)fixture_admin_account(f, "ann");
	scene_set_up(&c, f, DEVICE_YOUNG);
	scene_come(&c, DEVICE_YOUNG);
	before = credentials_count(fixture_account(f, "ann"));
	peer_send(c.asks, "ADMIN RUN :[\"\\n\",\"user\",\"token\",\"add\",\"ann\"]");
	assert_true(is_asked(c.asks));
	assert_int_equal(credentials_count(fixture_account(f, "ann")), before);
}

enum told {
	NOTICE,  // to all devices
	ENDED,   // their connections are
	NOTHING, // nothing lets in that did not, and nobody is kept out
};

// Each act on accounts, at the command line; ann has the devices of the scene.
static const struct deed {
	const char *words;
	enum told told;
} deeds[] = {
	{"user 2fa reset ann", NOTICE},
	{"user bind ann --issuer krb5:R --subject ann", NOTICE},
	{"user cert add ann 0000000000000000000000000000000000000000000", NOTICE},
	{"user token add ann", NOTICE},
	{"user passwd ann --no-password", ENDED},
	{"user passwd ann --no-password --keep-devices", ENDED},
	{"user revoke-all ann", ENDED},
	{"user cert del ann own", ENDED},
	{"user disable ann", ENDED},
	{"user kick ann", ENDED},
	{"user delete ann --confirm ann", ENDED},
	{"user erase ann --confirm ann", ENDED},
	{"user token revoke ann spare", NOTHING}, // nobody was in by it
	{"user role ann admin --confirm ann", NOTHING},
	{"user set ann --class bot", NOTHING},
	{"user rename ann eve", NOTHING}, // seen by the name
	{"user enable ann", NOTHING},     // it was
	{"user add eve --no-password", NOTHING},
};

static const char *const elsewhere[] = {
	"user import",      // makes accounts of a file: tests/unit/import, test_import.py
	"user push remove", // lets nobody in or out: test_audit.c, test_webpush.c
	"user unbind",      // of one that is bound: test_bind.c
};

static void try_deed(struct fixture *f, const struct deed *d)
{
	struct scene c = {.is_enrolled = true};
	struct admin_answer *a;
	bool is_told = false, has_ended;

	fixture_renew(f, NULL);
	scene_set_up(&c, f, DEVICE_YOUNG);
	scene_come(&c, DEVICE_YOUNG);
	a = fixture_verb(f, d->words, NULL);
	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, d->words, SPAN_ARG(a->words));
	admin_answer_free(a);
	fixture_settle(f);
	for (const char *line; (line = peer_next(c.asks));)
		is_told = is_told || strstr(line, " NOTICE ann :An administrator");
	has_ended = peer_is_closed(c.asks);
	if (is_told != (d->told == NOTICE) || has_ended != (d->told == ENDED))
		fail_msg("%s: told %d, ended %d", d->words, is_told, has_ended);
}

static bool has_row(const struct verb *v)
{
	char begin[64];

	snprintf(begin, sizeof(begin), "%s %s", v->noun, v->verb);
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		if (strncmp(deeds[i].words, begin, strlen(begin)) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		if (strcmp(elsewhere[i], begin) == 0)
			return true;
	}
	return false;
}

// That each leaves its row in the audit log is test_audit.c.
// Proves A22.
static void the_command_line_acts_at_once_and_the_account_is_told(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (verbs[i].is_act && strcmp(verbs[i].noun, "user") == 0 &&
		    !has_row(&verbs[i]))
			fail_msg("user %s has no row here", verbs[i].verb);
	}
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		try_deed(*state, &deeds[i]);
	print_message("           %zu acts on accounts\n", ARRAY_LEN(deeds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_acts_wants_a_proof_by_each_door),
		HUB_TEST(several_at_once_want_one_too),
		HUB_TEST(the_command_line_acts_at_once_and_the_account_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
