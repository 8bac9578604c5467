// SPDX-License-Identifier: MIT
// snug login HOST where the server leaves it to an issuer who one is: a server and an issuer of
// the test, each with its own key.
#include "tests/unit/client/verb.h"

#include "common/encode.h"

#define CAPS "sasl=PLAIN,EXTERNAL,OAUTHBEARER " VERB_CAPS
#define NOBODY "No account is bound to this identity"

struct scene {
	struct verb_run *v;
	struct scripted issuer;
	char asked[32]; // "GET /.well", "POST /device", "POST /token"
	struct buf challenge, place;
	struct verb_answer answers[12];
	char payload[400]; // with the tokens
};

static struct scene scene;
static const char *tokens; // the answer of /token

static const char *payload(char *to, size_t room, const char *name)
{
	struct buf text = {0}, line = {0};
	if (name)
		buf_printf(&text, "n,%s,\1auth=Bearer acc3ss\1refresh=r3fresh\1\1", name);
	else
		buf_add_str(&text, "n,,\1auth=Bearer \1\1");
	buf_add_str(&line, "AUTHENTICATE ");
	encode_b64(&line, text.at, text.len);
	snprintf(to, room, "%s", buf_str(&line));
	buf_clear(&text);
	buf_clear(&line);
	return to;
}

// The issuer.

static void reply(struct scripted *s, unsigned status, const char *json)
{
	buf_printf(&s->out, "HTTP/1.1 %u x\r\nContent-Length: %zu\r\n\r\n%s", status,
		   strlen(json), json);
	scripted_flush(s);
}

static void tell_places(struct scripted *s)
{
	const char *at = buf_str(&scene.place);
	struct buf json = {0};
	buf_printf(&json,
		   "{\"issuer\":\"%s\",\"token_endpoint\":\"%s/token\",\"jwks_uri\":\"%s/j\","
		   "\"device_authorization_endpoint\":\"%s/device\"}",
		   at, at, at, at);
	reply(s, 200, buf_str(&json));
	buf_clear(&json);
}

static void tell_code(struct scripted *s)
{
	struct buf json = {0};
	buf_printf(&json,
		   "{\"device_code\":\"s3cret\",\"user_code\":\"FXFL-SPJL\",\"interval\":1,"
		   "\"verification_uri\":\"%s/go\"}",
		   buf_str(&scene.place));
	reply(s, 200, buf_str(&json));
	buf_clear(&json);
}

static void on_issuer_line(struct scripted *s, struct span line)
{
	if (span_starts(line, SPAN("GET /")) || span_starts(line, SPAN("POST /")))
		snprintf(scene.asked, sizeof(scene.asked), SPAN_FMT,
			 SPAN_ARG(span_from(line.at, span_find(line, '.'))));
	if (!span_starts(line, SPAN("Accept: ")))
		return;
	if (strstr(scene.asked, "/token"))
		reply(s, strstr(tokens, "error") ? 400 : 200, tokens);
	else if (strstr(scene.asked, "/device"))
		tell_code(s);
	else
		tell_places(s);
}

// The whole.

static void add_challenge(struct buf *out)
{
	struct buf json = {0};
	buf_printf(&json,
		   "{\"status\":\"invalid_token\",\"scope\":\"openid\",\"client_id\":\"snug\","
		   "\"openid-configuration\":\"%s/.well-known/openid-configuration\"}",
		   buf_str(&scene.place));
	buf_add_str(out, "AUTHENTICATE ");
	encode_b64(out, json.at, json.len);
	buf_clear(&json);
}

static int set_up(void **state)
{
	static char ask[120];
	char authorities[80];
	verb_set_up(state);
	struct verb_run *v = *state;
	v->caps = CAPS;
	scene = (struct scene){.v = v};
	scripted_init(&scene.issuer, v->loop);
	scene.issuer.is_web = true;
	scene.issuer.on_line = on_issuer_line;
	buf_printf(&scene.place, "https://localhost:%s", scene.issuer.port);
	snprintf(authorities, sizeof(authorities), "%s/cert.pem", scene.issuer.dir);
	setenv("SSL_CERT_FILE", authorities, 1);
	add_challenge(&scene.challenge);
	memcpy(scene.answers,
	       (struct verb_answer[]){
		       {"AUTHENTICATE OAUTHBEARER", "AUTHENTICATE +"},
		       {payload(ask, sizeof(ask), NULL), buf_str(&scene.challenge)},
		       {"AUTHENTICATE AQ==", ":h 904 * :" NOBODY},
		       {payload(scene.payload, sizeof(scene.payload), ""),
			":h 900 * *!*@* cem :in\r\n:h 903 * :ok"},
		       {"CERT ADD :", "$T:h CERT ADD 1 sha256:x :$R"},
		       {"CAP END", ":h 001 cem :hi\r\n:h 005 cem NICKLEN=32 :are supported"},
	       },
	       6 * sizeof(struct verb_answer));
	v->answers = scene.answers;
	tokens = "{\"access_token\":\"acc3ss\",\"refresh_token\":\"r3fresh\","
		 "\"token_type\":\"Bearer\"}";
	return 0;
}

static int tear_down(void **state)
{
	scripted_clear(&scene.issuer);
	buf_clear(&scene.challenge);
	buf_clear(&scene.place);
	unsetenv("SSL_CERT_FILE");
	return verb_tear_down(state);
}

static int login(struct verb_run *v, const char *at)
{
	char address[96], pin[PIN_TEXT_MAX];
	snprintf(address, sizeof(address), "%s127.0.0.1:%s", at, v->server.port);
	pin_text(v->server.pin, pin);
	return SNUG(v, "", "login", "--no-ui", "--pin", pin, address);
}

static int look_for_tokens(const char *path, const struct stat *st UNUSED, int kind,
			   struct FTW *ftw UNUSED)
{
	char text[8192] = "";
	FILE *file = kind == FTW_F ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	assert_true(fread(text, 1, sizeof(text) - 1, file) < sizeof(text) - 1);
	fclose(file);
	assert_null(strstr(text, "acc3ss"));
	assert_null(strstr(text, "r3fresh"));
	return 0;
}

static void one_is_asked_and_let_in_by_the_tokens(void **state)
{
	static const struct verb_typing yes[] = {{"Sign in at localhost:", "\r"}, {0}};
	struct verb_run *v = *state;
	struct profile p;
	char *error = NULL, words[128];
	v->typing = yes;
	verb_expect(v, login(v, ""), EXIT_OK, "",
		    "signed in as cem\nthis computer has its own key now");
	snprintf(words, sizeof(words), "On any device open   %s/go\n", buf_str(&scene.place));
	verb_expect_part(v, &v->err, words);
	verb_expect_part(v, &v->err, "type the code    FXFL-SPJL\n");
	assert_true(scripted_heard(&scene.issuer, "POST /device HTTP/1.1\n"));
	verb_expect_said(v, scene.payload);
	verb_expect_said(v, "CERT ADD :");
	assert_int_equal(profile_load(&p, &v->paths, "127.0.0.1", &error), PROFILE_OK);
	assert_string_equal(p.account, "cem");
	assert_true(p.has_device);
	profile_clear(&p);
	assert_int_equal(nftw(v->home, look_for_tokens, 8, FTW_PHYS), 0);
}

static void without_a_terminal_nothing_is_asked(void **state)
{
	struct verb_run *v = *state;
	verb_expect(v, login(v, ""), EXIT_OK, "", "type the code    FXFL-SPJL\n");
}

static void a_name_is_said_along(void **state)
{
	struct verb_run *v = *state;
	char named[400];
	scene.answers[3].to = payload(named, sizeof(named), "a=cem");
	verb_expect(v, login(v, "cem@"), EXIT_OK, "", "signed in as cem\n");
	verb_expect_said(v, named);
}

static void whoever_has_a_password_says_so(void **state)
{
	static const struct verb_typing password[] = {
		{"Sign in at localhost:", "p\r"},
		{"server wants none): ", "correct horse battery\r"},
		{0}};
	struct verb_run *v = *state;
	scene.answers[3] =
		(struct verb_answer){"AUTHENTICATE AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk=",
				     ":h 900 ann a!b@c ann :in\r\n:h 903 ann :ok"};
	v->typing = password;
	scene.answers[5] = (struct verb_answer){"CAP END", VERB_LOGIN};
	verb_expect(v, login(v, "ann@"), EXIT_OK, "", "this computer has its own key now");
	assert_int_equal(scene.issuer.n_accepted, 0);
}

static void who_says_no_is_not_signed_in(void **state)
{
	static const struct verb_typing no[] = {{"Sign in at localhost:", "n\r"}, {0}},
					cancel[] = {{"Sign in at localhost:", "\3"}, {0}};
	struct verb_run *v = *state;
	v->typing = no;
	verb_expect(v, login(v, ""), EXIT_USAGE, "", "snug: cancelled\n");
	v->typing = cancel;
	verb_expect(v, login(v, ""), EXIT_USAGE, "", "snug: cancelled\n");
	assert_int_equal(scene.issuer.n_accepted, 0);
}

static void a_no_there_is_told(void **state)
{
	struct verb_run *v = *state;
	tokens = "{\"error\":\"access_denied\"}";
	verb_expect(v, login(v, ""), EXIT_LOGIN, "", "said no at localhost:");
	tokens = "{\"error\":\"expired_token\"}";
	verb_expect(v, login(v, ""), EXIT_LOGIN, "", "nobody said yes at localhost:");
}

static void an_issuer_that_nobody_vouches_for_is_told_nothing(void **state)
{
	struct verb_run *v = *state;
	setenv("SSL_CERT_FILE", "/dev/null", 1);
	verb_expect(v, login(v, ""), EXIT_UNREACHABLE, "",
		    "cannot be asked: no authority of this computer vouches for who answers");
	assert_int_equal(scene.issuer.n_bytes, 0);
}

static void what_the_server_refuses_is_said_in_its_words(void **state)
{
	struct verb_run *v = *state;
	scene.answers[3].with = buf_str(&scene.challenge);
	verb_expect(v, login(v, ""), EXIT_LOGIN, "", NOBODY);
	assert_false(scripted_heard(&v->server, "CERT ADD"));
}

static void another_account_is_not_taken_over(void **state)
{
	struct verb_run *v = *state;
	verb_make_profile(v, "127.0.0.1", true);
	verb_expect(v, login(v, ""), EXIT_USAGE, "", "under another account");
	assert_false(scripted_heard(&v->server, "CERT ADD"));
}

static void a_sign_in_that_is_too_old_names_the_command(void **state)
{
	struct verb_run *v = *state;
	char words[96];
	verb_make_profile(v, "127.0.0.1", true);
	scene.answers[0] = (struct verb_answer){
		"AUTHENTICATE EXTERNAL",
		":h FAIL AUTHENTICATE SIGN_IN_AGAIN :Your sign-in is older than 12 hours"};
	snprintf(words, sizeof(words), "Run `snug login 127.0.0.1:%s`.", v->server.port);
	verb_expect(v, SNUG(v, "", "status"), EXIT_LOGIN, "", words);
}

#define TEST_HERE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_HERE(one_is_asked_and_let_in_by_the_tokens),
		TEST_HERE(without_a_terminal_nothing_is_asked),
		TEST_HERE(a_name_is_said_along),
		TEST_HERE(whoever_has_a_password_says_so),
		TEST_HERE(who_says_no_is_not_signed_in),
		TEST_HERE(a_no_there_is_told),
		TEST_HERE(an_issuer_that_nobody_vouches_for_is_told_nothing),
		TEST_HERE(what_the_server_refuses_is_said_in_its_words),
		TEST_HERE(another_account_is_not_taken_over),
		TEST_HERE(a_sign_in_that_is_too_old_names_the_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
