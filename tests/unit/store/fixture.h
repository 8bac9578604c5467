// SPDX-License-Identifier: MIT
// A store in a folder of its own, and short words to fill it.
#pragma once

#include "common/mailbox.h"
#include "server/letters/letter.h"
#include "server/store/store.h"
#include "tests/support/of_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char folder[64];
	char *path;
	struct store *store;
	entry_no next;
};

static inline void fixture_open(struct fixture *f)
{
	char *error = NULL;

	f->store = store_open(f->path, STORE_FULL, &error);
	if (!f->store)
		fail_msg("%s", error);
	store_set_low_water(f->store, 0);
}

static inline void fixture_in(struct fixture *f, const char *base)
{
	*f = (struct fixture){.next = 1};
	snprintf(f->folder, sizeof(f->folder), "%s/snug-store-XXXXXX", base);
	assert_non_null(mkdtemp(f->folder));
	f->path = stored_new(f->folder);
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *base = getenv("TMPDIR");

	fixture_in(f, base ? base : "/tmp");
	fixture_open(f);
	*state = f;
	return 0;
}

static inline void fixture_remove(struct fixture *f, const char *name)
{
	char file[160];

	snprintf(file, sizeof(file), "%s/%s", f->folder, name);
	unlink(file);
}

static inline int tear_down(void **state)
{
	static const char *const names[] = {
		"snug.db", "snug.db-wal", "snug.db-shm",         "lock",
		"ballast", "copy.db",     "snug.db.before-0002", "snug.db.before-0004"};
	struct fixture *f = *state;

	store_close(f->store);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fixture_remove(f, names[i]);
	rmdir(f->folder);
	stored_drop(f->path);
	free(f->path);
	free(f);
	return 0;
}

// In a place where nothing was.
static inline void begin_anew(struct fixture *f)
{
	store_close(f->store);
	fixture_remove(f, "snug.db");
	stored_drop(f->path);
	free(f->path);
	f->path = stored_new(f->folder);
	fixture_open(f);
}

static inline void reopen(struct fixture *f)
{
	store_close(f->store);
	fixture_open(f);
}

// Stores entries in one transaction.
static inline void put_all(struct fixture *f, const struct entry *entries, size_t n)
{
	struct journal *j = journal_new(f->next);
	struct durable d;

	for (size_t i = 0; i < n; i++)
		journal_add(j, &entries[i]);
	assert_true(writer_apply(f->store, j, &d));
	f->next += n;
	assert_int_equal(d.upto, f->next - 1);
	journal_free(j);
}

static inline void put(struct fixture *f, struct entry e)
{
	put_all(f, &e, 1);
}

static inline struct entry account(account_id id, const char *name)
{
	return (struct entry){.kind = ENTRY_ACCOUNT,
			      .account = {.id = id,
					  .name = span_of(name),
					  .password = SPAN("$argon2id$"),
					  .realname = SPAN("R"),
					  .created_ms = 7}};
}

static inline struct entry room(stream_id id, const char *name)
{
	return (struct entry){.kind = ENTRY_ROOM,
			      .room = {.id = id, .name = span_of(name), .created_ms = 8}};
}

static inline struct entry message(message_id id, stream_id stream, uint64_t seq,
				   const char *text)
{
	return (struct entry){.kind = ENTRY_MESSAGE,
			      .message = {.id = id,
					  .stream = stream,
					  .seq = seq,
					  .time_ms = 1000 + (int64_t)id,
					  .account = 1,
					  .sender = SPAN("alice"),
					  .kind = seq ? MESSAGE_PRIVMSG : MESSAGE_JOIN,
					  .text = span_of(text)}};
}

static inline struct entry redaction(message_id id, stream_id stream)
{
	return (struct entry){.kind = ENTRY_REDACT,
			      .redact = {.id = id,
					 .stream = stream,
					 .by = 1,
					 .reason = SPAN("spam"),
					 .at_ms = 9}};
}

static inline void tidy_all(struct fixture *f)
{
	while (store_tidy(f->store))
		continue;
	store_tidy(f->store);
}

// Whether the bytes stand in the file.
static inline bool file_holds(const char *path, const char *needle)
{
	FILE *in = fopen(path, "rb");
	bool found = false;
	size_t len = strlen(needle);

	if (!in)
		return false;
	fseek(in, 0, SEEK_END);
	long size = ftell(in);
	char *bytes = malloc((size_t)size + 1);
	rewind(in);
	if (size > 0 && fread(bytes, 1, (size_t)size, in) == (size_t)size)
		found = memmem(bytes, (size_t)size, needle, len) != NULL;
	free(bytes);
	fclose(in);
	return found;
}

// What files PostgreSQL has is its own matter: the rows and the index of words are looked at.
static inline bool tables_hold(const char *where, const char *needle)
{
	char question[256];

	snprintf(question, sizeof(question),
		 "SELECT (SELECT count(*) FROM message WHERE strpos(text, '%s') > 0) +"
		 " (SELECT count(*) FROM word WHERE word = ANY(string_to_array('%s', ' ')))",
		 needle, needle);
	char *n = stored_ask(where, question);
	bool found = strtol(n, NULL, 10) > 0;

	free(n);
	return found;
}

static inline bool database_holds(const struct fixture *f, const char *needle)
{
	char wal[128];

	if (stored_is_pg())
		return tables_hold(f->path, needle);
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	return file_holds(f->path, needle) || file_holds(wal, needle);
}
