// SPDX-License-Identifier: MIT
// What changes an account, by each way to ask for it, by what proves that it is oneself, by how
// old the device is that asks: every case of them together, against a table of what must come
// out. Whatever a command or service says that it does has a row here. The verbs of
// administrators are in test_step_up_admin.c.
#include "tests/unit/hub/step_up_scene.h"

enum outcome {
	FINE,
	STEP_UP,   // STEP_UP_REQUIRED
	TOO_YOUNG, // DEVICE_TOO_YOUNG
	CODE,      // wants a code, whatever was proved
	WAITS,     // is in force in a day
};

#define NICKSERV "PRIVMSG NickServ :"
#define BEFORE "sesame-sesame"
#define CERT_OLD_4 "01010101010101010101010101010101"
#define CERT_OLD CERT_OLD_4 CERT_OLD_4 CERT_OLD_4 CERT_OLD_4

struct way {
	// $ in it: the code of now, or the number of the app or of the binding
	const char *line;
	const char
		*fine; // how the answer begins that says it is done; NickServ's, from its ":"
};

// A program's token gets with a proof what a settled device gets: it is none that could be too
// young.
struct act {
	struct way ways[4];
	enum outcome unproved[DEVICES], proved[DEVICES];
	bool is_bare;    // the second factor is not on
	bool is_renewed; // the password is BEFORE: NickServ takes none with a blank
	bool is_bound;   // ... by the person
};

#define WANTS_PROOF .unproved = {STEP_UP, STEP_UP, STEP_UP}, .proved = {FINE, FINE, FINE}
#define WANTS_AGE .unproved = {STEP_UP, STEP_UP, STEP_UP}, .proved = {TOO_YOUNG, FINE, FINE}
#define WANTS_NOTHING .unproved = {FINE, FINE, FINE}, .proved = {FINE, FINE, FINE}
#define WANTS_CODE .unproved = {CODE, CODE, CODE}, .proved = {CODE, CODE, CODE}

static const struct act acts[] = {
	{{{"CERT ADD new", "CERT ADD"},
	  {NICKSERV "CERT ADD new", ":Certificate "},
	  {"CLIENTCERT CREATE new", "CLIENTCERT CREATE"}},
	 WANTS_PROOF},
	{{{"CERT TOKEN ADD new", "CERT TOKEN ADD"}, {NICKSERV "TOKEN ADD new", ":Token "}},
	 WANTS_PROOF},
	{{{"CERT DEL old", "CERT DEL"},
	  {NICKSERV "CERT DEL old", ":Revoked: "},
	  {"CLIENTCERT DELETE " CERT_OLD, "CLIENTCERT DELETE"}},
	 WANTS_AGE},
	{{{"CERT DEL younger", "CERT DEL"}, {NICKSERV "CERT DEL younger", ":Revoked: "}},
	 WANTS_PROOF},
	{{{"CERT TOKEN DEL spare", "CERT TOKEN DEL"},
	  {NICKSERV "TOKEN DEL spare", ":Revoked: "}},
	 WANTS_AGE},
	{{{"CERT REVOKE OTHERS", "CERT REVOKE OTHERS"}}, WANTS_AGE},
	// A device that is known may let another in, by its own yes.
	{{{"CERT OFFER", "CERT OFFER"}},
	 .unproved = {FINE, FINE, STEP_UP},
	 .proved = {FINE, FINE, FINE}},
	// Without the old password.
	{{{"PASSWD * YmF0dGVyeSBob3JzZSBjb3JyZWN0", "PASSWD"}},
	 .unproved = {STEP_UP, WAITS, STEP_UP},
	 .proved = {FINE, FINE, FINE}},
	// The old one is the proof.
	{{{"PASSWD c2VzYW1lLXNlc2FtZQ== YmF0dGVyeSBob3JzZSBjb3JyZWN0", "PASSWD"},
	  {NICKSERV "PASSWD " BEFORE " battery-horse-correct", ":Your password is changed"},
	  {NICKSERV "SET PASSWORD " BEFORE " battery-horse-correct",
	   ":Your password is changed"}},
	 WANTS_NOTHING,
	 .is_renewed = true},
	{{{"2FA CHALLENGE totp", "NOTE 2FA REGISTRATION_CHALLENGE"}},
	 WANTS_PROOF,
	 .is_bare = true},
	{{{"2FA ENABLE", "2FA ENABLE SUCCESS"}}, WANTS_PROOF, .is_bare = true},
	{{{"2FA REMOVE $", "2FA REMOVE SUCCESS"}}, WANTS_PROOF, .is_bare = true},
	{{{"2FA RECOVERY", "NOTE 2FA RECOVERY_CODES"}}, WANTS_PROOF},
	{{{"2FA DISABLE totp 123", "2FA DISABLE"}}, WANTS_CODE},
	{{{"2FA DISABLE totp $", "2FA DISABLE SUCCESS"}}, WANTS_NOTHING},
	{{{"ACCOUNT EXPORT", "EXPORT"}}, WANTS_PROOF},
	{{{"ACCOUNT DELETE", "NOTE ACCOUNT TO_BE_ERASED"}, {NICKSERV "DROP", ":Your account"}},
	 WANTS_PROOF},
	{{{"ACCOUNT BIND", "NOTE ACCOUNT BIND_NOW"}}, WANTS_PROOF},
	{{{"ACCOUNT UNBIND $", "NOTE ACCOUNT UNBOUND"}}, WANTS_PROOF, .is_bound = true},
};

// What shows, proves, answers, or takes back what one asked for.
static const char *const others[] = {
	"CERT LIST",
	"CERT LOGINS",
	"CERT OTHERS",
	"CERT PROVE",
	"CERT ALLOW",
	"CERT DENY",
	"CERT TOKEN LIST",
	"2FA STATUS",
	"2FA LIST",
	"2FA ADD", // behind CHALLENGE of this session (test_factor.c)
	"ACCOUNT KEEP",
	"ACCOUNT BINDINGS",
	"PASSWD CANCEL",
	NICKSERV "CERT LIST",
	NICKSERV "TOKEN LIST",
	NICKSERV "PASSWD CANCEL",
	NICKSERV "INFO [NICK]",
	NICKSERV "PROVE PASSWORD|CODE",
};

static const char *to_send(struct scene *c, const char *line, char *text, size_t size)
{
	const char *var = strncmp(line, "2FA REMOVE", 10) == 0       ? "factor"
			  : strncmp(line, "ACCOUNT UNBIND", 14) == 0 ? "binding"
								     : NULL;
	size_t len = strlen(line);

	if (line[len - 1] != '$')
		return line;
	snprintf(text, size, "%.*s%s", (int)len - 1, line,
		 var ? fixture_var(c->fixture, var) : app_next(&c->app));
	return text;
}

// Now, since a lease would be over by then.
static void be_bound(struct scene *c)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN("https://id.test"), SPAN("a"),
				    SPAN("")};

	binding_new(account_find(c->fixture->hub, SPAN("ann")), &to, true);
	peer_send(c->asks, "ACCOUNT BINDINGS");
	expect_later(c->asks,
		     "server NOTE ACCOUNT BINDING $binding oidc https://id.test * * :a");
}

static bool is_fine(const char *line, const char *fine)
{
	char begins[80];

	if (fine[0] == ':')
		return strncmp(line, ":NickServ", 9) == 0 && strstr(line, fine);
	snprintf(begins, sizeof(begins), ":" FIXTURE_SERVER " %s", fine);
	return strncmp(line, begins, strlen(begins)) == 0;
}

// What the lines that came say of it; -1: nothing that is known.
static int outcome_of(struct peer *p, const struct way *way)
{
	int found = -1;

	for (const char *line; (line = peer_next(p));) {
		if (strstr(line, "STEP_UP_REQUIRED") || strstr(line, ":Prove first that"))
			found = STEP_UP;
		else if (strstr(line, "DEVICE_TOO_YOUNG") ||
			 strstr(line, ":A device takes away older ones only"))
			found = TOO_YOUNG;
		else if (strstr(line, "INVALID_CHALLENGE_RESPONSE"))
			found = CODE;
		else if (strstr(line, "PASSWD PENDING"))
			found = WAITS;
		else if (is_fine(line, way->fine) && found < 0)
			found = FINE;
	}
	return found;
}

static void try_one(struct fixture *f, const struct act *a, const struct way *way,
		    enum proof proof, enum device device)
{
	struct scene c = {.is_enrolled = !a->is_bare};
	struct hub_config config = fixture_config();
	enum outcome wanted = (is_proved(proof) ? a->proved : a->unproved)[device];
	char text[200];
	int found;

	config.oidc.issuer = SPAN("https://id.test");
	fixture_renew(f, &config);
	scene_set_up(&c, f, device);
	scene_come(&c, device);
	scene_prove(&c, proof);
	if (a->is_bound)
		be_bound(&c);
	if (a->is_renewed) {
		peer_send(c.asks, "PASSWD " PASSWORD_B64 " c2VzYW1lLXNlc2FtZQ==");
		expect_later(c.asks, "server PASSWD *");
		peer_skip(c.asks);
	}
	peer_send(c.asks, "%s", to_send(&c, way->line, text, sizeof(text)));
	fixture_settle(f);
	found = outcome_of(c.asks, way);
	if (found != (int)wanted)
		fail_msg("%s, proof %d, device %d: %d, not %d", way->line, (int)proof,
			 (int)device, found, (int)wanted);
}

static bool is_possible(const struct act *a, enum proof proof, enum device device)
{
	// A program's token asks no other device, and there is no code without an app.
	return !(proof == PROOF_YES && device == DEVICE_TOKEN) &&
	       !(proof == PROOF_CODE && a->is_bare) &&
	       // Without a password here there is none to be changed by the old one.
	       !((proof == PROOF_STACK || proof == PROOF_SIGN_IN) && a->is_renewed) &&
	       // A certificate that is known is not added.
	       !(strcmp(a->ways[0].line, "CERT ADD new") == 0 && device != DEVICE_TOKEN);
}

static size_t try_all(struct fixture *f, const struct act *a, const struct way *way)
{
	size_t n = 0;

	for (int proof = 0; proof < PROOFS; proof++) {
		for (int device = 0; device < DEVICES; device++) {
			if (!is_possible(a, proof, device))
				continue;
			try_one(f, a, way, proof, device);
			n++;
		}
	}
	return n;
}

// Proves A18, O5.
static void every_act_wants_what_the_table_says(void **state)
{
	size_t n = 0, n_ways = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		for (const struct way *way = acts[i].ways; way->line; way++, n_ways++)
			n += try_all(*state, &acts[i], way);
	}
	print_message("           %zu cases: %zu acts by %zu ways, %d proofs, %d devices\n", n,
		      ARRAY_LEN(acts), n_ways, PROOFS, DEVICES);
	assert_in_range(n, 300, SIZE_MAX);
}

// Rows that begin so.
static size_t count_rows(const char *begin)
{
	size_t n = 0, len = strlen(begin);

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		n += strncmp(others[i], begin, len) == 0;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		for (const struct way *way = acts[i].ways; way->line; way++)
			n += strncmp(way->line, begin, len) == 0;
	}
	return n;
}

// What a command says that it takes, when it is given something else: "Use A B, A C or A D".
static size_t each_has_a_row(struct peer *p, const char *command)
{
	const char *line, *at;
	char begin[64];
	size_t n = 0;

	peer_send(p, "%s NONSENSE", command);
	while ((line = peer_next(p)) && !strstr(line, ":Use "))
		continue;
	if (!line) {
		fail_msg("%s does not say what it takes", command);
		return 0;
	}
	for (at = strstr(line, ":Use ") + 5; *at; n++) {
		size_t len = strcspn(at, ","), either = 0;
		const char * or = strstr(at, " or ");

		if (or &&(size_t)(or -at) < len)
			len = (size_t)(or -at), either = 3;
		snprintf(begin, sizeof(begin), "%s%s%.*s",
			 strncmp(at, command, strlen(command)) ? command : "",
			 strncmp(at, command, strlen(command)) ? " " : "", (int)len, at);
		if (!count_rows(begin))
			fail_msg("%s has no row here", begin);
		at += len;
		at += either ? either + 1 : strspn(at, ", ");
	}
	return n;
}

static void what_a_command_takes_has_a_row(void **state)
{
	static const char *const commands[] = {"CERT", "2FA", "ACCOUNT"};
	struct peer *p = by_password(*state, OLD);
	size_t n = 0;

	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		n += each_has_a_row(p, commands[i]);
	print_message("           %zu subcommands\n", n);
	assert_in_range(n, 20, SIZE_MAX);
}

// Each alternative of a verb's usage, as "CERT ADD [LABEL] | LIST | DEL NUMBER|LABEL".
static void what_nickserv_takes_has_a_row(void **state)
{
	static const struct {
		const char *service, *verb, *usage;
	} verbs[] = {
#define SERVICE_VERB(service, verb, fn, least, usage, text) {service, verb, usage},
#define SERVICE_TEXT(service, verb, usage, text)
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
	};
	char begin[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		size_t wanted = 1;

		if (strcmp(verbs[i].service, "NickServ") != 0)
			continue;
		for (const char *at = verbs[i].usage; (at = strstr(at, " | ")); at++)
			wanted++;
		snprintf(begin, sizeof(begin), NICKSERV "%s", verbs[i].verb);
		if (count_rows(begin) < wanted)
			fail_msg("NickServ %s: has not a row for each of: %s", verbs[i].verb,
				 verbs[i].usage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_act_wants_what_the_table_says),
		HUB_TEST(what_a_command_takes_has_a_row),
		cmocka_unit_test(what_nickserv_takes_has_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
