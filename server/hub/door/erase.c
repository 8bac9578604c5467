// SPDX-License-Identifier: MIT
// 1. At most one question is out, of one erasure; a step journals at most STEP rows. One that
//    waits for its last traces is in nobody's way.
// 2. What a step did and how far it came are entries of one turn: a crash repeats nothing that
//    counts, since to erase twice is to erase.
// 3. Without shards the hub is here for one verb: it goes on with what that verb began.
#include "server/hub/door/erase.h"

#include "common/die.h"
#include "server/hub/door/erase_words.h"
#include "server/hub/door/evict.h"
#include "server/hub/history/history.h"
#include "server/hub/history/recent.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/redact.h"
#include "server/hub/pages/saved_say.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/throttle.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/room.h"

#include <stdlib.h>

#define STEP 256 // inside: rows of one turn; who has more gets more turns
// So many lines a millisecond may tell of it, to all who hear them together.
#define LINES_A_MS 50
#define AGAIN_MS 1000
// Who waits for the answer is told by then that the last traces take longer: a copy of the
// whole database may be being made beside it, which reads them.
#define TRACES_PATIENCE_MS (10 * 60LL * 1000)

static void step(struct hub *h, struct timer *t);

static void go_on(struct hub *h, int64_t after_ms)
{
	timer_set(h, &h->on_erasures, h->now.mono_ms + after_ms, step);
}

static void erasure_post(struct hub *h, struct erasure *e)
{
	struct entry row = {.kind = ENTRY_ERASURE};

	row.erasure = (struct entry_erasure){
		.account = e->account,
		.stage = e->stage,
		.upto = e->upto,
		.name = span_of(e->name),
	};
	e->last = post(h, &row);
}

static struct erasure *add(struct hub *h, account_id id, struct span name)
{
	struct erasure *e = xcalloc(1, sizeof(*e));

	e->account = id;
	e->name = span_dup(name);
	idmap_put(&h->erasures, (uint64_t)id, e);
	return e;
}

// Nobody is called so yet.
static void find_name(struct hub *h, account_id id, struct buf *out)
{
	buf_printf(out, "erased-%lld", (long long)id);
	while (account_find(h, buf_span(out)))
		buf_add_char(out, '-');
}

// The account is gone, its names are kept back: one that says nothing takes its place.
static struct erasure *begin(struct hub *h, account_id id)
{
	struct buf name = {0};
	struct erasure *e;

	find_name(h, id, &name);
	dialogs_return(account_new_erased(h, id, buf_span(&name)));
	erase_makers(h, id, buf_span(&name));
	throttle_erase(h, id);
	whowas_forget(h, id);
	e = add(h, id, buf_span(&name));
	buf_clear(&name);
	erasure_post(h, e);
	go_on(h, 0);
	return e;
}

struct erasure *erase_account(struct account *a)
{
	struct hub *h = a->hub;
	account_id id = a->id;

	account_delete(a);
	return begin(h, id);
}

struct erasure *erase_deleted(struct hub *h, account_id id)
{
	return erasure_of(h, id) ? NULL : begin(h, id);
}

struct erasure *erasure_of(const struct hub *h, account_id id)
{
	return idmap_find(&h->erasures, (uint64_t)id);
}

void erasure_wait(struct hub *h, struct erasure *e, erased_fn *fn, void *arg)
{
	e->on_end = fn;
	e->arg = arg;
	e->traces_ms = h->now.mono_ms;
	go_on(h, 0);
}

static size_t listeners(const struct stream *stream)
{
	return !stream ? 0 : stream->room ? (size_t)stream->room->n_present : 2;
}

// Gives how many hear of it.
static size_t erase_message(struct hub *h, struct erasure *e, const struct entry_message *m)
{
	struct entry row = {.kind = ENTRY_ERASE,
			    .erase = {.id = m->id, .name = span_of(e->name)}};
	const struct stream *stream = history_stream(h, m->stream);

	post(h, &row);
	recent_redact(h, m->id);
	h->n_redacted++;
	saved_redacted(h, m->id);
	e->n_messages += m->seq > 0;
	if (!stream || !is_redactable(m))
		return 0;
	redact_say(h, stream, m, SPAN(""));
	return listeners(stream);
}

static void reword_event(struct hub *h, const struct erasure *e, const struct entry_message *m)
{
	struct entry row = {.kind = ENTRY_REWORD_EVENT, .reword_event.id = m->id};
	struct buf text = {0};

	if (erase_names(h, e->account, m->text, span_of(e->name), &text)) {
		row.reword_event.text = buf_span(&text);
		post(h, &row);
		recent_redact(h, m->id);
	}
	buf_clear(&text);
}

static size_t erase_messages(struct hub *h, struct erasure *e, const struct rows *rows)
{
	struct entry reasons = {.kind = ENTRY_ERASE_REASONS};
	size_t n_lines = 0;

	for (size_t i = 0; i < rows->n_messages; i++) {
		const struct entry_message *m = &rows->messages[i];

		if (m->account == e->account)
			n_lines += erase_message(h, e, m);
		else
			reword_event(h, e, m);
	}
	reasons.erase_reasons = (struct entry_erase_reasons){
		.account = e->account,
		.from = (message_id)e->upto,
		.upto = rows->targets[0].id,
		.name = span_of(e->name),
	};
	post(h, &reasons);
	return n_lines;
}

static bool reword_row(struct hub *h, const struct erasure *e, int64_t id,
		       const struct entry_audit *a)
{
	struct entry row = {.kind = ENTRY_REWORD_AUDIT, .reword_audit.id = id};
	struct reworded to = {0};
	bool is_changed = erase_logged(h, e->account, a, span_of(e->name), &to);

	if (is_changed) {
		row.reword_audit.actor = buf_span(&to.by);
		row.reword_audit.detail = buf_span(&to.text);
		row.reword_audit.reason = buf_span(&to.reason);
		post(h, &row);
	}
	reworded_clear(&to);
	return is_changed;
}

// What was taken out of them is in no chain any more: that an erasing did so, this says.
static size_t reword_rows(struct hub *h, struct erasure *e, const struct rows *rows)
{
	struct buf said = {0};
	size_t n = 0;

	buf_printf(&said, "%s:", e->name);
	for (size_t i = 0; i < rows->n_audit; i++) {
		if (!reword_row(h, e, (int64_t)rows->targets[i].id, &rows->audit[i]))
			continue;
		buf_printf(&said, " %llu", (unsigned long long)rows->targets[i].id);
		n++;
	}
	if (n)
		post_audit(h, SPAN("server"), SPAN(VERB_ERASED), buf_span(&said), SPAN(""));
	buf_clear(&said);
	return 0;
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct erasure *e = arg;
	size_t n_lines = 0;

	(void)s;
	e->is_asked = false;
	if (h->stopping)
		return;
	if (rows->result != ROWS_OK || !can_mend(h)) {
		go_on(h, AGAIN_MS);
		return;
	}
	if (rows->more) {
		n_lines = e->stage == ERASE_MESSAGES ? erase_messages(h, e, rows)
						     : reword_rows(h, e, rows);
		e->upto = (int64_t)rows->targets[rows->n_targets - 1].id;
	} else {
		e->stage++;
		e->upto = 0;
		e->traces_ms = h->now.mono_ms;
	}
	erasure_post(h, e);
	go_on(h, (int64_t)n_lines / LINES_A_MS);
}

static void look_through(struct hub *h, struct erasure *e)
{
	struct query *q = ask_new(h, e->stage == ERASE_MESSAGES ? QUERY_WRITTEN : QUERY_LOGGED);

	q->account = e->account;
	q->from = (struct place){.is_set = true, .id = (message_id)e->upto};
	q->events = true;
	q->limit = STEP;
	e->is_asked = true;
	ask(h, NULL, q, on_rows, e);
}

static void tell(struct erasure *e, bool is_clean)
{
	erased_fn *fn = e->on_end;

	e->on_end = NULL;
	if (fn)
		fn(e, is_clean, e->arg);
}

static void end(struct hub *h, struct erasure *e)
{
	struct entry row = {.kind = ENTRY_ERASURE_GONE, .erasure_gone.account = e->account};

	post(h, &row);
	idmap_remove(&h->erasures, (uint64_t)e->account);
	tell(e, true);
	free(e->name);
	free(e);
}

void erasures_look(struct hub *h)
{
	size_t cursor = 0;
	struct erasure *e;

	while (!h->stopping && (e = idmap_next(&h->erasures, &cursor)) != NULL) {
		if (e->stage != ERASE_TRACES)
			continue;
		if (h->is_clean && h->durable >= e->last)
			end(h, e);
		else if (h->now.mono_ms - e->traces_ms > TRACES_PATIENCE_MS)
			tell(e, false);
	}
}

// The first whose rows are not done; *is_awaited: somebody waits for the traces of another.
static struct erasure *next(const struct hub *h, bool *is_awaited)
{
	size_t cursor = 0;
	struct erasure *e;

	*is_awaited = false;
	while ((e = idmap_next(&h->erasures, &cursor)) != NULL) {
		if (e->stage != ERASE_TRACES)
			return e;
		*is_awaited = *is_awaited || e->on_end;
	}
	return NULL;
}

static void step(struct hub *h, struct timer *t)
{
	bool is_awaited;
	struct erasure *e;

	(void)t;
	if (h->stopping)
		return;
	erasures_look(h);
	e = next(h, &is_awaited);
	if (e && e->is_asked)
		return;
	if (e && can_mend(h))
		look_through(h, e);
	else if (e || is_awaited)
		go_on(h, AGAIN_MS);
}

void erasures_start(struct hub *h)
{
	if (h->config.n_shards && h->erasures.n_items)
		go_on(h, 0);
}

void erasure_load(struct hub *h, const struct entry_erasure *row)
{
	struct erasure *e = idmap_find(&h->erasures, (uint64_t)row->account);

	if (!e)
		e = add(h, row->account, row->name);
	e->stage = row->stage;
	e->upto = row->upto;
}

void erasures_free(struct hub *h)
{
	size_t cursor = 0;
	struct erasure *e;

	while ((e = idmap_next(&h->erasures, &cursor)) != NULL) {
		tell(e, false);
		free(e->name);
		free(e);
	}
	idmap_clear(&h->erasures);
}
