// SPDX-License-Identifier: MIT
// Bringing a server up.
//
// The order is forced: the starter before any secret that it would inherit; the lock on the
// database before anything that a second server could disturb; signals blocked before the
// first thread. Root becomes another user before it opens anything there but the
// configuration, and keeps until it listens what ports below 1024 want.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/log.h"
#include "server/backup/leftover.h"
#include "server/descriptors.h"
#include "server/io/web.h"
#include "server/owner.h"
#include "server/pair.h"
#include "server/serving.h"
#include "server/settle.h"
#include "server/state.h"
#include "server/store/store.h"
#include "server/sealing_keys.h"
#include "server/hub/hub_load.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void on_stop_signal(void *arg)
{
	struct server *s = arg;

	if (s->stop)
		_exit(STOPPED_TWICE);
	if (s->standby)
		server_stop_waiting(s);
	else
		server_stop(s, SPAN("Server is going down"));
}

static void on_reload_signal(void *arg)
{
	struct server *s = arg;

	admin_answer_free(server_reload(s, ""));
}

static void on_hub_timer(void *arg)
{
	struct server *s = arg;

	s->hub_timer_at = INT64_MAX;
	s->hub_is_due = true;
}

// The letters themselves are taken at the end of the turn.
static void on_mail(UNUSED void *arg, UNUSED unsigned events)
{
}

static void make_loop(struct server *s)
{
	s->loop = loop_new();
	s->mailbox = mailbox_new();
	s->mail = loop_add(s->loop, mailbox_fd(s->mailbox), LOOP_READ, on_mail, s);
	s->hub_timer = loop_timer_new(s->loop, on_hub_timer, s);
	s->hub_timer_at = INT64_MAX;
	s->hub_is_due = true;
}

PRINTF(2, 3) static int failed(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("snugd: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return code;
}

static int failed_with(int code, char *error)
{
	failed(code, "%s", error ? error : "unknown failure");
	free(error);
	return code;
}

// Frees the words.
static int failed_of(int code, struct buf *words)
{
	if (code)
		failed(ADMIN_FAILED, "%s", buf_str(words));
	buf_clear(words);
	return code ? ADMIN_FAILED : 0;
}

// Root stays root only when it is told to.
static int choose_user(const struct server *s, struct owner *owner)
{
	struct buf error = {0};
	bool is_told, is_fine = serving_as(owner, s->paths, s->user, &is_told, &error);

	if (!is_fine || owner->uid != 0 || is_told || geteuid() != 0)
		return failed_of(is_fine ? 0 : ADMIN_FAILED, &error);
	return failed(
		ADMIN_FAILED,
		"%s belongs to root, and a server should not be root: give it to a user of "
		"its own\n  chown -R USER: %s\nor run it as root all the same\n  snugd run "
		"--user root --state %s",
		s->paths->state, s->paths->state, s->paths->state);
}

// Which state it is goes into the log.
static int settle(const struct server *s)
{
	struct buf words = {0};
	int code = (int)state_settle(s->paths, &words);

	if (code == 0 && words.len)
		log_event(LOG_WARN, "settled", "what", buf_str(&words), NULL);
	else if (code)
		failed(code, "%s", buf_str(&words));
	buf_clear(&words);
	return code;
}

static int start_user(struct server *s)
{
	struct buf error = {0};
	struct owner owner;
	int code = failed_of((int)state_check_folder(s->paths, &error), &error);

	if (code == 0)
		code = choose_user(s, &owner);
	if (code)
		return code;
	if (!owner_become(&owner, &error) || state_check_folder(s->paths, &error) != ADMIN_DONE)
		code = ADMIN_FAILED;
	if (code == 0)
		code = settle(s);
	if (code == 0)
		leftover_remove(s->paths->state);
	if (error.len)
		failed(code, "%s", buf_str(&error));
	buf_clear(&error);
	return code;
}

static int start_config(struct server *s)
{
	struct buf errors = {0};
	struct owner self;
	bool is_fine;

	is_fine = config_read(&s->config, s->paths, &errors);
	if (!is_fine)
		fputs(buf_str(&errors), stderr);
	buf_clear(&errors);
	server_set_log(s);
	owner_self(&self);
	if (!is_fine || s->user || !s->config.user || !strcmp(s->config.user, self.name))
		return is_fine ? 0 : ADMIN_FAILED;
	return failed(
		ADMIN_FAILED,
		"%s: user = %s, but this would run as %s: start it as root, which takes that "
		"from a file that only root can write, or take the line away",
		s->paths->config, s->config.user, self.name);
}

// A step that says in words what was in its way.
static int step(struct server *s, bool (*fn)(struct server *s, struct buf *error))
{
	struct buf error = {0};

	return failed_of(fn(s, &error) ? 0 : ADMIN_FAILED, &error);
}

// In the form that the configuration has for the log.
static void log_user(bool was_root)
{
	struct owner self;

	owner_self(&self);
	if (self.uid == 0)
		log_event(LOG_WARN, "running_as_root", "mend",
			  "chown the state directory to a user of its own", NULL);
	else if (was_root)
		log_event(LOG_INFO, "user", "name", self.name, NULL);
}

static int check_state(const struct server *s)
{
	struct buf words = {0};
	enum admin_code code = state_check_database(s->paths, &words);

	if (code == ADMIN_DONE)
		code = state_check_key(s->paths, &s->config, &words);
	if (code == ADMIN_DONE)
		code = state_check_modes(s->paths, &s->config, &words);
	return failed_of((int)code, &words);
}

static int drop_rights(void)
{
	return owner_drop_rights() ? 0
				   : failed(ADMIN_FAILED, "cannot give up privileges: %s",
					    strerrordesc_np(errno));
}

static int open_files(struct server *s)
{
	char *error;

	return server_open_files(s, &error) && server_open_kerberos(s, &error)
		       ? 0
		       : failed_with(ADMIN_FAILED, error);
}

static int refuse_second(const struct server *s)
{
	return failed(ADMIN_UNREACHABLE,
		      "another snugd has %s open: stop it first (snugd stop --state %s)",
		      s->paths->database, s->paths->state);
}

// Of a store that machines share the state directory is this machine's alone all the same.
static int hold_state(struct server *s)
{
	char *error = NULL;

	s->lock = store_hold(s->paths->database, &error);
	free(error);
	return s->lock >= 0 ? 0 : refuse_second(s);
}

static int start_store(struct server *s)
{
	char *error = NULL;

	if (server_is_shared(s))
		return hold_state(s);
	if (store_is_locked(s->paths->database))
		return refuse_second(s);
	s->store = store_open(s->paths->store, (enum store_durability)s->config.durability,
			      &error);
	return s->store ? 0 : failed_with(ADMIN_FAILED, error);
}

// Asked as soon as the loop runs.
static int start_admin(struct server *s)
{
	char *error = NULL;

	s->admin = admin_socket_new(s->loop, s->paths->admin_socket, server_asked, s, &error);
	return s->admin && server_open_door(s, &error) ? 0 : failed_with(ADMIN_FAILED, error);
}

static void load_entry(void *arg, const struct entry *e)
{
	hub_load(arg, e);
}

static int start_hub(struct server *s)
{
	struct hub_config config;
	uint8_t seed[32];
	char *error = NULL;

	server_hub_config(s, &config);
	randombytes_buf(seed, sizeof(seed));
	s->hub = hub_new(&config, seed);
	sodium_memzero(seed, sizeof(seed));
	if (!sealing_keys_take(s->paths, s->hub, &error) || !server_start_push(s, &error) ||
	    !store_load(s->store, load_entry, s->hub, &error))
		return failed_with(ADMIN_FAILED, error);
	server_follow_key(s);
	if (!hub_loaded(s->hub, server_clock_start(s), &error))
		return failed_with(ADMIN_FAILED, error);
	server_check_high(s);
	server_warn_of_keys(s);
	server_memory_start(s);
	return 0;
}

// Now they can be answered; threads inherit the mask.
static void take_signals(struct server *s)
{
	s->on_stop[0] = loop_on_signal(s->loop, SIGTERM, on_stop_signal, s);
	s->on_stop[1] = loop_on_signal(s->loop, SIGINT, on_stop_signal, s);
	s->on_reload = loop_on_signal(s->loop, SIGHUP, on_reload_signal, s);
}

static int start_workers(struct server *s)
{
	struct thread_begin begin = server_begin(s);
	char *error = NULL;

	s->at_turn_end = loop_at_turn_end(s->loop, server_turn, s);
	if (!s->on_reload)
		take_signals(s);
	store_set_begin(s->store, begin);
	s->writer = writer_start(s->store, s->mailbox);
	(void)!setpriority(PRIO_PROCESS, 0, s->priority);
	s->readers = readers_start(s->store, READERS_MAX, s->mailbox, &error);
	if (!s->readers)
		return failed_with(ADMIN_FAILED, error);
	s->hasher = hasher_start(s->n_hashers, s->config.argon2_memory, s->config.argon2_passes,
				 s->mailbox, begin);
	server_start_files(s, begin);
	server_start_kerberos(s, begin);
	return 0;
}

static int check_descriptors(const struct server *s, int64_t descriptors)
{
	int64_t least = descriptors_least(s->n_shards);

	if (descriptors >= least)
		return 0;
	return failed(ADMIN_FAILED,
		      "only %lld open files are allowed, %lld are needed at least: raise "
		      "LimitNOFILE (ulimit -n)",
		      (long long)descriptors, (long long)least);
}

static int start_shards(struct server *s, int64_t descriptors)
{
	for (unsigned i = 0; i < s->n_shards; i++) {
		char *error = NULL;
		struct shard_config config = {
			.number = i,
			.n_shards = s->n_shards,
			.name = span_of(s->config.name),
			.sockets = s->sockets,
			.n_sockets = s->n_sockets,
			.tls = pair_served(s->paths, &s->config, &error),
			.counts = &s->io_counts[i],
			.proof = store_proof(s->store),
			.proxies = s->config.proxies,
			.n_proxies = s->config.n_proxies,
			.names = config_web_names(&s->config, server_has_sts(s)),
			.connections_per_source = s->config.connections_per_source,
			.unknown_connections = s->config.unknown_connections,
			.files = server_files(s),
			.binds = server_takes_tickets(s),
			.begin = server_begin(s),
		};

		if (!config.tls) {
			web_names_free(config.names);
			return failed_with(ADMIN_FAILED, error);
		}
		config.conns_max =
			(size_t)descriptors_left(descriptors, s->n_shards) / s->n_shards;
		if (s->config.io_threads)
			s->threads[i] = shard_thread_start(&config, s->mailbox);
		else
			s->shard = shard_new(&config, s->loop, s->mailbox);
	}
	return 0;
}

static int check_certificate(struct server *s)
{
	char *error = NULL;

	return server_load_certificate(s, &error) ? 0 : failed_with(ADMIN_FAILED, error);
}

static unsigned hash_threads(const struct config *c)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->hash_threads)
		return (unsigned)c->hash_threads;
	return cores > 3 ? (unsigned)cores / 2 : 1;
}

// What was renewed while it waited is taken.
static int begin_to_listen(struct server *s)
{
	int code = check_certificate(s);

	return code == 0 ? step(s, server_listen) : code;
}

static int serve(struct server *s, int64_t descriptors)
{
	int code = server_is_shared(s) ? begin_to_listen(s) : 0;

	if (code == 0) {
		server_open_high(s);
		server_watch_certificate(s);
		server_enter_sandbox(s);
		code = start_hub(s);
	}
	if (code == 0)
		code = start_workers(s);
	if (code == 0)
		code = start_shards(s, descriptors);
	if (code == 0)
		server_take_role(s, THREAD_MAIN);
	if (code == 0)
		server_start_beside(s);
	if (code == 0)
		server_use_log(s);
	return code;
}

int server_start(struct server *s)
{
	int64_t descriptors = descriptors_raise();
	bool was_root = geteuid() == 0;
	int code;

	server_prepare_process(s);
	wall_boot_id(s->boot);
	s->started_ms = clock_wall_ms();
	code = step(s, server_meet_manager);
	if (code == 0)
		code = start_user(s);
	if (code == 0)
		code = start_config(s);
	if (code == 0)
		log_user(was_root);
	// Before there is a key or a database to inherit.
	if (code == 0)
		code = step(s, server_fork_starter);
	if (code)
		return code;
	s->n_shards = s->config.io_threads ? (unsigned)s->config.io_threads : 1;
	s->n_hashers = hash_threads(&s->config);
	code = check_descriptors(s, descriptors);
	if (code == 0)
		code = step(s, server_open_log);
	if (code == 0)
		code = check_state(s);
	if (code == 0)
		code = check_certificate(s);
	if (code == 0)
		code = start_store(s);
	if (code == 0)
		code = step(s, server_bind);
	if (code == 0)
		code = drop_rights();
	if (code == 0)
		code = open_files(s);
	if (code)
		return code;
	make_loop(s);
	code = start_admin(s);
	if (code == 0 && server_is_shared(s)) {
		take_signals(s);
		code = server_wait(s);
	}
	return code || s->stop ? code : serve(s, descriptors);
}
