// SPDX-License-Identifier: MIT
// What changes an account, by what proves that it is oneself, by how old the device is that
// asks: every case of the three together, against a table of what must come out.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/factor.h"
#include "tests/unit/hub/totp_peer.h"

// Which proof a session has when it asks.
enum proof {
	PROOF_NONE,
	PROOF_PASSWORD,
	PROOF_CODE,
	PROOF_YES,     // of another device
	PROOF_EXPIRED, // the password, eleven minutes ago
	PROOFS,
};

// What the session is: a device that came behind `old` and before `younger`, or no device.
enum device {
	DEVICE_YOUNG,   // minutes ago
	DEVICE_SETTLED, // eight days ago
	DEVICE_TOKEN,   // a program's token
	DEVICES,
};

enum outcome {
	FINE,
	STEP_UP,   // STEP_UP_REQUIRED
	TOO_YOUNG, // DEVICE_TOO_YOUNG
	CODE,      // wants a code, whatever was proved
	WAITS,     // is in force in a day
};

struct act {
	const char *line; // $ at its end: the code of now
	const char *fine; // how the answer begins that says it is done
	enum outcome unproved, settled_unproved, young, settled;
};

// A program's token gets what a young device gets unproved, and with a proof what a settled one
// gets: it is no device that could be too young.
static const struct act acts[] = {
	{"CERT ADD new", "CERT ADD", STEP_UP, STEP_UP, FINE, FINE},
	{"CERT TOKEN ADD new", "CERT TOKEN ADD", STEP_UP, STEP_UP, FINE, FINE},
	{"CERT DEL old", "CERT DEL", STEP_UP, STEP_UP, TOO_YOUNG, FINE},
	{"CERT DEL younger", "CERT DEL", STEP_UP, STEP_UP, FINE, FINE},
	{"CERT TOKEN DEL spare", "CERT TOKEN DEL", STEP_UP, STEP_UP, TOO_YOUNG, FINE},
	{"CERT REVOKE OTHERS", "CERT REVOKE OTHERS", STEP_UP, STEP_UP, TOO_YOUNG, FINE},
	{"PASSWD * YmF0dGVyeSBob3JzZSBjb3JyZWN0", "PASSWD", STEP_UP, WAITS, FINE, FINE},
	{"2FA RECOVERY", "NOTE 2FA RECOVERY_CODES", STEP_UP, STEP_UP, FINE, FINE},
	{"2FA DISABLE totp 123", "2FA DISABLE", CODE, CODE, CODE, CODE},
	{"2FA DISABLE totp $", "2FA DISABLE SUCCESS", FINE, FINE, FINE, FINE},
	{"ACCOUNT EXPORT", "EXPORT", STEP_UP, STEP_UP, FINE, FINE},
	{"ACCOUNT DELETE", "NOTE ACCOUNT TO_BE_ERASED", STEP_UP, STEP_UP, FINE, FINE},
};

// Certificates.
#define OLD 1
#define OWN 2
#define YOUNGER 3

struct scene {
	struct fixture *fixture;
	struct app app;
	struct peer *old, *asks;
};

// ann's devices in the order of their ages: old, the token spare, the one that asks, younger.
static void set_up(struct scene *c, struct fixture *f, enum device device)
{
	struct peer *p;

	fixture_renew(f, NULL);
	c->fixture = f;
	p = by_password(f, OLD);
	peer_send(p, "CERT ADD old");
	expect_later(p, "server CERT ADD * * :old");
	peer_send(p, "CERT TOKEN ADD spare");
	expect_later(p, "server CERT TOKEN ADD * * :spare");
	peer_send(p, "CERT TOKEN ADD asks");
	expect_later(p, "server CERT TOKEN ADD * $token :asks");
	peer_close(p);
	if (device != DEVICE_TOKEN) {
		peer_close(by_password(f, OWN));
		p = by_password(f, OWN);
		peer_send(p, "CERT ADD own");
		expect_later(p, "server CERT ADD * * :own");
		peer_close(p);
	}
	p = by_password(f, YOUNGER);
	peer_send(p, "CERT ADD younger");
	expect_later(p, "server CERT ADD * * :younger");
	app_enable(f, &c->app, p);
	peer_close(p);
	fixture_pass(f, device == DEVICE_SETTLED ? 8 * DAY_MS : 2 * TOTP_STEP_MS);
}

static struct peer *come(struct scene *c, enum device device)
{
	struct fixture *f = c->fixture;
	struct peer *p;
	char how[128];

	if (device != DEVICE_TOKEN) {
		p = by_key(f, OWN);
	} else {
		snprintf(how, sizeof(how), "PASS :ann:%s", fixture_var(f, "token"));
		p = shows(f, 9);
		log_in(p, "ann", how);
	}
	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	return p;
}

static void prove(struct scene *c, enum proof proof)
{
	struct peer *p = c->asks;

	if (proof == PROOF_PASSWORD || proof == PROOF_EXPIRED) {
		peer_send(p, "CERT PROVE " PASSWORD_B64);
	} else if (proof == PROOF_CODE) {
		peer_send(p, "CERT PROVE CODE %s", app_next(&c->app));
	} else if (proof == PROOF_YES) {
		peer_skip(c->old);
		peer_send(p, "CERT PROVE");
		expect_later(p, "server NOTE CERT WAIT :*");
		expect_later(c->old, "server CERT PROVE $q * *");
		peer_send(c->old, "CERT ALLOW %s", fixture_var(c->fixture, "q"));
	}
	if (proof != PROOF_NONE)
		expect_later(p, "server CERT PROVE * 600");
	fixture_pass(c->fixture, proof == PROOF_EXPIRED ? 11 * MINUTE_MS : 2 * TOTP_STEP_MS);
	peer_skip(p);
}

static enum outcome wanted(const struct act *a, enum proof proof, enum device device)
{
	bool is_proved = proof != PROOF_NONE && proof != PROOF_EXPIRED;

	if (!is_proved)
		return device == DEVICE_SETTLED ? a->settled_unproved : a->unproved;
	return device == DEVICE_YOUNG ? a->young : a->settled;
}

// What the lines that came say of it; -1: nothing that is known.
static int outcome_of(struct peer *p, const struct act *a)
{
	char fine[80];
	int found = -1;

	snprintf(fine, sizeof(fine), ":" FIXTURE_SERVER " %s", a->fine);
	for (const char *line; (line = peer_next(p));) {
		if (strstr(line, "STEP_UP_REQUIRED"))
			found = STEP_UP;
		else if (strstr(line, "DEVICE_TOO_YOUNG"))
			found = TOO_YOUNG;
		else if (strstr(line, "INVALID_CHALLENGE_RESPONSE"))
			found = CODE;
		else if (strstr(line, "PASSWD PENDING"))
			found = WAITS;
		else if (strncmp(line, fine, strlen(fine)) == 0 && found < 0)
			found = FINE;
	}
	return found;
}

static void try_one(struct fixture *f, const struct act *a, enum proof proof,
		    enum device device)
{
	struct scene c;
	size_t len = strlen(a->line);
	bool has_code = a->line[len - 1] == '$';
	int found;

	set_up(&c, f, device);
	c.old = by_key(f, OLD);
	c.asks = come(&c, device);
	prove(&c, proof);
	peer_send(c.asks, "%.*s%s", (int)(len - has_code), a->line,
		  has_code ? app_next(&c.app) : "");
	fixture_settle(f);
	found = outcome_of(c.asks, a);
	if (found != (int)wanted(a, proof, device))
		fail_msg("%s, proof %d, device %d: %d, not %d", a->line, (int)proof,
			 (int)device, found, (int)wanted(a, proof, device));
}

static bool is_possible(const struct act *a, enum proof proof, enum device device)
{
	// A program's token asks no other device. A certificate that is known is not added.
	return !(proof == PROOF_YES && device == DEVICE_TOKEN) &&
	       !(strncmp(a->line, "CERT ADD", 8) == 0 && device != DEVICE_TOKEN);
}

static void every_act_wants_what_the_table_says(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		for (int proof = 0; proof < PROOFS; proof++) {
			for (int device = 0; device < DEVICES; device++) {
				if (!is_possible(&acts[i], proof, device))
					continue;
				try_one(f, &acts[i], proof, device);
				n++;
			}
		}
	}
	print_message("           %zu cases of %zu acts, %d proofs, %d devices\n", n,
		      ARRAY_LEN(acts), PROOFS, DEVICES);
	assert_int_equal(n, 11 * (PROOFS * DEVICES - 1) + PROOFS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {HUB_TEST(every_act_wants_what_the_table_says)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
