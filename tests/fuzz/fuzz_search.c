// SPDX-License-Identifier: MIT
// Full-text search against a scan of all messages: never an error, only rows of the streams that
// were named, and the same rows as the scan up to the limit, whatever is looked for.
//
// The input is eight bytes (streams, limit, floor, bounds, sender) and the text as typed. The
// history is always the same: on disk and indexed, on disk and not yet, edited, redacted.
#include "common/encode.h"
#include "common/grow.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/store/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MESSAGES 240
#define INDEXED 180 // the first of them
#define FIRST_STREAM 3
#define STREAMS 4
#define TOKENS_MAX 64
// How often the steps of the database are counted.
#define STEPS_LOOK 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct said {
	stream_id stream;
	int64_t time_ms;
	bool is_hidden; // redacted, or a later edit says something else
	bool is_bobs;
	char text[80];
};

static struct said said[MESSAGES + 1]; // by id, from 1
static struct store *store;            // open to the end: closing indexes what is not yet
static struct reader *reader;
static char folder[64];

static void remove_all(void)
{
	static const char *const names[] = {"snug.db", "snug.db-wal", "snug.db-shm", "lock",
					    "ballast"};
	char path[96];

	reader_close(reader);
	store_close(store);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void put(struct store *s, struct entry e)
{
	static entry_no next = 1;
	struct journal *j = journal_new(next++);
	struct durable d;

	journal_add(j, &e);
	if (!writer_apply(s, j, &d))
		abort();
	journal_free(j);
}

static void put_message(struct store *s, unsigned id)
{
	static const char *const words[] = {"odd",   "even", "Words", "here",  "wordy", "a",
					    "over",  "NEAR", "and",   "s3",    "x86",   "text",
					    "place", "2026", "o'er",  "e-mail"};
	struct said *m = &said[id];
	char edit[40] = "", original[ID_TEXT_LEN + 1];

	m->stream = FIRST_STREAM + id % STREAMS;
	m->time_ms = 1000 + id / STREAMS;
	m->is_bobs = id % 3 == 0;
	snprintf(m->text, sizeof(m->text), "%s %s, %s (%s)", words[id % 16],
		 words[id * 7 / 3 % 16], words[id / 5 % 16], words[id * id % 16]);
	if (id % 23 == 0 && id > 2 * STREAMS) {
		// Of the same stream, and not edited yet.
		encode_id(id - STREAMS, original);
		snprintf(edit, sizeof(edit), "+draft/edit=%s", original);
		said[id - STREAMS].is_hidden = true;
	}
	put(s, (struct entry){.kind = ENTRY_MESSAGE,
			      .message = {.id = id,
					  .stream = m->stream,
					  .seq = 1 + id / STREAMS,
					  .time_ms = m->time_ms,
					  .account = m->is_bobs ? 2 : 1,
					  .sender = m->is_bobs ? SPAN("bob") : SPAN("alice"),
					  .kind = MESSAGE_PRIVMSG,
					  .text = span_of(m->text),
					  .tags = span_of(edit)}});
}

static void put_account(struct store *s, account_id id, struct span name)
{
	put(s, (struct entry){.kind = ENTRY_ACCOUNT, .account = {.id = id, .name = name}});
}

static void redact(struct store *s, unsigned id)
{
	said[id].is_hidden = true;
	put(s, (struct entry){.kind = ENTRY_REDACT,
			      .redact = {.id = id, .stream = said[id].stream, .by = 1}});
}

static void fill(struct store *s)
{
	put_account(s, 1, SPAN("alice"));
	put_account(s, 2, SPAN("bob"));
	for (int i = 0; i < STREAMS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "#r%d", i);
		put(s, (struct entry){.kind = ENTRY_ROOM,
				      .room = {.id = FIRST_STREAM + i, .name = span_of(name)}});
	}
	for (unsigned id = 1; id <= MESSAGES; id++) {
		put_message(s, id);
		while (id == INDEXED && store_tidy(s))
			continue;
	}
	for (unsigned id = 31; id <= MESSAGES; id += 31)
		redact(s, id);
}

static void begin(void)
{
	const char *base = getenv("TMPDIR");
	char path[96], *error = NULL;

	snprintf(folder, sizeof(folder), "%s/snug-fuzz-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/snug.db", folder);
	store = store_open(path, STORE_NORMAL, &error);
	if (!store)
		abort();
	store_set_low_water(store, 0);
	fill(store);
	reader = reader_open(path, &error);
	if (!reader)
		abort();
	atexit(remove_all);
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static size_t tokens_of(struct span text, struct span *tokens, size_t max)
{
	size_t n = 0;

	for (size_t at = 0, end; at < text.len && n < max; at = end + 1) {
		for (end = at; end < text.len && is_token_char(text.at[end]); end++)
			continue;
		if (end > at)
			tokens[n++] = span_from(text.at + at, end - at);
	}
	return n;
}

static bool token_fits(struct span token, struct span wanted, bool is_beginning)
{
	if (is_beginning && token.len > wanted.len)
		token.len = wanted.len;
	return span_eq_fold(token, wanted);
}

// A word without a letter or digit says nothing, and is not looked for.
static bool has_word(struct span text, struct span word, bool *says)
{
	struct span in[TOKENS_MAX], wanted[4096];
	size_t n = tokens_of(text, in, TOKENS_MAX), m = tokens_of(word, wanted, 4096);
	bool is_prefix = query_word_is_prefix(word);

	*says = m > 0;
	for (size_t i = 0; m && i + m <= n; i++) {
		size_t k = 0;

		while (k < m && token_fits(in[i + k], wanted[k], is_prefix && k + 1 == m))
			k++;
		if (k == m)
			return true;
	}
	return !m;
}

// All of the first words that differ, and at least one that says something.
static bool has_words(struct span text, struct span words)
{
	struct span seen[SEARCH_WORDS_MAX];
	bool any = false, says;
	size_t n = 0;

	while (words.len && n < SEARCH_WORDS_MAX) {
		struct span word = query_word(&words);
		bool is_new = word.len > 0;

		for (size_t i = 0; i < n; i++)
			is_new = is_new && !span_eq_fold(seen[i], word);
		if (!is_new)
			continue;
		seen[n++] = word;
		if (!has_word(text, word, &says))
			return false;
		any = any || says;
	}
	return any;
}

static bool is_named(const struct query *q, stream_id stream, uint64_t id)
{
	if (q->stream)
		return q->stream == stream && id > q->floor;
	for (size_t i = 0; i < q->n_streams; i++) {
		if (q->streams[i] == stream && id > (q->floors ? q->floors[i] : q->floor))
			return true;
	}
	return false;
}

static bool is_within(const struct query *q, uint64_t id)
{
	const struct said *m = &said[id];
	const struct place *from = &q->from, *to = &q->to;

	if (q->sender_id ? q->sender_id != (m->is_bobs ? 2 : 1)
			 : q->sender.len && m->is_bobs != span_eq_fold(q->sender, SPAN("bob")))
		return false;
	return is_named(q, m->stream, id) &&
	       (!from->is_set || (from->id ? id > from->id : m->time_ms > from->time_ms)) &&
	       (!to->is_set || (to->id ? id < to->id : m->time_ms < to->time_ms));
}

// The newest first; true: there are more.
static bool scan(const struct query *q, uint64_t ids[MESSAGES], size_t *n)
{
	*n = 0;
	for (uint64_t id = MESSAGES; id; id--) {
		const struct said *m = &said[id];

		if (m->is_hidden || !is_within(q, id) || !has_words(span_of(m->text), q->text))
			continue;
		if (*n >= (size_t)q->limit && said[ids[*n - 1]].time_ms != m->time_ms)
			return true;
		ids[(*n)++] = id;
	}
	return false;
}

static void check_rows(const struct query *q, const struct rows *rows)
{
	assert(rows->result == ROWS_OK && !rows->searched_to_ms);
	assert(rows->steps <= SEARCH_STEPS_MAX + STEPS_LOOK);
	for (size_t i = 0; i < rows->n_messages; i++) {
		const struct entry_message *m = &rows->messages[i];

		assert(m->id && m->id <= MESSAGES && m->stream == said[m->id].stream);
		assert(is_within(q, m->id) && !said[m->id].is_hidden);
		assert(!i || m->id > rows->messages[i - 1].id);
	}
}

static void compare(const struct query *q, const struct rows *rows)
{
	uint64_t ids[MESSAGES];
	size_t n;
	bool more = scan(q, ids, &n);

	assert(rows->n_messages == n && rows->more == more);
	for (size_t i = 0; i < n; i++)
		assert(rows->messages[i].id == ids[n - 1 - i]);
}

static struct place place_of(uint8_t byte)
{
	if (byte < 100)
		return (struct place){0};
	if (byte < 180)
		return (struct place){.is_set = true, .id = 3 * (byte - 99u)};
	return (struct place){.is_set = true, .time_ms = 1000 + (byte - 180)};
}

static void name_streams(struct query *q, uint8_t which, uint8_t floors)
{
	if (which < STREAMS) {
		q->stream = FIRST_STREAM + which;
		q->floor = floors;
		return;
	}
	// From 16 on more than an expression names: the rows are picked afterwards.
	q->n_streams = which < 16 ? which % 5 : 60u + which % 10;
	q->streams = arena_alloc(&q->arena, (q->n_streams + 1) * sizeof(*q->streams));
	q->floors = floors < 128
			    ? NULL
			    : arena_alloc(&q->arena, (q->n_streams + 1) * sizeof(*q->floors));
	for (size_t i = 0; i < q->n_streams; i++) {
		q->streams[i] = i < STREAMS ? FIRST_STREAM + (stream_id)((i + which) % 5)
					    : 100 + (stream_id)i;
		if (q->floors)
			q->floors[i] = (floors - 128u) * (i + 1) % MESSAGES;
	}
}

static struct query *query_of(const uint8_t *head, struct span text)
{
	static const struct span senders[] = {{"", 0}, {"bob", 3}, {"ALICE", 5}};
	struct query *q = query_new(QUERY_SEARCH, 1);

	name_streams(q, head[0], head[1]);
	q->limit = 1 + head[2] % SEARCH_MAX;
	q->from = place_of(head[3]);
	q->to = place_of(head[4]);
	q->sender = senders[head[5] % 3];
	q->sender_id = head[6] > 127 ? head[6] % 3 : 0;
	q->text = text;
	return q;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] > 127)
			return false;
	}
	return true;
}

// Proves S10, B27, B33.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query *q;
	struct rows *rows;

	if (!reader)
		begin();
	if (size < 8 || size > 4096)
		return 0;
	q = query_of(data, span_from(data + 8, size - 8));
	rows = reader_answer(reader, q);
	check_rows(q, rows);
	// What folds to what beyond ASCII is the tokenizer's to say.
	if (is_ascii(q->text))
		compare(q, rows);
	rows_free(rows);
	query_free(q);
	return 0;
}
