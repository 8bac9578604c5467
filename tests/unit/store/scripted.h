// SPDX-License-Identifier: MIT
// An engine that answers what a test says, and notes what it was asked. What is run is a marker
// whose account says which entry it is.
#pragma once

#include "common/buf.h"
#include "server/store/driver.h"
#include "server/store/engine.h"
#include "tests/unit/store/caught.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A letter is the answer to one call, the first one's first; behind the last all is fine.
struct answers {
	const char *begins, *runs, *commits; // code_of
	const char *rooms;                   // y: there was some
};

struct scripted {
	struct store store;
	struct store_engine engine;
	struct statement bound;
	struct answers answers;
	struct buf told;
	entry_no bad;         // `refused`
	enum disk_state seen; // `watch`
	int64_t running;      // what was bound
	uint8_t chains;       // what is run hashes, to this
	bool is_clean;
	int after_ms;
	bool has_more; // `between`
	unsigned n_steps;
	void (*on_step)(struct scripted *s); // of `tidy` and `between`; or NULL
};

static inline struct scripted *scripted_of(const struct store *s)
{
	return container_of((struct store *)(uintptr_t)s, struct scripted, store);
}

static inline void tell(const struct store *s, const char *what, uint64_t n)
{
	struct buf *told = &scripted_of(s)->told;

	if (told->len)
		buf_add_char(told, ' ');
	buf_add_str(told, what);
	buf_add_i64(told, (int64_t)n);
}

static inline char answer_from(const char **left, char otherwise)
{
	return *left && **left ? *(*left)++ : otherwise;
}

static inline enum db_code code_of(char answer)
{
	static const struct {
		char answer;
		enum db_code code;
	} all[] = {{'o', DB_OK},   {'e', DB_END},    {'r', DB_REFUSED}, {'u', DB_FULL},
		   {'a', DB_AWAY}, {'f', DB_FENCED}, {'x', DB_FAILED},  {'i', DB_INTERRUPTED}};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i].answer == answer)
			return all[i].code;
	}
	fail_msg("no answer is %c", answer);
	return DB_FAILED;
}

// The driver.

static inline struct statement *scripted_bind(struct sql *s, UNUSED enum sql_id id,
					      const struct value *values)
{
	struct scripted *of = s->handle;

	of->running = values[0].number;
	return &of->bound;
}

static inline enum db_code scripted_run(struct statement *bound)
{
	struct scripted *s = container_of(bound, struct scripted, bound);

	tell(&s->store, "", (uint64_t)s->running);
	if (s->chains) {
		memset(s->store.next_chain, s->chains, CHAIN_LEN);
		s->store.has_chained = true;
	}
	return code_of(answer_from(&s->answers.runs, 'o'));
}

static inline const char *scripted_error(UNUSED const struct sql *s)
{
	return "why";
}

static const struct driver scripted_driver = {
	.bind = scripted_bind, .run = scripted_run, .error = scripted_error};

// The engine.

static inline enum db_code scripted_begin(struct store *s, entry_no upto)
{
	tell(s, "begin:", upto);
	return code_of(answer_from(&scripted_of(s)->answers.begins, 'o'));
}

static inline enum db_code scripted_commit(struct store *s, entry_no upto)
{
	tell(s, "commit:", upto);
	return code_of(answer_from(&scripted_of(s)->answers.commits, 'o'));
}

static inline void scripted_rollback(struct store *s)
{
	tell(s, "rollback:", 0);
}

static inline void scripted_mark(struct store *s, entry_no entry)
{
	tell(s, "mark:", entry);
}

static inline entry_no scripted_refused(const struct store *s)
{
	tell(s, "refused:", scripted_of(s)->bad);
	return scripted_of(s)->bad;
}

static inline void scripted_keep(struct store *s, struct journal *j)
{
	tell(s, "keep:", j->first);
	journal_free(j);
}

static inline enum disk_state scripted_watch(struct store *s, int64_t *free_bytes,
					     int64_t *size_bytes)
{
	*free_bytes = *size_bytes = 1;
	return scripted_of(s)->seen;
}

static inline bool scripted_make_room(struct store *s)
{
	bool has = answer_from(&scripted_of(s)->answers.rooms, 'n') == 'y';

	tell(s, "room:", has);
	return has;
}

static inline void scripted_ready(UNUSED struct store *s)
{
}

static inline bool scripted_step(struct store *s)
{
	struct scripted *of = scripted_of(s);

	of->n_steps++;
	if (of->on_step)
		of->on_step(of);
	return of->has_more;
}

static inline bool scripted_between(struct store *s, int64_t now_ms)
{
	tell(s, "between:", now_ms != 0);
	return scripted_step(s);
}

static inline int scripted_after_ms(const struct store *s)
{
	return scripted_of(s)->after_ms;
}

static inline bool scripted_is_clean(const struct store *s)
{
	return scripted_of(s)->is_clean;
}

static inline struct scripted *scripted_new(struct answers answers)
{
	struct scripted *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->answers = answers;
	s->after_ms = -1;
	s->bound.driver = &scripted_driver;
	s->engine = (struct store_engine){.begin = scripted_begin,
					  .commit = scripted_commit,
					  .rollback = scripted_rollback,
					  .watch = scripted_watch,
					  .make_room = scripted_make_room,
					  .ready = scripted_ready,
					  .between = scripted_between,
					  .tidy = scripted_step,
					  .after_ms = scripted_after_ms,
					  .is_clean = scripted_is_clean};
	s->store.engine = &s->engine;
	s->store.sql.driver = &scripted_driver;
	s->store.sql.handle = s;
	s->store.sql.rows[SQL_PUT_MARKER] =
		(struct row){.part = ROW_WHOLE, .kind = ENTRY_MARKER, .n_params = 1};
	return s;
}

static inline void scripted_free(struct scripted *s)
{
	buf_clear(&s->told);
	free(s);
}

// Entries `first` to `last`.
static inline struct journal *markers(entry_no first, entry_no last)
{
	struct journal *j = journal_new(first);

	for (entry_no i = first; i <= last; i++)
		journal_add(j, &(struct entry){.kind = ENTRY_MARKER,
					       .marker = {.account = (account_id)i}});
	return j;
}
