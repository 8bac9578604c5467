// SPDX-License-Identifier: MIT
// session list|log|kill.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/door/session_life.h"
#include "server/hub/people/signin.h"

#include <stdio.h>
#include <stdlib.h>

#define ID_LEN 17

static void id_text(conn_id id, char out[static ID_LEN])
{
	snprintf(out, ID_LEN, "%llx", (unsigned long long)id);
}

static void add_row(struct verb_call *c, const struct session *s)
{
	char id[ID_LEN];

	id_text(s->id, id);
	verb_text(c, span_of(id));
	verb_text(c, span_of(s->account ? s->account->name : ""));
	verb_text(c, span_of(s->device ? s->device : ""));
	verb_text(c, span_of(s->host));
	verb_bool(c, s->registered);
	verb_time(c, s->opened_ms);
	verb_time(c, s->active_ms);
}

void verb_session_list(struct verb_call *c)
{
	static const char *const columns[] = {"id",        "account", "device", "host",
					      "logged-in", "since",   "active"};
	struct span name = verb_word(c, 0);
	const struct account *only = NULL;

	if (name.len && !(only = verb_account(c, name)))
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &c->hub->session_list) {
		const struct session *s = container_of(item, struct session, in_hub);

		if (!s->closing && (!only || s->account == only))
			add_row(c, s);
	}
	verb_end(c, ADMIN_DONE, "%zu sessions%s", c->answer->n_rows,
		 c->hub->config.n_shards ? "" : ": the server is not running");
}

void verb_session_log(struct verb_call *c)
{
	static const char *const columns[] = {"last", "first",  "times", "failed",
					      "way",  "source", "device"};
	const struct account *a = verb_account(c, verb_word(c, 0));

	if (!a)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &a->signins) {
		const struct signin *i = container_of(item, struct signin, in_account);

		verb_time(c, i->last_ms);
		verb_time(c, i->first_ms);
		verb_number(c, i->times);
		verb_bool(c, i->failed);
		verb_text(c, span_of(signin_way(i->way)));
		verb_text(c, span_of(i->source));
		verb_text(c, span_of(i->device));
	}
	verb_end(c, ADMIN_DONE, "%zu kinds of logins", c->answer->n_rows);
}

void verb_session_kill(struct verb_call *c)
{
	struct span text = verb_word(c, 0), reason = verb_value(c, "--reason");
	struct session *found = NULL;

	list_for_each(item, &c->hub->session_list) {
		struct session *s = container_of(item, struct session, in_hub);
		char id[ID_LEN];

		id_text(s->id, id);
		if (span_eq(text, span_of(id)))
			found = s;
	}
	if (!found || found->closing) {
		verb_end(c, ADMIN_NOT_FOUND, "there is no session " SPAN_FMT, SPAN_ARG(text));
		return;
	}
	if (!verb_may_write(c))
		return;
	session_close(found, reason.at ? reason : SPAN("Disconnected by an administrator"));
	verb_audit(c, span_of(found->account ? found->account->name : found->host));
	verb_end(c, ADMIN_DONE, "ended session " SPAN_FMT, SPAN_ARG(text));
}
