// SPDX-License-Identifier: MIT
// One file in memory, in the place of the files' thread: it may hold a letter back, or fail.
#pragma once

#include "tests/unit/io/web_peer.h"

#include "server/letters/filing.h"

struct memory_disk {
	struct buf bytes;
	bool is_there;
	bool holds;               // letters, until it is told to go on
	struct letter *held;      // a chain
	enum filing_act failing;  // this act fails
	enum filing_result fails; // ... so; FILING_DONE: none does
	unsigned n_acts[FILING_READ + 1];
};

static inline void disk_answer(struct memory_disk *d, struct filing *f)
{
	struct span bytes = span_after(buf_span(&d->bytes), (size_t)f->at);

	d->n_acts[f->act]++;
	f->result = f->act == d->failing ? d->fails : FILING_DONE;
	if (f->act == FILING_DROP || f->act == FILING_BEGIN)
		buf_clear(&d->bytes);
	if (f->act == FILING_DROP || f->act == FILING_END)
		d->is_there = f->act == FILING_END;
	if (f->act == FILING_ADD) {
		assert_true(f->len > 0 && f->len <= FILING_BYTES);
		buf_add_span(&d->bytes, span_from(f->bytes, f->len));
		f->at += f->len;
		f->type = SPAN("image/png");
	}
	if (f->act == FILING_END)
		memset(f->hash, 7, sizeof(f->hash));
	if (f->act == FILING_READ && f->result == FILING_DONE) {
		f->result = d->is_there ? FILING_DONE : FILING_GONE;
		f->size = d->bytes.len;
		f->len = bytes.len < f->len ? bytes.len : f->len;
		if (f->len)
			memcpy(f->bytes, bytes.at, f->len);
	}
	if (f->act == FILING_DROP) {
		filing_free(f);
		return;
	}
	f->letter.kind = LETTER_FILED;
	mailbox_put(f->from, &f->letter);
}

static inline void disk_turn(struct world *w, struct memory_disk *d)
{
	struct letter *letters, *l;

	turn(w);
	letters = mailbox_take(w->files);
	while ((l = letter_take(&letters)))
		letter_add(&d->held, l);
	while (!d->holds && (l = letter_take(&d->held)))
		disk_answer(d, container_of(l, struct filing, letter));
}

static inline void disk_turns(struct world *w, struct memory_disk *d, int n)
{
	while (n--)
		disk_turn(w, d);
}

static inline void disk_clear(struct memory_disk *d)
{
	letters_free(&d->held);
	buf_clear(&d->bytes);
}
