// SPDX-License-Identifier: MIT
#include "server/hub/files/file_token.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"

#include <stdlib.h>

static struct span key_of(const struct file_token *t)
{
	return span_from(t->hash, sizeof(t->hash));
}

static void end(struct file_token *t)
{
	map_remove(&t->account->hub->files.tokens, key_of(t));
	list_remove(&t->in_account);
	free(t);
}

static struct file_token *oldest(const struct account *a)
{
	return container_of(a->file_tokens.next, struct file_token, in_account);
}

static size_t count(const struct account *a)
{
	size_t n = 0;

	list_for_each(item, &a->file_tokens)
		n++;
	return n;
}

void file_token_new(struct session *s, stream_id scope, char text[static SECRET_TEXT_LEN + 1])
{
	struct file_token *t = xcalloc(1, sizeof(*t));

	if (count(s->account) >= FILE_TOKENS_MAX)
		end(oldest(s->account));
	t->account = s->account;
	t->session = s;
	t->scope = scope;
	t->ends_ms = s->hub->now.mono_ms + FILE_TOKEN_MS;
	secret_make(s->hub, text);
	secret_hash(s->hub, span_from(text, SECRET_TEXT_LEN), t->hash);
	map_put(&s->hub->files.tokens, key_of(t), t);
	list_add(&s->account->file_tokens, &t->in_account);
}

const struct file_token *file_token_find(struct hub *h, struct span text)
{
	uint8_t hash[SECRET_HASH_LEN];

	secret_hash(h, text, hash);
	return map_find(&h->files.tokens, span_from(hash, sizeof(hash)));
}

bool file_token_works(const struct file_token *t)
{
	return t->session && !t->session->closing && t->account->hub->now.mono_ms < t->ends_ms;
}

void file_tokens_end(const struct session *s)
{
	if (!s->account)
		return;
	list_for_each(item, &s->account->file_tokens) {
		struct file_token *t = container_of(item, struct file_token, in_account);

		if (t->session == s)
			t->session = NULL;
	}
}

void file_tokens_free(struct account *a)
{
	list_for_each_safe(item, after, &a->file_tokens)
		end(container_of(item, struct file_token, in_account));
}
