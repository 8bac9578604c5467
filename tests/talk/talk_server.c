// SPDX-License-Identifier: MIT
// Plays talk scripts on the real server, over TLS: talk_server PROGRAM IO_THREADS FILE...
//
// Each script gets a process, a server and a state directory of its own, and some are played at
// once: in many of them time passes. After every line a client
// pings and waits for the PONG, so that what the line did has been done, stored and
// queued for the others before the script goes on.
#include "common/die.h"
#include "common/frame.h"
#include "common/grow.h"
#include "common/net.h"
#include "common/tls.h"
#include "tests/support/patience.h"
#include "tests/support/stored.h"
#include "tests/support/talk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 8
#define SERVER "chat.test"
#define PASSWORD "correct horse battery"

struct client {
	struct play *play;
	struct tls *tls;
	int fd;
	struct frame frame;
	char **lines;
	size_t n_lines, lines_space, next;
	bool is_closed;
};

struct play {
	const char *program, *io_threads;
	char state[64];
	char *where; // of its store; NULL: in its state
	char port[8];
	pid_t pid;
	struct tls_context *tls;
	struct client **clients;
	size_t n_clients, clients_space;
	unsigned n_pings;
};

// Runs the program and waits; `input` is its stdin.
static void run(struct play *p, const char *const *words, const char *input)
{
	int pipes[2], status = 0;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		die(1, "no process: %s", strerror(errno));
	if (pid == 0) {
		const char *argv[16] = {p->program};
		size_t n = 1;

		while (*words)
			argv[n++] = *words++;
		argv[n++] = "--state";
		argv[n++] = p->state;
		dup2(pipes[0], 0);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 1);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
		execv(p->program, (char **)(uintptr_t)argv);
		_exit(127);
	}
	close(pipes[0]);
	if (write(pipes[1], input, strlen(input)) < 0)
		die(1, "no input: %s", strerror(errno));
	close(pipes[1]);
	if (waitpid(pid, &status, 0) < 0 || status)
		die(1, "%s %s ... ended with status %d", p->program, words[-1], status);
}

static void configure(struct play *p)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/snugd.conf", p->state);
	f = fopen(path, "a");
	if (!f)
		die(1, "%s: %s", path, strerror(errno));
	fprintf(f,
		"\n[auth]\nargon2_memory = 19MiB\nargon2_passes = 2\n"
		"[accounts]\nregistration = open\n[web]\nlisten = 127.0.0.1:0\n"
		"[limits]\nconnections_per_source = 0\nlogins_per_source = 0\n"
		"lines_per_second = 0\nasks_per_second = 0\ndisk_share = 0\n[server]\nio_threads = %s\n%s",
		p->io_threads, geteuid() == 0 ? "user = root\n" : "");
	fclose(f);
}

// Reads the log up to the line that names the port; what follows goes on by itself.
static void wait_ready(struct play *p, int log)
{
	char text[8192];
	size_t len = 0;
	const char *at;

	for (;;) {
		ssize_t got = read(log, text + len, sizeof(text) - 1 - len);

		if (got <= 0)
			die(1, "the server did not come up: %.*s", (int)len, text);
		len += (size_t)got;
		text[len] = '\0';
		at = strstr(text, "event=ready");
		at = at && strchr(at, '\n') ? strstr(at, "127.0.0.1:") : NULL;
		if (at)
			break;
		if (len == sizeof(text) - 1)
			len = 0;
	}
	snprintf(p->port, sizeof(p->port), "%ld", strtol(at + 10, NULL, 10));
}

static void start(struct play *p)
{
	int pipes[2];

	if (pipe(pipes) < 0 || (p->pid = fork()) < 0)
		die(1, "no process: %s", strerror(errno));
	if (p->pid == 0) {
		dup2(pipes[1], 2);
		close(pipes[0]);
		close(pipes[1]);
		execl(p->program, p->program, "run", "--state", p->state, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	wait_ready(p, pipes[0]);
	// The log is read no more: it must not stop the server.
	if (fcntl(pipes[0], F_SETPIPE_SZ, 1 << 20) < 0)
		die(1, "%s", strerror(errno));
}

static void stop(struct play *p, int signal_number)
{
	kill(p->pid, signal_number);
	waitpid(p->pid, NULL, 0);
}

static void client_free(struct client *c)
{
	if (c->tls)
		tls_free(c->tls);
	if (c->fd >= 0)
		close(c->fd);
	c->tls = NULL;
	c->fd = -1;
	c->is_closed = true;
}

// Waits until the stream can go on; false after PATIENCE_MS.
static bool ready(struct client *c, enum tls_result why)
{
	struct pollfd p = {.fd = c->fd, .events = why == TLS_WANT_WRITE ? POLLOUT : POLLIN};

	if (why != TLS_WANT_READ && why != TLS_WANT_WRITE)
		return false;
	if (why == TLS_WANT_READ && tls_has_pending(c->tls))
		return true;
	return poll(&p, 1, PATIENCE_MS) > 0;
}

static void write_line(struct client *c, const char *line)
{
	struct buf text = {0};
	enum tls_result result;

	if (c->is_closed)
		return;
	buf_printf(&text, "%s\r\n", line);
	while ((result = tls_write(c->tls, text.at, text.len)) != TLS_OK) {
		if (!ready(c, result)) {
			client_free(c);
			break;
		}
	}
	buf_clear(&text);
}

// One more line from the stream; NULL when it has ended.
static char *read_line(struct client *c)
{
	struct span line;
	size_t room, got;
	char *to;

	while (!c->is_closed) {
		enum tls_result result;

		if (frame_next(&c->frame, &line) == FRAME_LINE)
			return span_dup(line);
		to = frame_space(&c->frame, &room);
		result = tls_read(c->tls, to, room, &got);
		if (result == TLS_OK)
			frame_fed(&c->frame, got);
		else if (!ready(c, result))
			client_free(c);
	}
	return NULL;
}

// Reads and keeps all up to the PONG of a fresh PING.
static void barrier(struct client *c)
{
	char token[24];
	char *line;
	struct msg m;

	snprintf(token, sizeof(token), "talk-%u", ++c->play->n_pings);
	{
		char ping[32];

		snprintf(ping, sizeof(ping), "PING %s", token);
		write_line(c, ping);
	}
	while ((line = read_line(c))) {
		if (msg_parse(&m, span_of(line)) == MSG_OK &&
		    span_eq(m.command, SPAN("PONG")) && m.n_params == 2 &&
		    span_eq(m.params[1], span_of(token))) {
			free(line);
			return;
		}
		c->lines = grow(c->lines, c->n_lines, &c->lines_space, sizeof(char *));
		c->lines[c->n_lines++] = line;
	}
}

static const char *next_line(void *client)
{
	struct client *c = client;

	if (c->next == c->n_lines)
		barrier(c);
	return c->next < c->n_lines ? c->lines[c->next++] : NULL;
}

static void send_line(void *client, const char *line)
{
	write_line(client, line);
	barrier(client);
}

static struct client *open_client(struct play *p)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct net_address a;
	struct buf address = {0};
	enum tls_result result;

	buf_printf(&address, "127.0.0.1:%s", p->port);
	if (!net_parse(&a, buf_span(&address)))
		die(1, "bad address: %s", buf_str(&address));
	buf_clear(&address);
	c->play = p;
	c->fd = net_connect(&a);
	if (c->fd < 0)
		die(1, "no connection: %s", strerror(errno));
	ready(c, TLS_WANT_WRITE);
	c->tls = tls_new(p->tls, c->fd, SERVER);
	frame_init(&c->frame, 2 * FRAME_TAGS_MAX, FRAME_BODY_MAX);
	while ((result = tls_handshake(c->tls)) != TLS_OK) {
		if (!ready(c, result))
			die(1, "no handshake: %s", tls_error(c->tls));
	}
	p->clients = grow(p->clients, p->n_clients, &p->clients_space, sizeof(struct client *));
	p->clients[p->n_clients++] = c;
	return c;
}

PRINTF(2, 3) static void say(struct client *c, const char *format, ...)
{
	struct buf line = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	write_line(c, buf_str(&line));
	buf_clear(&line);
}

static void *connect_client(void *arg, const char *account, const char *caps, bool loud)
{
	struct play *p = arg;
	struct span rest = span_of(account);
	char *name = span_dup(span_cut(&rest, '@'));
	const char *const show[] = {"user", "add", name, "--password-stdin", NULL};
	struct client *c;
	char marker[128];
	FILE *f;

	// An account is made when its name comes up for the first time.
	snprintf(marker, sizeof(marker), "%s/made-%s", p->state, name);
	if (access(marker, F_OK) != 0) {
		run(p, show, PASSWORD "\n");
		f = fopen(marker, "w");
		if (f)
			fclose(f);
	}
	c = open_client(p);
	if (caps[0])
		say(c, "CAP REQ :%s", caps);
	say(c, "PASS :%s:%s", account, PASSWORD);
	say(c, "NICK %s", name);
	say(c, "USER %s 0 * :%s", name, name);
	if (caps[0])
		say(c, "CAP END");
	barrier(c);
	if (c->is_closed)
		die(1, "%s did not get in", account);
	if (!loud)
		c->next = c->n_lines;
	free(name);
	return c;
}

static void cut(void *client)
{
	struct client *c = client;

	// Until the server has closed it as well: then it tells those who stay.
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	char rest[4096];

	shutdown(c->fd, SHUT_WR);
	while (poll(&p, 1, PATIENCE_MS) > 0 && read(c->fd, rest, sizeof(rest)) > 0)
		continue;
	client_free(c);
}

static bool is_closed(void *client)
{
	struct client *c = client;

	barrier(c);
	return c->is_closed;
}

static bool can(enum talk_deed deed)
{
	return deed == TALK_RESTART || deed == TALK_PASS;
}

static void deed(void *arg, enum talk_deed deed, void *client, long number)
{
	struct play *p = arg;

	(void)client;
	if (deed == TALK_PASS) {
		sleep((unsigned)number); // time: the script says how much passes
		return;
	}
	stop(p, SIGTERM);
	start(p);
}

static void remove_state(const char *state)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", state, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void end(struct play *p)
{
	stop(p, SIGTERM);
	for (size_t i = 0; i < p->n_clients; i++) {
		struct client *c = p->clients[i];

		client_free(c);
		frame_clear(&c->frame);
		for (size_t n = 0; n < c->n_lines; n++)
			free(c->lines[n]);
		free(c->lines);
		free(c);
	}
	free(p->clients);
	tls_context_free(p->tls);
	remove_state(p->state);
	if (p->where)
		stored_drop(p->where);
	free(p->where);
}

static enum talk_result play(const char *program, const char *io_threads, const char *file)
{
	const char *words[] = {"init", "--name", SERVER, "--listen", "ircs://127.0.0.1:0",
			       NULL,   NULL,     NULL};
	struct play p = {.program = program, .io_threads = io_threads};
	struct talk_driver driver = {
		&p, SERVER, connect_client, send_line, next_line, cut, is_closed, can, deed};
	char *why = NULL, *error = NULL;
	enum talk_result result;

	snprintf(p.state, sizeof(p.state), "/tmp/snug-talk-XXXXXX");
	if (!mkdtemp(p.state))
		die(1, "no temporary directory: %s", strerror(errno));
	p.tls = tls_context_client(NULL, NULL, &error);
	if (!p.tls)
		die(1, "no TLS: %s", error);
	if (stored_is_pg()) {
		p.where = stored_new(p.state);
		words[5] = "--store";
		words[6] = p.where;
	}
	run(&p, words, "");
	configure(&p);
	start(&p);
	result = talk_play(&driver, file, &why);
	printf("%s %s\n",
	       result == TALK_OK       ? "ok  "
	       : result == TALK_FAILED ? "FAIL"
				       : "skip",
	       result == TALK_FAILED ? why : file);
	free(why);
	end(&p);
	return result;
}

static void begin(const char *program, const char *io_threads, const char *file)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0)
		die(1, "no process: %s", strerror(errno));
	if (child == 0)
		exit((int)play(program, io_threads, file));
}

// Of those that were begun, any.
static enum talk_result wait_for_one(void)
{
	int status;

	if (wait(&status) < 0)
		die(1, "a talk is lost: %s", strerror(errno));
	// One that dies has said why.
	return WIFEXITED(status) && WEXITSTATUS(status) <= TALK_SKIPPED
		       ? (enum talk_result)WEXITSTATUS(status)
		       : TALK_FAILED;
}

int main(int argc, char **argv)
{
	int n_of[TALK_SKIPPED + 1] = {0}, n_files = argc - 3;

	if (n_files < 1)
		die(2, "usage: talk_server PROGRAM IO_THREADS FILE...");
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	for (int i = 0; i < n_files + AT_ONCE; i++) {
		if (i >= AT_ONCE && i - AT_ONCE < n_files)
			n_of[wait_for_one()]++;
		if (i < n_files)
			begin(argv[1], argv[2], argv[3 + i]);
	}
	printf("%d of %d talks on the server (io_threads %s) went as written, %d need the "
	       "hub\n",
	       n_of[TALK_OK], n_files, argv[2], n_of[TALK_SKIPPED]);
	return n_of[TALK_FAILED] ? 1 : 0;
}
