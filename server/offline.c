// SPDX-License-Identifier: MIT
#include "server/offline.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/hash/hasher.h"
#include "server/hash/job.h"
#include "server/letters/letter.h"
#include "server/sealing_keys.h"
#include "server/pair.h"
#include "server/store/store.h"
#include "server/hub/hub_load.h"
#include "server/hub/pages/dossier.h"
#include "server/wall.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

struct offline {
	struct store *store; // NULL: it is only tried
	struct reader *reader;
	struct hub *hub;
	struct wall wall;
	int64_t mono_ms; // moves on by itself when the hub waits for a time
	struct admin_answer *answer;
	struct durable last;
	bool disk_failed;
};

static void load_entry(void *arg, const struct entry *e)
{
	hub_load(arg, e);
}

static struct hub_time read_time(const struct offline *o)
{
	struct hub_time now = {.mono_ms = o->mono_ms,
			       .wall_ms = wall_time(&o->wall, clock_boot_ms())};

	if (o->wall.is_held) {
		now.clock_ms = clock_wall_ms();
		now.taken_ms = wall_taken_at(&o->wall);
	}
	return now;
}

// As a server would that starts now.
static void start_clock(struct offline *o)
{
	struct hub_clock known = hub_clock(o->hub);
	char boot[BOOT_ID_LEN + 1];

	wall_boot_id(boot);
	wall_start(&o->wall, boot, &known, clock_wall_ms(), clock_boot_ms());
}

// The pin and the port of the server that will run here, for links.
static void describe(const struct paths *p, struct config *c, struct hub_config *out)
{
	uint8_t pin[TLS_PIN_LEN] = {0};
	struct tls_findings found = {0};
	char *error = NULL;
	struct tls_context *tls = pair_served(p, c, &error);

	if (tls) {
		tls_context_pin(tls, pin);
		tls_context_check(tls, c->name, &found);
	}
	tls_context_free(tls);
	free(error);
	config_for_hub(c, pin, found.is_verified && found.names_host,
		       c->n_places ? address_port(&c->places[0].address) : PORT_DEFAULT, out);
}

static bool load(struct offline *o, const struct paths *p, struct config *c, char **error)
{
	struct hub_config config;
	uint8_t seed[32];

	describe(p, c, &config);
	randombytes_buf(seed, sizeof(seed));
	o->hub = hub_new(&config, seed);
	sodium_memzero(seed, sizeof(seed));
	o->reader = reader_open(p->store, error);
	if (!o->reader || !sealing_keys_look(p, o->hub, error) ||
	    !(o->store ? store_load(o->store, load_entry, o->hub, error)
		       : store_look(p->store, load_entry, o->hub, error)))
		return false;
	start_clock(o);
	return hub_loaded(o->hub, read_time(o), error);
}

struct offline *offline_open(const struct paths *p, struct config *c, int *code, char **error)
{
	struct offline *o = xcalloc(1, sizeof(*o));

	*code = store_is_locked(p->database) ? ADMIN_UNREACHABLE : ADMIN_FAILED;
	o->mono_ms = clock_mono_ms();
	o->store = store_open(p->store, (enum store_durability)c->durability, error);
	if (o->store && load(o, p, c, error))
		return o;
	offline_close(o);
	return NULL;
}

struct offline *offline_try(const struct paths *p, struct config *c, int *code, char **error)
{
	struct offline *o = xcalloc(1, sizeof(*o));

	*code = ADMIN_FAILED;
	o->mono_ms = clock_mono_ms();
	if (load(o, p, c, error))
		return o;
	offline_close(o);
	return NULL;
}

struct sealed offline_sealed(struct offline *o, const struct paths *keys)
{
	char *error = NULL;

	// A key that cannot be read opens nothing, either.
	(void)!sealing_keys_look(keys, o->hub, &error);
	free(error);
	return (struct sealed){hub_sealed_factors(o->hub), hub_sealed_sign_ins(o->hub)};
}

void offline_close(struct offline *o)
{
	if (!o)
		return;
	admin_answer_free(o->answer);
	hub_free(o->hub);
	reader_close(o->reader);
	store_close(o->store);
	free(o);
}

static void store(struct offline *o, struct journal *journal, struct letter **letters)
{
	struct durable *durable = xcalloc(1, sizeof(*durable));
	entry_no last = journal->first + journal->n_entries - 1;

	if (!o->store)
		*durable = (struct durable){.upto = last, .applied = last, .is_clean = true};
	else if (!writer_apply(o->store, journal, durable))
		o->disk_failed = true;
	durable->letter.kind = LETTER_DURABLE;
	o->last = *durable;
	journal_free(journal);
	letter_add(letters, &durable->letter);
}

static void answer_query(struct offline *o, struct query *query, struct letter **letters)
{
	letter_add(letters, &reader_answer(o->reader, query)->letter);
	query_free(query);
}

static void run_job(struct hash_job *job, struct letter **letters)
{
	hash_job_run(job);
	job->letter.kind = LETTER_HASHED;
	letter_add(letters, &job->letter);
}

// Nobody who could say stands beside the command line.
static void answer_identity(struct identity_question *q, struct letter **letters)
{
	struct identity_answer *a =
		identity_answer_new(q->ticket, IDENTITY_LATER, IDENTITY_WHY_DOWN);

	letter_add(letters, &a->letter);
	identity_question_free(q);
}

static void keep_answer(struct offline *o, struct admin_answer *answer)
{
	admin_answer_free(o->answer);
	o->answer = answer;
}

// One turn, and what it asked of the others. The letters of the next turn.
static struct letter *turn(struct offline *o, struct letter *letters)
{
	struct hub_out out = {0};
	struct letter *l, *next = NULL;

	hub_turn(o->hub, read_time(o), letters);
	hub_take(o->hub, &out);
	while ((l = letter_take(&out.jobs)))
		run_job(container_of(l, struct hash_job, letter), &next);
	// What a question must see is stored first.
	if (out.journal)
		store(o, out.journal, &next);
	out.journal = NULL;
	while ((l = letter_take(&out.queries)))
		answer_query(o, container_of(l, struct query, letter), &next);
	while ((l = letter_take(&out.identities)))
		answer_identity(container_of(l, struct identity_question, letter), &next);
	while ((l = letter_take(&out.answers)))
		keep_answer(o, container_of(l, struct admin_answer, letter));
	hub_out_free(&out);
	return next;
}

// The hub sleeps until a time: nobody else is here, so that time is now. What the store puts
// off is done meanwhile.
static bool skip_time(struct offline *o, struct letter **letters)
{
	int64_t at = hub_wakes_at(o->hub);
	struct durable *d;

	if (at == INT64_MAX)
		return false;
	o->mono_ms = at > o->mono_ms ? at : o->mono_ms + 1;
	if (!o->store || !o->last.letter.kind)
		return true;
	while (store_tidy(o->store))
		continue;
	d = xmalloc(sizeof(*d));
	*d = o->last;
	d->is_clean = store_is_clean(o->store);
	letter_add(letters, &d->letter);
	return true;
}

static bool tell_page(struct offline *o, struct dossier *d, struct buf *out, bool *is_read)
{
	struct query *q = query_new(QUERY_PAGE, 0);
	bool more = dossier_ask(d, q);
	struct rows *rows;

	if (more) {
		rows = reader_answer(o->reader, q);
		*is_read = dossier_take(d, rows, out);
		rows_free(rows);
	}
	query_free(q);
	return more && *is_read;
}

enum admin_code offline_dossier(struct offline *o, struct span name, offline_put_fn *put,
				void *arg)
{
	struct dossier *d = dossier_named(o->hub, name);
	struct buf out = {0};
	bool is_read = true;

	if (!d)
		return ADMIN_NOT_FOUND;
	dossier_begin(d, &out);
	while (put(arg, &out) && tell_page(o, d, &out, &is_read))
		continue;
	buf_clear(&out);
	dossier_free(d);
	return is_read ? ADMIN_DONE : ADMIN_FAILED;
}

enum hash_result offline_rehearse(struct offline *o, struct rehearsal *found, const char **name)
{
	struct hash_job *job;
	enum hash_result result = HASH_WRONG;

	rehearse_credentials(o->hub, found);
	*name = NULL;
	job = rehearse_password(o->hub, name);
	if (job) {
		hash_job_run(job);
		result = job->result;
	}
	hash_job_free(job);
	return result;
}

// The clock is right, says the operator: for the next start, too.
static struct letter *accept_clock(struct offline *o)
{
	struct hub_step step;
	struct buf text = {0};
	struct wish_about about;

	if (hub_wish(o->hub, &about) != WISH_CLOCK || !wall_accept(&o->wall, &step))
		return NULL;
	hub_clock_stepped(o->hub, &step);
	wall_save(&o->wall, clock_boot_ms(), &text);
	(void)!hub_save_clock(o->hub, buf_span(&text));
	buf_clear(&text);
	return turn(o, NULL);
}

// The hub knows of the disk what it is told.
static void tell_of_disk(struct offline *o, struct letter **letters)
{
	struct durable *d = xmalloc(sizeof(*d));

	writer_look(o->store, d);
	letter_add(letters, &d->letter);
}

struct admin_answer *offline_ask(struct offline *o, struct admin_request *request, char **error)
{
	struct letter *letters = NULL;
	struct admin_answer *answer;

	request->ticket = 1;
	request->actor = SPAN("shell");
	if (o->store)
		tell_of_disk(o, &letters);
	letter_add(&letters, &request->letter);
	while (!o->disk_failed && (letters || (!o->answer && skip_time(o, &letters))))
		letters = turn(o, letters);
	if (!letters)
		letters = accept_clock(o);
	while (letters && !o->disk_failed)
		letters = turn(o, letters);
	letters_free(&letters);
	answer = o->answer;
	o->answer = NULL;
	if (o->disk_failed)
		*error = xstrdup("the database could not be written: is the disk full?");
	else if (!answer)
		*error = xstrdup("the verb has no answer without a running server");
	if (*error) {
		admin_answer_free(answer);
		answer = NULL;
	}
	return answer;
}
