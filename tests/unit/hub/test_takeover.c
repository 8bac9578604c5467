// SPDX-License-Identifier: MIT
// Somebody who signs in elsewhere as who they are not here: every account of a table, by every
// identity of another, with every name that could be proposed for it. Only a binding ever lets
// in as an account that is there.
#include "tests/unit/hub/bearer_peer.h"

// An identity: who it is there, and to which account it is bound here at first; NULL: none.
static const struct who {
	const char *issuer, *subject, *tenant, *account;
} whos[] = {
	{ISSUER, "a1", "", "ann"},
	{ISSUER, "b1", "", "bob"},
	{OTHER_ISSUER, "a1", "", NULL},      // the same sub of another issuer
	{ISSUER, "A1", "", NULL},            // equal but for its case
	{ISSUER, "a1", "t2", NULL},          // of another tenant
	{ISSUER, "ann", "", NULL},           // called as the account is
	{ISSUER, "ann@id.test", "", NULL},   // an address
	{ISSUER, "bob@id.test", "", NULL},   // ... swapped
	{ISSUER "/", "a1", "", NULL},        // nearly the issuer
	{"https://id.tes", "ta1", "", NULL}, // the same letters, cut elsewhere
};

// Names that it may bring, and what an account is made of, where it is bound to none; NULL: none
// is.
static const struct proposal {
	const char *name, *made;
} proposals[] = {
	{"ann", NULL},          // there is one
	{"ANN", NULL},          // folded
	{"ann@id.test", NULL},  // what comes of an address
	{"ANN@ID.TEST", NULL},  // ...
	{"\u00e1nn", NULL},     // ... of another alphabet
	{" ann.", NULL},        // ... of what is no letter
	{"bob", NULL},          // ... as with ann
	{"car1", NULL},         // looks like one
	{"car1@id.test", NULL}, // ...
	{"old", NULL},          // it was somebody's
	{"Old@id.test", NULL},  // ...
	{"root", NULL},         // an administrator's
	{"NickServ", NULL},     // the server's own
	{"nickserv@id", NULL},  // ...
	{"", NULL},             // nothing
	{"@id.test", NULL},     // ...
	{NULL, NULL},           // ...
	{"zoe", "zoe"},         // free
	{"1st", "_1st"},        // mended
	{"a b", "a-b"},         // ...
	{"Zo\u00eb@id", "zoe"}, // ...
};

// What the account is that the identity is bound to.
enum state_of { AS_IT_IS, RENAMED_HERE, DISABLED, STATES };

static struct identity_answer *answer_of(const struct who *w, const struct proposal *p)
{
	struct identity_answer *a = is(w->issuer, w->subject, p->name);

	if (w->tenant[0])
		a->tenant = xstrdup(w->tenant);
	return a;
}

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static void set_up(struct fixture *f, enum state_of state)
{
	struct hub_config config = with_issuer();

	fixture_renew(f, &config);
	(void)fixture_admin_account(f, "root");
	for (size_t i = 0; i < ARRAY_LEN(whos); i++) {
		const struct who *w = &whos[i];
		const struct bound_to to = {IDENTITY_OIDC, span_of(w->issuer),
					    span_of(w->subject), span_of(w->tenant)};

		if (w->account)
			binding_new(fixture_account(f, w->account), &to, true);
	}
	(void)fixture_account(f, "carl");
	(void)fixture_account(f, "old");
	verb(f, "user rename old other");
	if (state == RENAMED_HERE)
		verb(f, "user rename ann anna");
	else if (state == DISABLED)
		verb(f, "user disable ann bob");
}

// Whose account it is; NULL: nobody's.
static const char *wanted(const struct who *w, const struct proposal *p, enum state_of state)
{
	if (w->account && state == DISABLED)
		return NULL;
	if (w->account && state == RENAMED_HERE && !strcmp(w->account, "ann"))
		return "anna";
	return w->account ? w->account : p->made;
}

static void try_one(struct fixture *f, const struct who *w, const struct proposal *p,
		    enum state_of state)
{
	const char *name = wanted(w, p, state);
	size_t n_before;
	struct peer *peer;

	set_up(f, state);
	n_before = f->hub->account_names.n_items;
	peer = opened(f);
	bearer_says(peer, "", "auth=Bearer token\x01");
	fixture_identified(f, answer_of(w, p));
	if (name) {
		const struct session *s = peer_session(peer);

		if (!s->account || strcmp(s->account->name, name) != 0)
			fail_msg("%s %s as %s, state %d: is %s, not %s", w->issuer, w->subject,
				 p->name, (int)state, s->account ? s->account->name : "nobody",
				 name);
		assert_int_equal(f->hub->account_names.n_items, n_before + !w->account);
		return;
	}
	if (peer_session(peer)->account)
		fail_msg("%s %s as %s, state %d: is %s, not nobody", w->issuer, w->subject,
			 p->name, (int)state, peer_session(peer)->account->name);
	end_failure(peer);
	expect_later(peer, "server 904 * :*");
	assert_null(peer_session(peer)->account);
	assert_int_equal(f->hub->account_names.n_items, n_before);
}

// Proves O1.
static void nothing_but_a_binding_lets_in_as_an_account_that_is_there(void **state)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(whos); i++) {
		for (size_t k = 0; k < ARRAY_LEN(proposals); k++) {
			for (enum state_of s = 0; s < STATES; s++, n++)
				try_one(*state, &whos[i], &proposals[k], s);
		}
	}
	print_message("           %zu cases: %zu identities, %zu names, %d states\n", n,
		      ARRAY_LEN(whos), ARRAY_LEN(proposals), STATES);
	assert_int_equal(n, ARRAY_LEN(whos) * ARRAY_LEN(proposals) * STATES);
}

static void a_taken_name_is_told_and_how_it_is_bound(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	is_refused(f, is(ISSUER, "a1", "ann"),
		   "No account is bound to this identity, and the name ann is another "
		   "account's*snugd user bind",
		   "name");
}

static void where_none_are_made_an_unknown_one_is_refused(void **state)
{
	struct hub_config config = with_issuer();
	struct fixture *f = *state;

	config.sign_in_makes = false;
	fixture_renew(f, &config);
	is_refused(f, is(ISSUER, "a1", "ann"), "No account is bound to this identity*",
		   "unbound");
	assert_null(account_find(f->hub, SPAN("ann")));
}

static void nobody_is_made_in_a_lockdown(void **state)
{
	struct fixture *f = *state;

	verb(f, "lockdown");
	is_refused(f, is(ISSUER, "a1", "ann"), "*", "lockdown");
	assert_null(account_find(f->hub, SPAN("ann")));
}

// What goes on a line and into the database is judged, whoever says it.
static void an_identity_that_no_line_can_have_is_refused(void **state)
{
	static const struct {
		const char *issuer, *subject, *tenant;
	} rows[] = {
		{ISSUER, "", NULL},      {ISSUER, "a\nb", NULL},
		{ISSUER, "a\xff", NULL}, {"http://id.test", "a", NULL},
		{"krb5:R", "a", NULL},   {ISSUER " x", "a", NULL},
		{ISSUER, "a", "t 2"},    {ISSUER, "a", ":t"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct identity_answer *a = is(rows[i].issuer, rows[i].subject, "ann");

		a->tenant = rows[i].tenant ? xstrdup(rows[i].tenant) : NULL;
		is_refused(f, a, "*", "claims");
	}
	assert_null(account_find(f->hub, SPAN("ann")));
	fixture_restart(f, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(nothing_but_a_binding_lets_in_as_an_account_that_is_there),
		ISSUER_TEST(a_taken_name_is_told_and_how_it_is_bound),
		ISSUER_TEST(where_none_are_made_an_unknown_one_is_refused),
		ISSUER_TEST(nobody_is_made_in_a_lockdown),
		ISSUER_TEST(an_identity_that_no_line_can_have_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
