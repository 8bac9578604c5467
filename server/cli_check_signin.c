// SPDX-License-Identifier: MIT
// `snugd check`: who signs in elsewhere, and which tokens let in although nobody says any more
// that their account may.
#include "server/cli_check_private.h"

#include "common/die.h"
#include "common/map.h"
#include "server/store/store.h"

#include <stdlib.h>

#define SHOWN_MAX 20 // inside: tokens by their names

struct signins {
	struct idmap names, bound; // account's id -> its name
	size_t n_bound, n_tokens;
	struct buf tokens;
};

static void look_at_token(struct signins *s, const struct entry_credential *c)
{
	const char *name = idmap_find(&s->names, (uint64_t)c->account);

	if (!c->free_of_lease || !name)
		return;
	if (s->n_tokens++ < SHOWN_MAX)
		buf_printf(&s->tokens, "%s%s/" SPAN_FMT, s->tokens.len ? ", " : "", name,
			   SPAN_ARG(c->label));
}

static void look_at_binding(struct signins *s, const struct entry_binding *b)
{
	if (idmap_find(&s->bound, (uint64_t)b->account))
		return;
	idmap_put(&s->bound, (uint64_t)b->account, s);
	s->n_bound++;
}

static void on_entry(void *arg, const struct entry *e)
{
	struct signins *s = arg;

	if (e->kind == ENTRY_ACCOUNT)
		idmap_put(&s->names, (uint64_t)e->account.id, span_dup(e->account.name));
	else if (e->kind == ENTRY_CREDENTIAL)
		look_at_token(s, &e->credential);
	else if (e->kind == ENTRY_BINDING)
		look_at_binding(s, &e->binding);
}

static void clear(struct signins *s)
{
	size_t cursor = 0;
	char *name;

	while ((name = idmap_next(&s->names, &cursor)))
		free(name);
	idmap_clear(&s->names);
	idmap_clear(&s->bound);
	buf_clear(&s->tokens);
}

void check_signins(struct check *k)
{
	struct signins s = {0};
	struct buf found = {0};
	char *error = NULL;

	if (store_look(k->cli->paths.store, on_entry, &s, &error) &&
	    (s.n_bound || s.n_tokens)) {
		buf_printf(&found, "%zu accounts sign in elsewhere", s.n_bound);
		if (s.n_tokens)
			buf_printf(&found, "; tokens that let in whatever is said there: %s%s",
				   buf_str(&s.tokens), s.n_tokens > SHOWN_MAX ? ", ..." : "");
		check_report(k, "sign-in", true, buf_str(&found));
	}
	free(error);
	buf_clear(&found);
	clear(&s);
}
