// SPDX-License-Identifier: MIT
// What shards ask the hub about files, and what they are told, for the tests of files.
#pragma once

#include "common/encode.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/hub_asked.h"
#include "server/letters/file_list.h"
#include "server/letters/file_type.h"
#include "server/letters/letter.h"
#include "tests/support/hub_fixture.h"
#include "tests/support/hub_fixture_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SPACE "https://chat.test:8443/f/"
#define KNOWING "message-tags echo-message batch draft/chathistory snug.chat/files " MORE_CAPS
#define MORE_CAPS "draft/message-redaction server-time draft/multiline soju.im/search"
#define SOMEBODY CONN_ID(0, 4000, 1) // who asks over HTTP: no peer

struct told {
	struct web_answer answer;
	char body[200], name[220], type[120];
};

static inline struct hub_config files_config(void)
{
	struct hub_config config = fixture_config();

	config.has_web = true;
	config.web_port = 8443;
	config.web_hosts = SPAN("chat.test other.test");
	return config;
}

static inline int files_set_up(void **state)
{
	struct hub_config config = files_config();

	*state = fixture_new(&config);
	return 0;
}

static inline void copy_span(char *to, size_t space, struct span from)
{
	assert_true(from.len < space);
	if (from.len)
		memcpy(to, from.at, from.len);
	to[from.len] = '\0';
}

// The answer stands in the outbox of the shard, where the question was put.
static inline struct told told_of(struct fixture *f)
{
	const struct outbox *out = f->hub->out.outboxes[0];
	const struct outbox_item *item = &out->items[out->n_items - 1];
	struct told t = {.answer = outbox_answered(out, item)};

	assert_int_equal(item->kind, OUTBOX_ANSWER);
	copy_span(t.body, sizeof(t.body), t.answer.body);
	copy_span(t.name, sizeof(t.name), t.answer.name);
	copy_span(t.type, sizeof(t.type), t.answer.type);
	return t;
}

static inline struct told asked(struct fixture *f, struct web_question q)
{
	struct told t;

	if (!q.host.at)
		q.host = SPAN("192.0.2.1");
	hub_asked(f->hub, SOMEBODY, &q);
	t = told_of(f);
	fixture_settle(f);
	return t;
}

// "Bearer ..." of a fresh token of FILEHOST; a peer's own, until its next one.
static inline struct span bearer(struct peer *p, char out[static 48])
{
	char pattern[40];

	peer_skip(p);
	snprintf(pattern, sizeof(pattern), "server FILEHOST TOKEN $t%u", (unsigned)rand());
	peer_send(p, "FILEHOST TOKEN");
	expect_later(p, pattern);
	snprintf(out, 48, "Bearer %s", fixture_var(peer_fixture(p), strchr(pattern, '$') + 1));
	return span_of(out);
}

static inline struct told put_head(struct fixture *f, struct span authorization,
				   const char *query, uint64_t length)
{
	return asked(f, (struct web_question){
				.route = ROUTE_FILE_PUT,
				.authorization = authorization,
				.query = span_of(query),
				.length = length,
				.type = SPAN("image/png"),
				.disposition = SPAN("attachment; filename=\"a cat.png\""),
			});
}

static inline struct told put_done(struct fixture *f, const struct file_id *id, uint64_t length)
{
	return asked(f, (struct web_question){.route = ROUTE_FILE_PUT_DONE,
					      .file = *id,
					      .length = length,
					      .type = SPAN("image/png"),
					      .hash = {7}});
}

// An upload of the peer's that went well; `query` "": wherever it is said.
static inline struct file_id put_file(struct peer *p, const char *query)
{
	struct fixture *f = peer_fixture(p);
	char token[48];
	struct told t = put_head(f, bearer(p, token), query, 1000);

	assert_int_equal(t.answer.then, WEB_TAKES);
	t = put_done(f, &t.answer.file, 1000);
	assert_int_equal(t.answer.status, 201);
	assert_true(t.answer.after > 0);
	return t.answer.file;
}

static inline const char *id_text(const struct file_id *id)
{
	static char text[8][FILE_ID_TEXT + 1];
	static unsigned turn;
	char *out = text[turn++ % 8];

	file_id_text(id, out);
	return out;
}

static inline struct told get_file(struct fixture *f, const struct file_id *id,
				   struct span authorization, const char *query)
{
	return asked(f, (struct web_question){.route = ROUTE_FILE_GET,
					      .authorization = authorization,
					      .query = span_of(query),
					      .file = *id});
}

// As who is logged in asks.
static inline unsigned get_by_token(struct peer *p, const struct file_id *id)
{
	char token[48];
	struct told t = get_file(peer_fixture(p), id, bearer(p, token), "");

	assert_int_equal(t.answer.then == WEB_GIVES, t.answer.status == 200);
	return t.answer.status;
}

// It was told to who has the files that this one goes.
static inline bool is_removed(const struct fixture *f, const struct file_id *id)
{
	struct letter *l;

	for (l = f->inside->mail.files; l; l = l->next) {
		const struct file_list *list = container_of(l, struct file_list, letter);

		for (size_t i = 0; l->kind == LETTER_REMOVE && i < list->n_ids; i++) {
			if (file_id_eq(&list->ids[i], id))
				return true;
		}
	}
	return false;
}
