// SPDX-License-Identifier: MIT
#include "server/letters/outbox.h"

#include "common/grow.h"
#include "server/letters/letter.h"

#include <assert.h>
#include <stdlib.h>

struct outbox *outbox_new(void)
{
	struct outbox *out = xcalloc(1, sizeof(*out));

	out->letter.kind = LETTER_OUTBOX;
	return out;
}

void outbox_free(struct outbox *out)
{
	if (!out)
		return;
	buf_clear(&out->bytes);
	free(out->items);
	free(out->conns);
	free(out->files);
	free(out);
}

struct outbox_item *outbox_add(struct outbox *out, enum outbox_kind kind)
{
	struct outbox_item *item;

	out->items = grow(out->items, out->n_items, &out->items_space, sizeof(*out->items));
	item = &out->items[out->n_items++];
	*item = (struct outbox_item){.kind = kind};
	return item;
}

static void add_bytes(struct outbox *out, struct outbox_item *item, struct span bytes)
{
	item->at = (uint32_t)out->bytes.len;
	item->len = (uint32_t)bytes.len;
	buf_add_span(&out->bytes, bytes);
}

void outbox_line(struct outbox *out, struct span line, entry_no after, bool catch_up)
{
	struct outbox_item *item = outbox_add(out, OUTBOX_LINE);

	item->after = after;
	item->catch_up = catch_up;
	item->first_conn = (uint32_t)out->n_conns;
	add_bytes(out, item, line);
}

void outbox_to(struct outbox *out, conn_id conn)
{
	struct outbox_item *line = &out->items[out->n_items - 1];

	assert(out->n_items && line->kind == OUTBOX_LINE);
	out->conns = grow(out->conns, out->n_conns, &out->conns_space, sizeof(*out->conns));
	out->conns[out->n_conns++] = conn;
	line->n_conns++;
}

void outbox_to_all(struct outbox *out, const conn_id *conns, size_t n)
{
	struct outbox_item *line = &out->items[out->n_items - 1];

	assert(out->n_items && line->kind == OUTBOX_LINE);
	if (!n)
		return;
	if (out->n_conns + n > out->conns_space) {
		out->conns_space = (out->n_conns + n) * 2;
		out->conns = xreallocarray(out->conns, out->conns_space, sizeof(*out->conns));
	}
	memcpy(out->conns + out->n_conns, conns, n * sizeof(*conns));
	out->n_conns += n;
	line->n_conns += (uint32_t)n;
}

void outbox_close(struct outbox *out, conn_id conn, entry_no after, enum parting parting,
		  struct span reason)
{
	struct outbox_item *item = outbox_add(out, OUTBOX_CLOSE);

	item->conn = conn;
	item->after = after;
	item->parting = parting;
	add_bytes(out, item, reason);
}

static void add_file(struct outbox *out, const struct web_answer *answer)
{
	struct outbox_file *file;

	out->files = grow(out->files, out->n_files, &out->files_space, sizeof(*out->files));
	file = &out->files[out->n_files++];
	*file = (struct outbox_file){
		.then = answer->then,
		.file = answer->file,
		.size = answer->size,
		.name_at = (uint32_t)out->bytes.len,
		.name_len = (uint32_t)answer->name.len,
		.type_at = (uint32_t)(out->bytes.len + answer->name.len),
		.type_len = (uint32_t)answer->type.len,
	};
	buf_add_span(&out->bytes, answer->name);
	buf_add_span(&out->bytes, answer->type);
}

void outbox_answer(struct outbox *out, conn_id conn, const struct web_answer *answer)
{
	struct outbox_item *item = outbox_add(out, OUTBOX_ANSWER);

	item->conn = conn;
	item->after = answer->after;
	item->count = answer->status;
	item->retry_s = answer->retry_s;
	add_bytes(out, item, answer->body);
	if (answer->then == WEB_SAYS && answer->status != 201)
		return;
	add_file(out, answer);
	item->file = (uint32_t)out->n_files;
}

static struct span bytes_at(const struct outbox *out, uint32_t at, uint32_t len)
{
	return len ? span_from(out->bytes.at + at, len) : SPAN("");
}

struct web_answer outbox_answered(const struct outbox *out, const struct outbox_item *item)
{
	const struct outbox_file *file = item->file ? &out->files[item->file - 1] : NULL;
	struct web_answer answer = {.status = item->count,
				    .retry_s = item->retry_s,
				    .after = item->after,
				    .body = bytes_at(out, item->at, item->len)};

	if (!file)
		return answer;
	answer.then = file->then;
	answer.file = file->file;
	answer.size = file->size;
	answer.name = bytes_at(out, file->name_at, file->name_len);
	answer.type = bytes_at(out, file->type_at, file->type_len);
	return answer;
}

void outbox_challenge(struct outbox *out, struct span name, struct span digest)
{
	struct outbox_item *item = outbox_add(out, OUTBOX_CHALLENGE);

	item->count = (uint32_t)digest.len;
	add_bytes(out, item, digest);
	buf_add_span(&out->bytes, name);
	item->len += (uint32_t)name.len;
}
