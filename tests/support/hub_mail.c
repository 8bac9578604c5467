// SPDX-License-Identifier: MIT
#include "tests/support/hub_mail.h"

#include "common/die.h"
#include "server/letters/letter.h"

struct inbox *hub_mail_inbox(struct hub_mail *m)
{
	if (!m->inbox)
		m->inbox = inbox_new(0);
	return m->inbox;
}

void hub_mail_line(struct hub_mail *m, conn_id conn, struct span line)
{
	struct inbox *in = hub_mail_inbox(m);
	struct msg msg;

	switch (msg_parse(&msg, arena_dup(&in->arena, line))) {
	case MSG_OK:
	case MSG_BAD_COMMAND:
		inbox_add(in, INBOX_LINE, conn)->msg = msg;
		break;
	case MSG_EMPTY:
		break;
	case MSG_TOO_MANY:
		inbox_add(in, INBOX_BAD, conn)->fault = FAULT_PARAMS;
		break;
	case MSG_NO_COMMAND:
		inbox_add(in, INBOX_BAD, conn)->fault = FAULT_SYNTAX;
		break;
	}
}

void hub_mail_durable(struct hub_mail *m, entry_no upto, entry_no applied, enum disk_state disk)
{
	struct durable *d = xcalloc(1, sizeof(*d));

	d->letter.kind = LETTER_DURABLE;
	d->upto = upto;
	d->applied = applied;
	d->disk = disk;
	d->is_clean = !m->has_traces;
	d->free_bytes = m->size_bytes ? m->free_bytes : 1 << 30;
	d->size_bytes = m->size_bytes;
	letter_add(&m->letters, &d->letter);
}

bool hub_mail_waits(const struct hub_mail *m)
{
	return m->inbox || m->letters;
}

static void deliver(struct hub_mail *m, const struct outbox *out,
		    const struct hub_mail_way *way)
{
	way->deliver(way->arg, out);
	for (size_t i = 0; i < out->n_items; i++) {
		if (out->items[i].kind == OUTBOX_TELL && out->items[i].conn != m->unread)
			inbox_add(hub_mail_inbox(m), INBOX_TAKEN, out->items[i].conn);
	}
}

static void note_signin(struct buf *out, const struct signin_line *l)
{
	buf_printf(out, "%s %s", l->event, l->source);
	if (l->left_out)
		buf_printf(out, " %lld\n", (long long)l->left_out);
	else
		buf_printf(out, " %s %s %s%s%s%s\n", l->account, l->way, l->why ? l->why : "",
			   l->why ? " " : "", l->is_kept ? "cached " : "", l->device);
}

static void take_out(struct hub_mail *m, struct hub *h, const struct hub_mail_way *way)
{
	struct hub_out out;
	struct letter *l;

	hub_take(h, &out);
	for (unsigned i = 0; i < SHARDS_MAX; i++) {
		if (out.outboxes[i])
			deliver(m, out.outboxes[i], way);
	}
	if (out.journal)
		letter_add(&m->journals, &out.journal->letter);
	out.journal = NULL;
	while ((l = letter_take(&out.queries)))
		letter_add(&m->queries, l);
	while ((l = letter_take(&out.files)))
		letter_add(&m->files, l);
	while ((l = letter_take(&out.pushes)))
		letter_add(&m->pushes, l);
	while ((l = letter_take(&out.identities)))
		letter_add(&m->identities, l);
	while ((l = letter_take(&out.jobs))) {
		letter_add(&m->jobs, l);
	}
	while (!m->jobs_are_held && m->jobs)
		hub_mail_hash(m, way);
	while ((l = letter_take(&out.answers))) {
		admin_answer_free(m->answer);
		m->answer = container_of(l, struct admin_answer, letter);
	}
	for (size_t i = 0; i < out.n_signins; i++)
		note_signin(&m->signins, &out.signins[i]);
	hub_out_free(&out);
}

void hub_mail_hash(struct hub_mail *m, const struct hub_mail_way *way)
{
	struct letter *l = letter_take(&m->jobs);

	way->hash(container_of(l, struct hash_job, letter));
	l->kind = LETTER_HASHED;
	letter_add(&m->letters, l);
}

void hub_mail_turn(struct hub_mail *m, struct hub *h, struct hub_time now,
		   const struct hub_mail_way *way)
{
	struct letter *letters = m->letters;

	if (m->inbox) {
		m->inbox->letter.next = letters;
		letters = &m->inbox->letter;
	}
	m->inbox = NULL;
	m->letters = NULL;
	hub_turn(h, now, letters);
	take_out(m, h, way);
}

void hub_mail_clear(struct hub_mail *m)
{
	buf_clear(&m->signins);
	inbox_free(m->inbox);
	m->inbox = NULL;
	letters_free(&m->letters);
	letters_free(&m->journals);
	letters_free(&m->queries);
	letters_free(&m->files);
	letters_free(&m->jobs);
	letters_free(&m->pushes);
	letters_free(&m->identities);
	admin_answer_free(m->answer);
	m->answer = NULL;
}
