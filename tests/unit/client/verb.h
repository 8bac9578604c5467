// SPDX-License-Identifier: MIT
// A verb of the command line, in a process of its own, at a scripted server: what it prints,
// what it asks at the terminal, what it says to the server, how it ends.
#pragma once

#include "client/api/exit_code.h"
#include "client/app/profile.h"
#include "client/faces.h"
#include "common/snug_link.h"
#include "client/verbs/options.h"
#include "common/msg.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define VERB_CAPS                                                                              \
	"message-tags server-time batch labeled-response echo-message draft/chathistory "      \
	"draft/read-marker draft/message-redaction soju.im/search snug.chat/exactly-once"
#define VERB_PLAIN_CAPS "multi-prefix"
#define VERB_WORDS_MAX 24
#define VERB_LOGIN                                                                             \
	":h 001 ann :hi\r\n:h 005 ann CHANTYPES=# PREFIX=(qov)~@+ NICKLEN=32 :are supported"

// What the server says `with`, to a line that begins so. In it stand $T for "@label=N " where
// the line had a label, $L for the label, $R for what stands behind `to`, $C for the caps; $X at
// the end cuts the connection.
struct verb_answer {
	const char *to, *with;
};

// What is typed when the terminal shows this; in order.
struct verb_typing {
	const char *at, *keys;
};

struct verb_run {
	struct loop *loop;
	struct scripted server;
	char home[40];
	struct folders paths;
	const char *caps;
	const struct verb_answer *answers; // asked first; ends with {0}
	const struct verb_typing *typing;  // NULL: there is no terminal; ends with {0}
	bool on_screen;                    // it reads from the terminal and prints on it
	struct buf out, err, shown;        // shown: on the terminal
	size_t n_typed, shown_to;
};

struct verb_stream {
	struct verb_run *run;
	struct loop_fd *watch;
	struct buf *to;
	int fd;
};

// The server.

static inline void verb_expand(struct verb_run *v, const char *with, struct span label,
			       struct span rest, struct buf *out)
{
	for (; *with; with++) {
		if (*with != '$') {
			buf_add_char(out, *with);
			continue;
		}
		switch (*++with) {
		case 'T':
			if (label.len)
				buf_printf(out, "@label=" SPAN_FMT " ", SPAN_ARG(label));
			break;
		case 'L':
			buf_add_span(out, label);
			break;
		case 'R':
			buf_add_span(out, rest);
			break;
		case 'C':
			buf_add_str(out, v->caps);
			break;
		default:
			assert_int_equal(*with, 'X');
		}
	}
}

static inline bool verb_answer(struct verb_run *v, const struct verb_answer *rows,
			       struct span line, struct span label)
{
	for (; rows && rows->to; rows++) {
		struct buf out = {0};
		if (!span_starts(line, span_of(rows->to)))
			continue;
		verb_expand(v, rows->with, label, span_after(line, strlen(rows->to)), &out);
		if (out.len)
			scripted_say(&v->server, buf_str(&out));
		buf_clear(&out);
		if (strstr(rows->with, "$X"))
			scripted_drop(&v->server);
		return true;
	}
	return false;
}

static inline void verb_script(struct scripted *s, struct span line)
{
	static const struct verb_answer usual[] = {
		{"CAP LS 302", ":h CAP * LS :$C"},
		{"CAP REQ :", ":h CAP * ACK :$R"},
		{"AUTHENTICATE PLAIN", "AUTHENTICATE +"},
		{"AUTHENTICATE EXTERNAL", "AUTHENTICATE +"},
		{"AUTHENTICATE ", ":h 900 ann a!b@c ann :in\r\n:h 903 ann :ok"},
		{"REGISTER ", ":h REGISTER SUCCESS ann :made\r\n:h 900 ann a!b@c ann :in"},
		{"CAP END", VERB_LOGIN},
		{"PING ", "$T:h PONG h $R"},
		{0}};
	struct verb_run *v = container_of(s, struct verb_run, server);
	struct span rest = line, label = SPAN("");
	struct msg m;

	assert_int_equal(msg_parse(&m, line), MSG_OK);
	if (!msg_tag(&m, SPAN("label"), &label))
		label = SPAN("");
	if (rest.at[0] == '@')
		span_cut(&rest, ' ');
	if (!verb_answer(v, v->answers, rest, label))
		verb_answer(v, usual, rest, label);
}

// The verb's process.

static inline NORETURN void verb_become(const struct verb_run *v, const char *tty,
					const int fds[static 3], const char *const *words)
{
	char *argv[VERB_WORDS_MAX + 4] = {strdup("snug"), strdup("--home"), strdup(v->home)};
	int argc = 3;
	struct options o;
	struct buf wrong = {0};

	// Ends with the test, although it is alone at its terminal.
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sodium_init() < 0)
		_exit(99);
	setsid();
	if (tty && open(tty, O_RDWR) < 0)
		_exit(99);
	for (int i = 0; i < 3; i++)
		dup2(fds[i], i);
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	for (; *words; words++)
		argv[argc++] = strdup(*words);
	const char *refused = options_parse(&o, argc, argv);
	if (refused || !options_fit(&o, &wrong)) {
		fprintf(stderr, "%s\n", refused ? refused : buf_str(&wrong));
		_exit(EXIT_USAGE);
	}
	o.face = &terminal_face;
	int code = verb_find(o.verb)->run(&o);
	fflush(NULL);
	_exit(code);
}

static inline void verb_on_output(void *arg, unsigned events UNUSED)
{
	struct verb_stream *s = arg;
	ssize_t got = read(s->fd, buf_space(s->to, 65536), 65536);

	if (got > 0) {
		s->to->len += (size_t)got;
		return;
	}
	loop_remove(s->watch);
	s->watch = NULL;
}

static inline void verb_follow(struct verb_stream *s, struct verb_run *v, int fd,
			       struct buf *to)
{
	*s = (struct verb_stream){.run = v, .fd = fd, .to = to};
	buf_reset(to);
	if (fd >= 0)
		s->watch = loop_add(v->loop, fd, LOOP_READ, verb_on_output, s);
}

static inline void verb_unfollow(struct verb_stream *s)
{
	if (s->watch)
		loop_remove(s->watch);
	if (s->fd >= 0)
		close(s->fd);
}

// Types what is due at what was shown since the last time.
static inline void verb_type(struct verb_run *v, int master)
{
	const struct verb_typing *next = v->typing ? &v->typing[v->n_typed] : NULL;

	if (!next || !next->at || !strstr(buf_str(&v->shown) + v->shown_to, next->at))
		return;
	v->shown_to = v->shown.len;
	v->n_typed++;
	assert_int_equal(write(master, next->keys, strlen(next->keys)), strlen(next->keys));
}

static inline int verb_input(const char *text)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	fputs(text, file);
	rewind(file);
	int fd = dup(fileno(file));
	fclose(file);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static inline int verb_wait(struct verb_run *v, pid_t child, int out, int err, int master)
{
	struct verb_stream streams[3];
	int status = 0;

	verb_follow(&streams[0], v, out, &v->out);
	verb_follow(&streams[1], v, err, &v->err);
	verb_follow(&streams[2], v, master, &v->shown);
	WAIT_UNTIL(!streams[0].watch && !streams[1].watch,
		   (loop_turn(v->loop, STEP_MS), verb_type(v, master)));
	assert_int_equal(waitpid(child, &status, 0), child);
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		verb_unfollow(&streams[i]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

// `snug WORDS...` with this on stdin; its exit code.
static inline int verb_play(struct verb_run *v, const char *input, const char *const *words)
{
	int out[2], err[2], master = -1, slave = -1;
	const char *tty = NULL;

	assert_true(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
	if (v->typing) {
		master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
		tty = ptsname(master);
		slave = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
	}
	int in = verb_input(input);
	buf_reset(&v->server.heard);
	v->n_typed = v->shown_to = 0;
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		verb_become(v, tty,
			    v->on_screen ? (int[]){slave, slave, err[1]}
					 : (int[]){in, out[1], err[1]},
			    words);
	close(in);
	close(out[1]);
	close(err[1]);
	int code = verb_wait(v, child, out[0], err[0], master);
	if (slave >= 0)
		close(slave);
	return code;
}

#define SNUG(v, input, ...) verb_play(v, input, (const char *const[]){__VA_ARGS__, NULL})

static inline void verb_expect(struct verb_run *v, int code, int wanted, const char *out,
			       const char *err)
{
	if (code != wanted || (out && strcmp(buf_str(&v->out), out) != 0) ||
	    (err ? !strstr(buf_str(&v->err), err) : v->err.len > 0))
		fail_msg("exit %d (not %d), printed \"%s\", and of errors \"%s\"", code, wanted,
			 buf_str(&v->out), buf_str(&v->err));
}

static inline void verb_expect_part(struct verb_run *v, struct buf *of, const char *part)
{
	if (!strstr(buf_str(of), part))
		fail_msg("\"%s\" is not in: %s (%s)", part, buf_str(of), buf_str(&v->err));
}

static inline void verb_expect_said(struct verb_run *v, const char *line)
{
	if (!scripted_heard(&v->server, line))
		fail_msg("\"%s\" was not said, but: %s", line, buf_str(&v->server.heard));
}

// The test's own.

static inline void verb_make_profile(struct verb_run *v, const char *name, bool has_device)
{
	struct profile p;

	profile_init(&p, &v->paths, name, "127.0.0.1", v->server.port);
	free(p.account);
	p.account = strdup("ann");
	pins_set(&p.pins, v->server.pin);
	p.is_open = !has_device;
	p.has_device = has_device;
	if (has_device)
		assert_null(profile_make_device(&p));
	assert_null(profile_save(&p));
	profile_clear(&p);
}

static inline int verb_set_up(void **state)
{
	struct verb_run *v = calloc(1, sizeof(*v));

	v->loop = loop_new();
	v->caps = VERB_CAPS;
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	scripted_init(&v->server, v->loop);
	v->server.on_line = verb_script;
	snprintf(v->home, sizeof(v->home), "/tmp/snug-verb-XXXXXX");
	assert_non_null(mkdtemp(v->home));
	folders_init(&v->paths, v->home);
	*state = v;
	return 0;
}

static inline int verb_set_up_known(void **state)
{
	verb_set_up(state);
	verb_make_profile(*state, "den", false);
	return 0;
}

static inline int verb_remove(const char *path, const struct stat *st UNUSED, int kind UNUSED,
			      struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline int verb_tear_down(void **state)
{
	struct verb_run *v = *state;

	scripted_clear(&v->server);
	folders_clear(&v->paths);
	buf_clear(&v->out);
	buf_clear(&v->err);
	buf_clear(&v->shown);
	loop_free(v->loop);
	int result = nftw(v->home, verb_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(v);
	return result;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, verb_set_up_known, verb_tear_down)
#define TEST_NEW(fn) cmocka_unit_test_setup_teardown(fn, verb_set_up, verb_tear_down)
