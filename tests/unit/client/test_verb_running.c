// SPDX-License-Identifier: MIT
// A verb asks the program that runs already, through its door; and logs in by itself where that
// is of no use.
#include "tests/unit/client/verb.h"

#include "client/app/door.h"

#include <sys/socket.h>
#include <sys/un.h>

#define HELLO "{\"v\":1,\"type\":\"hello\"}\n"
#define END(code) "{\"v\":1,\"type\":\"end\",\"code\":" code "}\n"
#define LOST "{\"v\":1,\"type\":\"end\",\"code\":69,\"text\":\"not connected\"}\n"
#define STATE                                                                                  \
	"{\"v\":1,\"type\":\"state\",\"state\":\"online\",\"account\":\"ann\",\"host\":\"far\"}\n"

// What stands at the door in the program's place.
struct porter {
	struct verb_run *run;
	struct loop_fd *watch, *caller;
	int fd, caller_fd;
	const char *hello, *answer;
	bool ends; // hangs up behind the answer
	struct buf asked;
};

static void hang_up(struct porter *p)
{
	if (!p->caller)
		return;
	loop_remove(p->caller);
	close(p->caller_fd);
	p->caller = NULL;
}

static void on_asked(void *arg, unsigned events UNUSED)
{
	struct porter *p = arg;
	ssize_t got = recv(p->caller_fd, buf_space(&p->asked, 4096), 4096, 0);

	if (got <= 0) {
		hang_up(p);
		return;
	}
	p->asked.len += (size_t)got;
	send(p->caller_fd, p->answer, strlen(p->answer), MSG_NOSIGNAL);
	if (p->ends)
		hang_up(p);
}

static void on_knock(void *arg, unsigned events UNUSED)
{
	struct porter *p = arg;

	hang_up(p);
	p->caller_fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(p->caller_fd >= 0);
	send(p->caller_fd, p->hello, strlen(p->hello), MSG_NOSIGNAL);
	p->caller = loop_add(p->run->loop, p->caller_fd, LOOP_READ, on_asked, p);
}

static void porter_init(struct porter *p, struct verb_run *v)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *path = door_path(v->paths.runtime, "den");

	*p = (struct porter){.run = v, .hello = HELLO, .answer = ""};
	assert_true(path_make_dir(v->paths.runtime));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	free(path);
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(p->fd, 4), 0);
	p->watch = loop_add(v->loop, p->fd, LOOP_READ, on_knock, p);
}

static void porter_clear(struct porter *p)
{
	hang_up(p);
	loop_remove(p->watch);
	close(p->fd);
	buf_clear(&p->asked);
}

static void what_runs_is_asked(void **state)
{
	struct verb_run *v = *state;
	struct porter p;
	porter_init(&p, v);
	p.answer = "nonsense\n" STATE END("0");
	verb_expect(v, SNUG(v, "", "status"), EXIT_OK, "online  ann at far  0 ms\n", NULL);
	assert_string_equal(buf_str(&p.asked), "{\"op\":\"status\"}\n");
	assert_int_equal(v->server.n_accepted, 0);
	p.answer = "{\"v\":1,\"type\":\"end\",\"code\":1,\"text\":\"no\\u001b\"}\n";
	verb_expect(v, SNUG(v, "", "status"), EXIT_REFUSED, "", "snug: no");
	// Several at once: the first code that is not 0 counts, and all are waited for.
	buf_reset(&p.asked);
	p.answer = END("2") END("1");
	verb_expect(v, SNUG(v, "", "tail", "#a", "#b"), EXIT_USAGE, "", NULL);
	assert_string_equal(buf_str(&p.asked),
			    "{\"op\":\"history\",\"target\":\"#a\",\"req\":1,\"count\":20}\n"
			    "{\"op\":\"history\",\"target\":\"#b\",\"req\":2,\"count\":20}\n");
	p.answer = END("0") END("1");
	verb_expect(v, SNUG(v, "", "tail", "#a", "#b"), EXIT_REFUSED, "", NULL);
	assert_int_equal(v->server.n_accepted, 0);
	porter_clear(&p);
}

static void who_is_shown_as_running(void **state)
{
	struct verb_run *v = *state;
	struct porter p;
	char wanted[100];
	verb_make_profile(v, "work", false);
	porter_init(&p, v);
	p.answer = STATE END("0");
	assert_int_equal(SNUG(v, "", "-p", "den", "status"), EXIT_OK);
	snprintf(wanted, sizeof(wanted), "  den  ann at 127.0.0.1:%s  running\n",
		 v->server.port);
	verb_expect_part(v, &v->out, wanted);
	snprintf(wanted, sizeof(wanted), "  work  ann at 127.0.0.1:%s\n", v->server.port);
	verb_expect_part(v, &v->out, wanted);
	porter_clear(&p);
}

static void what_is_of_no_use_is_passed_by(void **state)
{
	static const char *const useless[] = {"{\"v\":9}\n", "{\"v\":2,\"type\":\"hello\"}\n"};
	struct verb_run *v = *state;
	struct porter p;
	porter_init(&p, v);
	// One that says something else, and one that waits for the server.
	p.hello = useless[0];
	verb_expect(v, SNUG(v, "", "members", "#x"), EXIT_REFUSED, "", "not in that room");
	assert_int_equal(v->server.n_accepted, 1);
	p.hello = HELLO;
	p.answer = LOST;
	verb_expect(v, SNUG(v, "", "members", "#x"), EXIT_REFUSED, "", "not in that room");
	assert_int_equal(v->server.n_accepted, 2);
	porter_clear(&p);
}

static void one_that_ends_is_asked_again_only_where_that_is_harmless(void **state)
{
	static const struct verb_answer stores[] = {
		{"PRIVMSG ", "@label=$L;msgid=m1 :ann!a@h PRIVMSG $R"}, {0}};
	struct verb_run *v = *state;
	struct porter p;
	struct profile known;
	char *error = NULL;
	v->answers = stores;
	porter_init(&p, v);
	p.ends = true;
	verb_expect(v, SNUG(v, "", "members", "#x"), EXIT_REFUSED, "", "not in that room");
	// What would be said twice is not repeated without the server's word.
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_UNKNOWN, "",
		    "the running program has ended");
	assert_int_equal(v->server.n_accepted, 1);
	assert_int_equal(profile_load(&known, &v->paths, "den", &error), PROFILE_OK);
	free(known.caps);
	known.caps = strdup("batch snug.chat/exactly-once");
	assert_null(profile_save(&known));
	profile_clear(&known);
	verb_expect(v, SNUG(v, "", "send", "#den", "day"), EXIT_OK, "m1\n", NULL);
	// Nor what was answered in part.
	p.answer = STATE;
	verb_expect(v, SNUG(v, "", "status"), EXIT_UNKNOWN, NULL,
		    "the running program has ended");
	porter_clear(&p);
}

static void one_that_does_not_answer_is_not_waited_for_longer(void **state)
{
	struct verb_run *v = *state;
	struct porter p;
	porter_init(&p, v);
	verb_expect(v, SNUG(v, "", "send", "--timeout", "1", "#den", "day"), EXIT_UNKNOWN, "",
		    "snug: no answer within 1 s\n");
	assert_int_equal(v->server.n_accepted, 0);
	porter_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_runs_is_asked),
		TEST(who_is_shown_as_running),
		TEST(what_is_of_no_use_is_passed_by),
		TEST(one_that_ends_is_asked_again_only_where_that_is_harmless),
		TEST(one_that_does_not_answer_is_not_waited_for_longer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
