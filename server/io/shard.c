// SPDX-License-Identifier: MIT
#include "server/io/shard.h"

#include "common/die.h"
#include "common/tls_challenge.h"
#include "server/io/transfer.h"
#include "server/io/web.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/letters/outbox.h"

#include <assert.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#define SILENT_MS 1000  // so long an unfinished handshake is spared when space is short
#define IDLE_MS 5000    // so long one that has still to log in
#define FULL_REST_MS 20 // how long the kernel's queue holds newcomers then

#define LINES_MAX 4096 // inside: bytes queued as one

// When a commit let so many entries out at once, people talk fast: while we rest for a
// moment the answers gather, and share the next commit, its wake-ups and TLS records.
#define MANY_ENTRIES 4
#define REST_US 400
// Of fewer connections what they took is kept for the next ones.
#define MANY_CONNS 256 // inside: about 10 MiB

struct shard {
	struct conn_env env;
	struct tls_context *tls; // in its world
	struct web_names *names; // the same
	struct mailbox *mailbox, *hub;
	struct loop_fd *watch;
	struct listener *listener;
	entry_no was_durable; // at the end of the last turn
	size_t conns_max, unknown_max;
	size_t most; // connections at once, since memory was given back
	unsigned n_shards;
	bool is_stopping;
};

struct shard_settings *shard_settings_new(struct tls_context *tls, struct web_names *names,
					  int64_t connections_per_source,
					  int64_t unknown_connections)
{
	struct shard_settings *settings = xcalloc(1, sizeof(*settings));

	settings->letter.kind = LETTER_SETTINGS;
	settings->tls = tls;
	settings->names = names;
	settings->connections_per_source = connections_per_source;
	settings->unknown_connections = unknown_connections;
	return settings;
}

// They never take more than half of what there can be: those who are in must find room.
static void set_unknown_max(struct shard *s, int64_t in_all)
{
	size_t own = ((size_t)in_all + s->n_shards - 1) / s->n_shards;
	size_t half = (s->conns_max + 1) / 2;

	s->unknown_max = in_all && own < half ? own : half;
}

// Makes room among those that are not logged in by ending the longest silent handshake, or
// the one that has taken the most time for its login; nobody who waits for us. False when all
// are at work: then newcomers wait in the kernel's queue.
static bool make_room(struct shard *s)
{
	struct conn_env *env = &s->env;
	int64_t now = loop_now(env->loop);
	struct conn *oldest;

	if (env->n_unknown < s->unknown_max)
		return true;
	if (!list_is_empty(&env->shaking)) {
		oldest = container_of(env->shaking.next, struct conn, shaking);
		if (oldest->accepted_at + SILENT_MS <= now) {
			conn_give_up(oldest, SPAN("Handshake too slow"));
			return true;
		}
	}
	if (!list_is_empty(&env->stages[STAGE_LOGIN])) {
		oldest = container_of(env->stages[STAGE_LOGIN].next, struct conn, staged);
		if (oldest->since + IDLE_MS <= now) {
			counter_add(&env->counts->refused[IO_REFUSED_LATE]);
			conn_part(oldest, PARTING_LATER,
				  SPAN("Others wait to log in: be quicker"));
		}
	}
	return false;
}

// All of a proxy come from one address: whom they are of is told later.
static bool is_of_too_many(const struct conn_env *env, const struct net_address *peer,
			   const struct transport *transport)
{
	return conn_has_too_many(env, peer) && !conn_is_of_proxy(env, peer, transport);
}

static void on_accept(void *arg, int fd, const struct net_address *peer,
		      const struct transport *transport)
{
	struct shard *s = arg;
	bool is_full = s->env.table.n_conns >= s->conns_max;

	if (is_full || is_of_too_many(&s->env, peer, transport)) {
		counter_add(
			&s->env.counts->refused[is_full ? IO_REFUSED_FULL : IO_REFUSED_SOURCE]);
		close(fd);
		return;
	}
	conn_open(&s->env, fd, peer, transport);
	if (!make_room(s))
		listener_rest(s->listener, FULL_REST_MS);
}

static void on_timer(void *arg)
{
	struct shard *s = arg;
	int64_t next = conn_expire(&s->env);

	if (next < INT64_MAX)
		loop_timer_set(s->env.timer, next - loop_now(s->env.loop));
}

static void on_porch(void *arg)
{
	struct shard *s = arg;

	conn_let_in(&s->env);
}

// The letters themselves are taken at the end of the turn.
static void on_mail(UNUSED void *arg, UNUSED unsigned events)
{
}

static struct line *ping_line(struct span name)
{
	struct buf text = {0};
	struct line *line;

	buf_add_str(&text, "PING :");
	buf_add_span(&text, name);
	buf_add_str(&text, "\r\n");
	line = line_new(buf_span(&text), 0);
	buf_clear(&text);
	return line;
}

static void use(struct shard *s, struct tls_context *tls, struct web_names *names)
{
	tls_context_free(s->tls);
	web_names_free(s->names);
	s->tls = tls;
	s->names = names;
	s->env.world.tls = tls;
	s->env.world.names = names;
}

static void set_transfers(struct conn_env *env, const struct shard_config *config)
{
	size_t n_shards = config->n_shards ? config->n_shards : 1;

	env->files = config->files;
	env->binds = config->binds;
	env->world.has_files = config->files;
	env->transfers_max =
		config->transfers_max ? config->transfers_max : TRANSFERS_MAX / n_shards;
	env->transfers_per_source = config->transfers_per_source ? config->transfers_per_source
								 : TRANSFERS_PER_SOURCE;
	if (config->transfer_ms)
		env->transfer_ms = config->transfer_ms;
}

struct shard *shard_new(const struct shard_config *config, struct loop *loop,
			struct mailbox *hub)
{
	struct shard *s = xcalloc(1, sizeof(*s));

	conn_env_init(&s->env, loop, config->number);
	if (config->times.login_ms)
		s->env.times = config->times;
	if (config->nudge_after_ms)
		s->env.nudge_after_ms = config->nudge_after_ms;
	if (config->porch_ms)
		s->env.porch_ms = config->porch_ms;
	s->env.counts = config->counts;
	s->env.proxies = config->proxies;
	s->env.n_proxies = config->n_proxies;
	use(s, config->tls, config->names);
	s->env.world.challenges = tls_challenges_new();
	s->env.ping = ping_line(config->name);
	silence_init(&s->env, config->proof, config->name);
	s->env.timer = loop_timer_new(loop, on_timer, s);
	s->env.porch_timer = loop_timer_new(loop, on_porch, s);
	s->hub = hub;
	s->mailbox = s->env.mailbox = mailbox_new();
	set_transfers(&s->env, config);
	s->watch = loop_add(loop, mailbox_fd(s->mailbox), LOOP_READ, on_mail, s);
	s->env.connections_per_source = config->connections_per_source;
	s->conns_max = config->conns_max ? config->conns_max : 0xffffff;
	s->n_shards = config->n_shards ? config->n_shards : 1;
	set_unknown_max(s, config->unknown_connections);
	s->listener = listener_new(loop, config->sockets, config->n_sockets, on_accept, s);
	return s;
}

static void take_settings(struct shard *s, struct shard_settings *settings)
{
	if (settings->tls)
		use(s, settings->tls, settings->names);
	s->env.connections_per_source = settings->connections_per_source;
	set_unknown_max(s, settings->unknown_connections);
	free(settings);
}

// Whether b may be queued with a: what need not wait must not wait with what does.
static bool goes_with(const struct shard *s, const struct outbox *out,
		      const struct outbox_item *a, const struct outbox_item *b)
{
	return b->kind == OUTBOX_LINE && b->catch_up == a->catch_up &&
	       (a->after > s->env.durable || b->after <= s->env.durable) &&
	       b->n_conns == a->n_conns &&
	       memcmp(out->conns + a->first_conn, out->conns + b->first_conn,
		      a->n_conns * sizeof(*out->conns)) == 0;
}

// What somebody says in one breath goes to the same receivers: it is queued at once, for all
// of them. Gives the item behind it.
static size_t take_lines(struct shard *s, const struct outbox *out, size_t from)
{
	const struct outbox_item *item = &out->items[from], *last = item;
	size_t upto = from + 1;
	struct line *line;

	for (; upto < out->n_items && goes_with(s, out, item, &out->items[upto]); upto++) {
		if (out->items[upto].at + out->items[upto].len - item->at > LINES_MAX)
			break;
		last = &out->items[upto];
	}
	line = line_new(span_from(out->bytes.at + item->at, last->at + last->len - item->at),
			last->after);
	line->first_after = item->after;
	// Who catches up waits for what was said long ago.
	line->made_us = item->catch_up ? 0 : out->made_us;
	for (uint32_t i = 0; i < item->n_conns; i++) {
		struct conn *c =
			conn_table_find(&s->env.table, out->conns[item->first_conn + i]);

		if (c)
			conn_queue(c, line, item->catch_up);
	}
	line_drop(line);
	return upto;
}

static void accept_no_more(struct shard *s)
{
	listener_free(s->listener);
	s->listener = NULL;
}

// A name that is to be proven from now on, behind its digest; or no more.
static void take_challenge(struct shard *s, size_t digest_len, struct span bytes)
{
	struct span name = span_after(bytes, digest_len);

	if (digest_len == TLS_CHALLENGE_LEN)
		tls_challenges_put(s->env.world.challenges, name, (const uint8_t *)bytes.at,
				   loop_now(s->env.loop) + TLS_CHALLENGE_MS);
	else
		tls_challenges_drop(s->env.world.challenges, name);
}

// Whoever it is for is gone.
static void take_late(struct shard *s, const struct outbox *out, const struct outbox_item *item)
{
	struct web_answer answer;

	if (item->kind != OUTBOX_ANSWER)
		return;
	answer = outbox_answered(out, item);
	if (answer.then == WEB_TAKES)
		transfer_is_gone(&s->env, item->conn, &answer.file);
}

static void take_item(struct shard *s, const struct outbox *out, const struct outbox_item *item)
{
	struct web_answer answer;
	struct conn *c;

	if (item->kind == OUTBOX_DRAIN) {
		accept_no_more(s);
		if (s->env.times.close_within_ms > STOP_CLOSE_MS)
			s->env.times.close_within_ms = STOP_CLOSE_MS;
		return;
	}
	if (item->kind == OUTBOX_CHALLENGE) {
		take_challenge(s, item->count, span_from(out->bytes.at + item->at, item->len));
		return;
	}
	c = conn_table_find(&s->env.table, item->conn);
	if (!c) {
		take_late(s, out, item);
		return;
	}
	switch (item->kind) {
	case OUTBOX_CREDIT:
		conn_give_credit(c, item->count);
		break;
	case OUTBOX_HOLD:
		conn_hold(c, item->count != 0);
		break;
	case OUTBOX_LOGGED_IN:
		conn_logged_in(c);
		break;
	case OUTBOX_CLOSE:
		conn_close(c, item->after, item->parting,
			   span_from(out->bytes.at + item->at, item->len));
		break;
	case OUTBOX_ANSWER:
		answer = outbox_answered(out, item);
		conn_answer(c, &answer);
		break;
	case OUTBOX_TELL:
		conn_tell(c);
		break;
	case OUTBOX_LIVE:
		conn_live(c);
		break;
	case OUTBOX_LINE:
	case OUTBOX_DRAIN:
	case OUTBOX_LIMITS:
	case OUTBOX_CHALLENGE:
		break;
	}
}

static void take_outbox(struct shard *s, struct outbox *out)
{
	for (size_t i = 0; i < out->n_items;) {
		const struct outbox_item *item = &out->items[i];

		if (item->kind == OUTBOX_LINE) {
			i = take_lines(s, out, i);
			continue;
		}
		take_item(s, out, item);
		i++;
	}
	if (out->durable > s->env.durable) {
		s->env.durable = out->durable;
		// The gate opens: whoever waited for it looks again.
		list_for_each_safe(item, after, &s->env.gated) {
			list_remove(item);
			list_add(&s->env.dirty, item);
		}
	}
	outbox_free(out);
}

static void close_all(struct shard *s)
{
	struct conn *c;
	size_t cursor = 0;

	while ((c = conn_table_next(&s->env.table, &cursor)))
		conn_close(c, 0, PARTING_STOP, SPAN("Server stopped"));
}

static void take_letters(struct shard *s)
{
	struct letter *letter = mailbox_take(s->mailbox), *next;

	for (; letter; letter = next) {
		next = letter->next;
		switch (letter->kind) {
		case LETTER_OUTBOX:
			take_outbox(s, container_of(letter, struct outbox, letter));
			break;
		case LETTER_FILED:
			transfer_filed(&s->env, container_of(letter, struct filing, letter));
			break;
		case LETTER_SETTINGS:
			take_settings(s, container_of(letter, struct shard_settings, letter));
			break;
		case LETTER_STOP:
			free(letter);
			accept_no_more(s);
			close_all(s);
			s->is_stopping = true;
			break;
		default:
			assert(!"a letter for somebody else");
		}
	}
}

void shard_free(struct shard *s)
{
	if (!s)
		return;
	accept_no_more(s);
	take_letters(s);
	conn_env_clear(&s->env);
	loop_timer_free(s->env.timer);
	loop_timer_free(s->env.porch_timer);
	line_drop(s->env.ping);
	tls_context_free(s->tls);
	web_names_free(s->names);
	tls_challenges_free(s->env.world.challenges);
	loop_remove(s->watch);
	mailbox_free(s->mailbox);
	free(s);
}

struct mailbox *shard_mailbox(struct shard *s)
{
	return s->mailbox;
}

static void post(struct shard *s)
{
	struct inbox *inbox = s->env.inbox;

	if (!inbox)
		return;
	s->env.inbox = NULL;
	mailbox_put(s->hub, &inbox->letter);
}

void shard_collect(struct shard *s)
{
	struct list ready;

	// Those that are not done come back to the list for the next turn.
	list_init(&ready);
	list_for_each_safe(item, after, &s->env.ready) {
		list_remove(item);
		list_add(&ready, item);
	}
	while (!list_is_empty(&ready)) {
		struct conn *c = container_of(ready.next, struct conn, ready);

		list_remove(&c->ready);
		conn_read(c);
	}
	post(s);
}

// What many connections took goes back to the system when most of them have gone: once for
// each time that three of four did, so that it costs little beside their ends.
static void give_back(struct shard *s)
{
	size_t n = s->env.table.n_conns;

	if (n > s->most)
		s->most = n;
	if (s->most < MANY_CONNS || n > s->most / 4)
		return;
	s->most = n;
	malloc_trim(0);
}

void shard_flush(struct shard *s)
{
	struct list dirty;

	take_letters(s);
	silence_turn(&s->env);
	list_init(&dirty);
	list_for_each_safe(item, after, &s->env.dirty) {
		list_remove(item);
		list_add(&dirty, item);
	}
	while (!list_is_empty(&dirty))
		conn_flush(container_of(dirty.next, struct conn, out));
	conn_mourn(&s->env);
	post(s);
	if (!list_is_empty(&s->env.ready))
		loop_again(s->env.loop); // credit came back for lines that wait in frames
	if (!conn_reap(&s->env))
		loop_again(s->env.loop);
	if (s->env.durable >= s->was_durable + MANY_ENTRIES)
		loop_rest(s->env.loop, REST_US);
	s->was_durable = s->env.durable;
	s->env.strangers_us = 0;
	give_back(s);
	atomic_store_explicit(&s->env.counts->connected, s->env.table.n_conns,
			      memory_order_relaxed);
}

bool shard_is_done(const struct shard *s)
{
	return s->is_stopping && s->env.table.n_conns == s->env.n_lingering;
}
