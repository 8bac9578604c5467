// SPDX-License-Identifier: MIT
// snug get, and the files of snug send: which addresses are taken, what comes of each, and that
// the token goes nowhere else.
#include "tests/unit/client/verb.h"

#include "tests/unit/client/web_files.h"

#define ID "0123456789abcdefghi-_Z"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define CREATED "HTTP/1.1 201 Created\r\nLocation: /f/ID\r\nContent-Length: 0\r\n\r\n"
#define FULL                                                                                   \
	"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: text/plain\r\n"                    \
	"Content-Length: 10\r\n\r\nIt is full"
#define STORED                                                                                 \
	"@label=$L;msgid=m1;time=2026-11-22T12:00:00.000Z;snug.chat/seq=7 :ann!a@h PRIVMSG $R"
#define MESSAGE                                                                                \
	"$T:h BATCH +b chathistory #den\r\n@batch=b;msgid=m0 :bob!b@h PRIVMSG #den :x\r\n"     \
	"@batch=b;msgid=m1;snug.chat/file=" ID ";snug.chat/file-name=../a\\sb.txt "            \
	":bob!b@h PRIVMSG #den :x\r\n:h BATCH -b"

struct served {
	struct verb_run *v;
	struct web_files web;
	char login[200], place[200];
	struct verb_answer answers[5];
};

// Both show the same key.
static void show_same_key(struct served *s)
{
	char cert[64], key[64], *error = NULL;
	snprintf(cert, sizeof(cert), "%s/cert.pem", s->v->server.dir);
	snprintf(key, sizeof(key), "%s/key.pem", s->v->server.dir);
	tls_context_free(s->web.server.context);
	s->web.server.context = tls_context_server(cert, key, &error);
	assert_non_null(s->web.server.context);
}

static int set_up(void **state)
{
	static struct served s;
	void *v = NULL;
	verb_set_up_known(&v);
	s = (struct served){.v = v};
	web_files_init(&s.web, s.v->loop);
	show_same_key(&s);
	snprintf(s.login, sizeof(s.login),
		 ":h 001 ann :hi\r\n:h 005 ann CHANTYPES=# draft/FILEHOST=%s :are supported",
		 s.web.url);
	const struct verb_answer answers[] = {{"CAP END", s.login},
					      {"FILEHOST TOKEN", "$T:h FILEHOST TOKEN t0ken"},
					      {"CHATHISTORY AROUND #den", MESSAGE},
					      {"PRIVMSG ", STORED}};
	memcpy(s.answers, answers, sizeof(answers));
	s.v->answers = s.answers;
	s.web.reply = HELLO;
	snprintf(s.place, sizeof(s.place), "%s/got.txt", s.v->home);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct served *s = *state;
	void *v = s->v;
	scripted_clear(&s->web.server);
	return verb_tear_down(&v);
}

static void expect_file(const char *path, const char *text)
{
	char got[16] = "";
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	got[fread(got, 1, sizeof(got) - 1, in)] = '\0';
	fclose(in);
	assert_string_equal(got, text);
}

static void an_address_of_the_server_is_taken(void **state)
{
	struct served *s = *state;
	char wanted[120], printed[240];
	static const char *const forms[] = {ID, "%s/" ID, "%s/" ID "?x=1"};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		snprintf(wanted, sizeof(wanted), "%s%s", i ? s->web.url : "",
			 forms[i] + (i ? 2 : 0));
		verb_expect(s->v, SNUG(s->v, "", "get", "-o", s->place, wanted), EXIT_OK, NULL,
			    NULL);
		snprintf(printed, sizeof(printed), "%s\n", s->place);
		assert_string_equal(buf_str(&s->v->out), printed);
		expect_file(s->place, "hello");
		assert_int_equal(unlink(s->place), 0);
	}
	assert_true(scripted_heard(&s->web.server, "GET /f/" ID " HTTP/1.1\n"));
	assert_true(scripted_heard(&s->web.server, "Authorization: Bearer t0ken\n"));
	snprintf(printed, sizeof(printed), "{\"v\":1,\"type\":\"file\",\"path\":\"%s\"}\n",
		 s->place);
	verb_expect(s->v, SNUG(s->v, "", "get", "--json", "-o", s->place, ID), EXIT_OK, printed,
		    NULL);
}

static void another_address_is_not(void **state)
{
	struct served *s = *state;
	static const char *const ends[] = {"" ID,
					   "",
					   "/",
					   "/" ID "x",
					   "/0123456789abcdefgh.-_Z",
					   "/0123456789abcdefgh[-_Z",
					   "/0123456789abcdefgh@-_Z",
					   "/0123456789abcdefgh`-_Z",
					   "/0123456789abcdefgh{-_Z",
					   "/0123456789abcdefgh:-_Z"};
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		char wanted[120], words[240];
		snprintf(wanted, sizeof(wanted), "%s%s", s->web.url, ends[i]);
		snprintf(words, sizeof(words),
			 "snug: %s is no file of this server: an address below %s, ", wanted,
			 s->web.url);
		verb_expect(s->v, SNUG(s->v, "", "get", wanted), EXIT_USAGE, "", words);
	}
	verb_expect(s->v, SNUG(s->v, "", "get", "https://127.0.0.2/f/" ID), EXIT_USAGE, "",
		    "is no file of this server");
	assert_int_equal(s->web.server.n_accepted, 0);
}

static void the_file_of_a_message_has_its_name(void **state)
{
	struct served *s = *state;
	char path[200], printed[220];
	snprintf(path, sizeof(path), "%s/a b.txt", s->v->home);
	snprintf(printed, sizeof(printed), "%s\n", path);
	verb_expect(s->v, SNUG(s->v, "", "get", "--in", "#den", "-o", s->v->home, "m1"),
		    EXIT_OK, printed, NULL);
	verb_expect_said(s->v, "CHATHISTORY AROUND #den msgid=m1 1\n");
	assert_true(scripted_heard(&s->web.server, "GET /f/" ID " HTTP/1.1\n"));
	expect_file(path, "hello");
	verb_expect(s->v, SNUG(s->v, "", "get", "--in", "#den", "m0"), EXIT_REFUSED, "",
		    "there is no such message here with a file");
	verb_expect(s->v, SNUG(s->v, "", "get", "--in", "#den", ""), EXIT_USAGE, "", "");
}

static void what_is_not_had_says_why(void **state)
{
	struct served *s = *state;
	s->web.reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
	verb_expect(s->v, SNUG(s->v, "", "get", "-o", s->place, ID), EXIT_REFUSED, "",
		    "snug: " ID ": the server answers 404\n");
	assert_int_equal(access(s->place, F_OK), -1);
	s->answers[1].with = "$T:h ACK";
	verb_expect(s->v, SNUG(s->v, "", "get", ID), EXIT_REFUSED, "",
		    "snug: the server lets nobody in where files are\n");
	s->answers[1].with = "$T:h FAIL FILEHOST NO :not today";
	verb_expect(s->v, SNUG(s->v, "", "get", ID), EXIT_REFUSED, "", "not today");
	s->answers[1].with = "$X";
	verb_expect(s->v, SNUG(s->v, "", "get", ID), EXIT_UNREACHABLE, "",
		    "ended the connection.\n");
	s->answers[0].with = VERB_LOGIN;
	verb_expect(s->v, SNUG(s->v, "", "get", ID), EXIT_REFUSED, "",
		    "this server takes no files");
	s->answers[0].with = ":h 001 ann :hi\r\n:h 005 ann draft/FILEHOST=http://x :are";
	s->answers[1].with = "$T:h FILEHOST TOKEN t0ken";
	verb_expect(s->v, SNUG(s->v, "", "get", ID), EXIT_REFUSED, "",
		    "snug: " ID ": that is no address of a file\n");
}

static void files_are_sent_with_one_caption(void **state)
{
	struct served *s = *state;
	char a[80], b[80], said[160];
	const char *const paths[] = {a, b};
	snprintf(a, sizeof(a), "%s/a.txt", s->v->home);
	snprintf(b, sizeof(b), "%s/b.txt", s->v->home);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		FILE *out = fopen(paths[i], "w");
		assert_non_null(out);
		fputs("body\r\n", out);
		fclose(out);
	}
	s->web.reply = CREATED;
	verb_expect(s->v,
		    SNUG(s->v, "", "send", "--file", a, "--file", b, "--id", "k", "#den", "so",
			 "here"),
		    EXIT_OK, "m1\nm1\n", NULL);
	snprintf(said, sizeof(said), "id=k PRIVMSG #den :so here %s/ID\n", s->web.url);
	verb_expect_said(s->v, said);
	snprintf(said, sizeof(said), "id=k.2 PRIVMSG #den :%s/ID\n", s->web.url);
	verb_expect_said(s->v, said);
	assert_true(scripted_heard(&s->web.server, "POST /f?target=%23den HTTP/1.1\n"));
	s->web.reply = FULL;
	verb_expect(s->v, SNUG(s->v, "", "send", "--file", a, "--file", b, "#den", "x"),
		    EXIT_REFUSED, "", "snug: a.txt: It is full\n");
	assert_null(strstr(buf_str(&s->v->err), "b.txt"));
	assert_false(scripted_heard(&s->v->server, "PRIVMSG"));
}

static void what_is_wrong_with_one_is_said_before_any_is_sent(void **state)
{
	struct served *s = *state;
	char path[100];
	snprintf(path, sizeof(path), "%s/config", s->v->home);
	verb_expect(s->v, SNUG(s->v, "", "send", "--file", "/no/such", "#den", "x"), EXIT_USAGE,
		    "", "snug: nothing was sent: cannot read /no/such: No such file");
	verb_expect(s->v, SNUG(s->v, "", "send", "--file", "/no/such", "#den", "x\ny"),
		    EXIT_USAGE, "", "snug: a caption is one line of UTF-8: nothing was sent\n");
	assert_null(strstr(buf_str(&s->v->err), "/no/such"));
	verb_expect(s->v, SNUG(s->v, "", "send", "--file", "/no/such", "#den", "\xff"),
		    EXIT_USAGE, "", "snug: a caption is one line of UTF-8: nothing was sent\n");
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/config");
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs("[screen]\nlines = few\n", out);
	fclose(out);
	verb_expect(s->v, SNUG(s->v, "", "send", "--file", "/no/such", "#den", "x"), EXIT_USAGE,
		    "", "lines");
	assert_null(strstr(buf_str(&s->v->err), "/no/such"));
	assert_int_equal(s->v->server.n_accepted, 0);
}

#define SERVED(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(an_address_of_the_server_is_taken),
		SERVED(another_address_is_not),
		SERVED(the_file_of_a_message_has_its_name),
		SERVED(what_is_not_had_says_why),
		SERVED(files_are_sent_with_one_caption),
		SERVED(what_is_wrong_with_one_is_said_before_any_is_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
