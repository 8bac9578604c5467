// SPDX-License-Identifier: MIT
#include "tests/unit/store/by_hand.h"

#include "common/buf.h"
#include "server/letters/field.h"
#include "server/letters/record.h"
#include "tests/support/random_entry.h"

// What came back, one text a row.
struct seen {
	struct buf rows;
};

static void add_spans(void *arg, struct span *s)
{
	struct buf *out = arg;

	buf_add_char(out, ' ');
	buf_add_span(out, *s);
}

static void add_numbers(struct buf *out, const struct entry *e)
{
	if (e->kind == ENTRY_STREAM_HEAD)
		buf_printf(out, " %lld %llu %llu %lld", (long long)e->stream_head.stream,
			   (unsigned long long)e->stream_head.seq,
			   (unsigned long long)e->stream_head.id,
			   (long long)e->stream_head.time_ms);
	if (e->kind == ENTRY_MEMBER)
		buf_printf(out, " %lld %lld %d", (long long)e->member.room,
			   (long long)e->member.account, (int)e->member.role);
	if (e->kind == ENTRY_DIALOG)
		buf_printf(out, " %lld %lld %lld", (long long)e->dialog.id,
			   (long long)e->dialog.low, (long long)e->dialog.high);
	if (e->kind == ENTRY_MARKER)
		buf_printf(out, " %lld %lld %lld", (long long)e->marker.account,
			   (long long)e->marker.stream, (long long)e->marker.time_ms);
}

static void on_entry(void *arg, const struct entry *e)
{
	struct seen *seen = arg;
	struct entry copy = *e;

	// What every database has: test_history_id.c.
	if (e->kind == ENTRY_SETTING && (span_eq(e->setting.key, SPAN(SETTING_HISTORY)) ||
					 span_eq(e->setting.key, SPAN(SETTING_TERM))))
		return;
	buf_printf(&seen->rows, "%d", (int)e->kind);
	add_numbers(&seen->rows, e);
	entry_each_span(&copy, add_spans, &seen->rows);
	buf_add_char(&seen->rows, '\n');
}

static char *load(struct fixture *f)
{
	struct seen seen = {0};
	char *error = NULL;

	reopen(f);
	assert_true(store_load(f->store, on_entry, &seen, &error));
	return buf_take(&seen.rows);
}

static void expect(struct fixture *f, const char *rows)
{
	char *seen = load(f);

	assert_string_equal(seen, rows);
	free(seen);
}

static void an_empty_store_loads_nothing(void **state)
{
	expect(*state, "");
}

static void every_row_comes_back_in_order_of_dependency(void **state)
{
	struct fixture *f = *state;
	const struct entry entries[] = {
		account(1, "alice"),
		account(2, "bob"),
		room(3, "#den"),
		{.kind = ENTRY_SETTING, .setting = {SPAN("token_key"), SPAN("k\0y")}},
		{.kind = ENTRY_DIALOG, .dialog = {4, 1, 2}},
		{.kind = ENTRY_MEMBER, .member = {3, 1, MEMBER_FOUNDER, 5}},
		{.kind = ENTRY_BAN,
		 .ban = {3, BAN_BAN, SPAN("m*"), 0, SPAN("alice"), SPAN("r"), 1, 2}},
		{.kind = ENTRY_MARKER, .marker = {1, 3, 77}},
		{.kind = ENTRY_CURSOR, .cursor = {1, SPAN("irssi"), 12}},
		{.kind = ENTRY_METADATA, .metadata = {3, 0, SPAN("url"), SPAN("x")}},
		{.kind = ENTRY_METADATA, .metadata = {0, 2, SPAN("bot"), SPAN("y")}},
		{.kind = ENTRY_CREDENTIAL,
		 .credential = {.id = 5, .account = 1, .hash = {1}, .label = SPAN("laptop")}},
		{.kind = ENTRY_INVITE,
		 .invite = {.id = 6, .hash = {2}, .creator = SPAN("admin"), .note = SPAN("n")}},
		message(10, 3, 1, "hello"),
		message(11, 3, 0, "alice"),
		message(12, 4, 1, "hi"),
	};

	put_all(f, entries, ARRAY_LEN(entries));
	struct buf rows = {0};
	buf_printf(&rows, "%d token_key k", ENTRY_SETTING);
	buf_add(&rows, "\0y\n", 3);
	char *seen = load(f);
	assert_memory_equal(seen, rows.at, rows.len);
	buf_reset(&rows);
	buf_printf(&rows,
		   "%d alice $argon2id$ R \n%d bob $argon2id$ R \n%d laptop\n%d admin n\n"
		   "%d #den    \n%d 4 1 2 \n%d 3 1 11 1011\n%d 4 1 12 1012\n%d 3 1 %d\n"
		   "%d m* alice r\n%d 1 3 77\n%d irssi\n%d bot y\n%d url x\n",
		   ENTRY_ACCOUNT, ENTRY_ACCOUNT, ENTRY_CREDENTIAL, ENTRY_INVITE, ENTRY_ROOM,
		   ENTRY_DIALOG, ENTRY_STREAM_HEAD, ENTRY_STREAM_HEAD, ENTRY_MEMBER,
		   MEMBER_FOUNDER, ENTRY_BAN, ENTRY_MARKER, ENTRY_CURSOR, ENTRY_METADATA,
		   ENTRY_METADATA);
	assert_string_equal(strchr(seen + strlen(seen) + 1, '\n') + 1, buf_str(&rows));
	buf_clear(&rows);
	free(seen);
}

struct last {
	struct entry entry;
	struct arena arena;
	int n_of_kind;
	enum entry_kind kind;
};

static void copy_span(void *arg, struct span *s)
{
	*s = arena_dup(arg, *s);
}

static void keep_last(void *arg, const struct entry *e)
{
	struct last *last = arg;

	if (e->kind != last->kind)
		return;
	last->entry = *e;
	entry_each_span(&last->entry, copy_span, &last->arena);
	last->n_of_kind++;
}

static struct last load_last(struct fixture *f, enum entry_kind kind)
{
	struct last last = {.kind = kind};
	char *error = NULL;

	reopen(f);
	assert_true(store_load(f->store, keep_last, &last, &error));
	return last;
}

// What stands in the table when an entry of the kind is put.
static void refer(struct entry *e)
{
	void *row = entry_row(e);

	for (const struct field *f = entry_fields(e->kind); f->name; f++) {
		if (strcmp(f->name, "account") == 0)
			field_set_number(f, row, 1);
		if (strcmp(f->name, "room") == 0)
			field_set_number(f, row, 3);
	}
}

// How many of its leading fields are the key of a kind.
static size_t key_of(enum entry_kind kind)
{
	static const size_t lengths[ENTRY_KINDS] = {
		[ENTRY_MEMBER] = 2, [ENTRY_BAN] = 4,      [ENTRY_MARKER] = 2,
		[ENTRY_CURSOR] = 2, [ENTRY_METADATA] = 3, [ENTRY_RULES_READ] = 2,
		[ENTRY_HUSH] = 3,   [ENTRY_REPORT] = 2,   [ENTRY_SAVED] = 2,
	};

	return lengths[kind] ? lengths[kind] : 1;
}

struct records {
	struct buf bytes;
	int n[ENTRY_KINDS];
};

static void add_record(void *arg, const struct entry *e)
{
	struct records *records = arg;

	entry_write(e, &records->bytes);
	records->n[e->kind]++;
}

static struct records load_records(struct fixture *f)
{
	struct records records = {0};
	char *error = NULL;

	assert_true(store_load(f->store, add_record, &records, &error));
	return records;
}

// Stores and loads; how many there are of the kind then.
static int put_and_load(struct fixture *f, struct entry e, bool of_account)
{
	struct records loaded;
	struct buf record = {0};

	refer(&e);
	if (e.kind == ENTRY_METADATA)
		*(of_account ? &e.metadata.room : &e.metadata.account) = 0;
	put(f, e);
	loaded = load_records(f);
	entry_write(&e, &record);
	if (!memmem(loaded.bytes.at, loaded.bytes.len, record.at, record.len))
		fail_msg("a put of %s is not read back", entry_name(e.kind));
	buf_clear(&loaded.bytes);
	buf_clear(&record);
	return loaded.n[e.kind];
}

// Puts a row, then another with the same key.
static void survives(struct fixture *f, enum entry_kind kind, bool of_account, uint64_t *seed)
{
	struct arena arena = {0};
	struct entry e = random_entry(kind, seed, &arena);
	int n = put_and_load(f, e, of_account);

	for (size_t i = key_of(kind); entry_fields(kind)[i].name; i++)
		random_field(&e, i, seed, &arena);
	assert_int_equal(put_and_load(f, e, of_account), n);
	arena_clear(&arena);
}

// Often enough for two bools to differ.
static void every_field_of_every_kind_survives(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 3; // by which no two rooms or accounts get the same name

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	for (int i = 0; i < 8 * ENTRY_KINDS; i++) {
		enum entry_kind kind = (enum entry_kind)(i % ENTRY_KINDS);

		if (entry_use(kind) == USE_STATE)
			survives(f, kind, i / ENTRY_KINDS % 2, &seed);
	}
}

static void a_redaction_says_who_when_and_why(void **state)
{
	struct fixture *f = *state;

	put(f, message(10, 3, 1, "hello"));
	put(f, (struct entry){.kind = ENTRY_REDACT,
			      .redact = {10, 3, 7, SPAN("eve"), SPAN("spam"), 9}});
	assert_int_equal(
		number_by_hand(
			f,
			"SELECT count(*) FROM redaction WHERE message = 10"
			" AND account = 7 AND name = 'eve' AND reason = 'spam' AND at_ms = 9"),
		1);
	assert_int_equal(number_by_hand(f, "SELECT redacted FROM message WHERE id = 10"), 1);
}

static void a_second_put_replaces_and_takes_nothing_along(void **state)
{
	struct fixture *f = *state;
	struct entry renamed = account(1, "alicia");

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_MEMBER, .member = {3, 1, MEMBER_VOICE, 5}});
	put(f, renamed);
	put(f, renamed);
	put(f, room(3, "#lair"));
	struct last last = load_last(f, ENTRY_MEMBER);
	assert_int_equal(last.n_of_kind, 1);
	last = load_last(f, ENTRY_ACCOUNT);
	assert_int_equal(last.n_of_kind, 1);
	assert_true(span_eq(last.entry.account.name, SPAN("alicia")));
	arena_clear(&last.arena);
}

static void what_is_gone_does_not_come_back(void **state)
{
	struct fixture *f = *state;
	const struct entry entries[] = {
		account(1, "alice"),
		account(2, "bob"),
		room(3, "#den"),
		{.kind = ENTRY_MEMBER, .member = {3, 1, 0, 5}},
		{.kind = ENTRY_MEMBER, .member = {3, 2, 0, 5}},
		{.kind = ENTRY_BAN, .ban = {.room = 3, .mask = SPAN("m"), .by = SPAN("a")}},
		{.kind = ENTRY_METADATA, .metadata = {0, 1, SPAN("a"), SPAN("x")}},
		{.kind = ENTRY_METADATA, .metadata = {0, 1, SPAN("b"), SPAN("x")}},
		{.kind = ENTRY_CREDENTIAL, .credential = {.id = 5, .account = 1}},
		{.kind = ENTRY_INVITE, .invite = {.id = 6}},
		{.kind = ENTRY_HOOK, .hook = {.id = 8, .room = 3}},
		{.kind = ENTRY_SLIP, .slip = {.id = 7, .account = 1}},
		{.kind = ENTRY_MEMBER_GONE, .member_gone = {3, 1}},
		{.kind = ENTRY_BAN_GONE, .ban_gone = {3, BAN_BAN, SPAN("m")}},
		{.kind = ENTRY_METADATA_GONE, .metadata_gone = {0, 1, SPAN("a")}},
		{.kind = ENTRY_CREDENTIAL_GONE, .credential_gone = {5}},
		{.kind = ENTRY_FACTOR, .factor = {.account = 1, .id = 9}},
		{.kind = ENTRY_FACTOR_GONE, .factor_gone = {1}},
		{.kind = ENTRY_BINDING, .binding = {.id = 9, .account = 1}},
		{.kind = ENTRY_BINDING_GONE, .binding_gone = {9}},
		{.kind = ENTRY_INVITE_GONE, .invite_gone = {6}},
		{.kind = ENTRY_HOOK_GONE, .hook_gone = {8}},
		{.kind = ENTRY_SLIP_GONE, .slip_gone = {7}},
		{.kind = ENTRY_HUSH, .hush = {.account = 1, .about = 2}},
		{.kind = ENTRY_HUSH_GONE, .hush_gone = {1, HUSH_IGNORE, 2}},
		{.kind = ENTRY_SAVED, .saved = {1, 40, 3, 5}},
		{.kind = ENTRY_SAVED_GONE, .saved_gone = {1, 40}},
		{.kind = ENTRY_SUBSCRIPTION, .subscription = {.id = 8, .account = 1}},
		{.kind = ENTRY_SUBSCRIPTION_GONE, .subscription_gone = {8}},
	};
	char rows[256];

	put_all(f, entries, ARRAY_LEN(entries));
	snprintf(rows, sizeof(rows),
		 "%d alice $argon2id$ R \n%d bob $argon2id$ R \n%d #den    \n"
		 "%d 3 0 0 0\n%d 3 2 0\n%d b x\n",
		 ENTRY_ACCOUNT, ENTRY_ACCOUNT, ENTRY_ROOM, ENTRY_STREAM_HEAD, ENTRY_MEMBER,
		 ENTRY_METADATA);
	expect(f, rows);
	put(f, (struct entry){.kind = ENTRY_METADATA_GONE, .metadata_gone = {0, 1, SPAN("")}});
	put(f, (struct entry){.kind = ENTRY_ACCOUNT_GONE, .account_gone = {2}});
	snprintf(rows, sizeof(rows),
		 "%d alice $argon2id$ R \n%d #den    \n%d 2 0 0 0\n%d 3 0 0 0\n", ENTRY_ACCOUNT,
		 ENTRY_ROOM, ENTRY_STREAM_HEAD, ENTRY_STREAM_HEAD);
	expect(f, rows);
}

static void numbers_of_a_room_that_is_gone_stay_taken(void **state)
{
	struct fixture *f = *state;
	char rows[64];

	put(f, room(3, "#den"));
	put(f, message(50, 3, 1, "one"));
	put(f, message(51, 3, 0, "arrived"));
	put(f, (struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {3}});
	tidy_all(f);
	assert_false(database_holds(f, "arrived"));
	snprintf(rows, sizeof(rows), "%d 3 1 51 1051\n", ENTRY_STREAM_HEAD);
	expect(f, rows);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_store_loads_nothing),
		T(every_row_comes_back_in_order_of_dependency),
		T(every_field_of_every_kind_survives),
		T(a_redaction_says_who_when_and_why),
		T(a_second_put_replaces_and_takes_nothing_along),
		T(what_is_gone_does_not_come_back),
		T(numbers_of_a_room_that_is_gone_stay_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
