// SPDX-License-Identifier: MIT
// A search finds the same in both engines, whatever stands in the texts and is asked for.
#include "tests/unit/store/pg_fixture.h"

#include "server/letters/query.h"

#include <stdio.h>

#define MESSAGES 300
#define SEARCHES 400
#define STREAMS 5

// Words that fold, fall apart, begin alike, are none, and one that an index must cut.
static const char *const vocabulary[] = {"tea",
					 "Tea",
					 "TEAPOT",
					 "teapots",
					 "caf\xc3\xa9",
					 "cafe",
					 "Stra\xc3\x9f"
					 "e",
					 "foo-bar",
					 "foo",
					 "bar",
					 "a.b.c",
					 "x",
					 "#room",
					 "https://example.org/tea",
					 "!!!",
					 "\xe2\x98\x95",
					 "\xe6\xbc\xa2\xe5\xad\x97",
					 "it's",
					 "1234",
					 "12",
					 "\xce\x91\xce\xbb\xcf\x86\xce\xb1"};

struct pair {
	struct store *stores[2];
	struct reader *readers[2];
	char folder[64], path[96];
	uint32_t seed;
	char long_word[3001];
};

static uint32_t draw(struct pair *p, uint32_t n)
{
	p->seed = p->seed * 1664525 + 1013904223;
	return (p->seed >> 8) % n;
}

static const char *draw_word(struct pair *p)
{
	if (draw(p, 40) == 0)
		return p->long_word;
	return vocabulary[draw(p, ARRAY_LEN(vocabulary))];
}

static void add_words(struct pair *p, struct buf *out, uint32_t n)
{
	for (; n; n--) {
		buf_add_str(out, draw_word(p));
		buf_add_char(out, draw(p, 9) ? ' ' : ',');
	}
}

static void open_pair(struct pair *p, const struct site *site)
{
	char *error = NULL;

	*p = (struct pair){.seed = 7};
	memset(p->long_word, 'w', sizeof(p->long_word) - 1);
	strcpy(p->folder, "/tmp/snug-same-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/snug.db", p->folder);
	p->stores[0] = store_open(p->path, STORE_NORMAL, &error);
	p->stores[1] = store_open(site->where, STORE_NORMAL, &error);
	p->readers[0] = reader_open(p->path, &error);
	p->readers[1] = reader_open(site->where, &error);
	for (int i = 0; i < 2; i++) {
		if (!p->stores[i] || !p->readers[i])
			fail_msg("%s", error);
	}
}

static void close_pair(struct pair *p)
{
	char command[128];

	for (int i = 0; i < 2; i++) {
		reader_close(p->readers[i]);
		store_close(p->stores[i]);
	}
	snprintf(command, sizeof(command), "%s/lock", p->folder);
	unlink(command);
	snprintf(command, sizeof(command), "%s/ballast", p->folder);
	unlink(command);
	unlink(p->path);
	rmdir(p->folder);
}

static void put(struct pair *p, struct journal *j)
{
	struct durable d;

	for (int i = 0; i < 2; i++)
		assert_true(writer_apply(p->stores[i], j, &d));
	journal_free(j);
}

static void add_message(struct pair *p, struct journal *j, message_id id)
{
	struct buf text = {0};

	add_words(p, &text, 1 + draw(p, 8));
	journal_add(j, &(struct entry){.kind = ENTRY_MESSAGE,
				       .message = {.id = id,
						   .stream = 10 + (stream_id)(id % STREAMS),
						   .seq = 1 + id / STREAMS,
						   .time_ms = 1000 + (int64_t)id,
						   .account = 1,
						   .sender = SPAN("alice"),
						   .kind = MESSAGE_PRIVMSG,
						   .text = buf_span(&text)}});
	buf_clear(&text);
}

static void fill(struct pair *p)
{
	struct journal *j = journal_new(1);

	for (message_id id = 1; id <= MESSAGES; id++)
		add_message(p, j, id);
	put(p, j);
}

static void redact(struct pair *p, message_id id, entry_no at)
{
	struct journal *j = journal_new(at);

	journal_add(j, &(struct entry){.kind = ENTRY_REDACT,
				       .redact = {.id = id,
						  .stream = 10 + (stream_id)(id % STREAMS),
						  .by = 1,
						  .name = SPAN("alice"),
						  .at_ms = 9}});
	put(p, j);
}

static void add_asked(struct pair *p, struct buf *out)
{
	uint32_t kind = draw(p, 4);

	if (kind == 0)
		buf_add_char(out, '"');
	add_words(p, out, kind == 0 ? 1 + draw(p, 3) : 1);
	if (kind == 0)
		buf_add_str(out, "\" ");
}

static struct query *draw_query(struct pair *p)
{
	struct query *q = query_new(QUERY_SEARCH, 1);
	struct buf text = {0};

	for (uint32_t n = 1 + draw(p, 3); n; n--)
		add_asked(p, &text);
	if (draw(p, 3) == 0) {
		buf_add(&text, draw_word(p), 1 + draw(p, 2));
		buf_add_char(&text, '*');
	}
	q->text = arena_dup(&q->arena, buf_span(&text));
	buf_clear(&text);
	q->limit = 1 + draw(p, 60);
	q->n_streams = 1 + draw(p, STREAMS);
	q->streams = arena_alloc(&q->arena, sizeof(stream_id) * STREAMS);
	q->floors = draw(p, 2) ? arena_alloc(&q->arena, sizeof(message_id) * STREAMS) : NULL;
	for (size_t i = 0; i < q->n_streams; i++) {
		q->streams[i] = 10 + (stream_id)i;
		if (q->floors)
			q->floors[i] = draw(p, MESSAGES);
	}
	if (draw(p, 4) == 0)
		q->to = (struct place){.is_set = true, .id = 1 + draw(p, MESSAGES)};
	return q;
}

static void describe(struct buf *out, const struct rows *r)
{
	for (size_t i = 0; i < r->n_messages; i++)
		buf_printf(out, "%d ", (int)r->messages[i].id);
	buf_printf(out, "%s%d", r->more ? "more " : "", (int)r->result);
}

// How many found something.
static int compare(struct pair *p)
{
	struct query *q = draw_query(p);
	struct buf found[2] = {{0}, {0}};
	int n = 0;

	for (int i = 0; i < 2; i++) {
		struct rows *r = reader_answer(p->readers[i], q);

		describe(&found[i], r);
		n = r->n_messages > 0;
		rows_free(r);
	}
	if (!span_eq(buf_span(&found[0]), buf_span(&found[1])))
		fail_msg("%.*s\n%s\n%s", (int)q->text.len, q->text.at, buf_str(&found[0]),
			 buf_str(&found[1]));
	buf_clear(&found[0]);
	buf_clear(&found[1]);
	query_free(q);
	return n;
}

static void compare_all(struct pair *p)
{
	int n = 0;

	for (int i = 0; i < SEARCHES; i++)
		n += compare(p);
	// Else nothing was compared.
	assert_in_range(n, SEARCHES / 8, SEARCHES);
}

static void tidy(struct pair *p)
{
	for (int i = 0; i < 2; i++) {
		while (store_tidy(p->stores[i]))
			continue;
	}
}

static void both_find_the_same(void **state)
{
	struct pair p;

	open_pair(&p, site_of(state));
	fill(&p);
	compare_all(&p); // in the tail
	tidy(&p);
	compare_all(&p); // in the index
	for (message_id id = 3; id < MESSAGES; id += 17)
		redact(&p, id, MESSAGES + 1 + id / 17);
	compare_all(&p);
	close_pair(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {pg_test(both_find_the_same)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
