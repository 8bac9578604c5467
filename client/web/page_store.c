// SPDX-License-Identifier: MIT
#include "client/web/page_store.h"

#include "client/web/put.h"

// All of an entry, as unsent_load() wants it back (tab_unsent_load).
static void put(const struct unsent_entry *e)
{
	page_open_object(NULL);
	put_number("localId", (double)e->local_id);
	put_str("id", e->id);
	put_ms("at", e->at_ms);
	put_number("kind", e->kind);
	put_str("target", e->target);
	put_str("text", e->text);
	put_str("replyTo", e->reply_to);
	put_flag("wasSent", e->was_sent);
	put_flag("isLost", e->is_lost);
	put_str("messages", e->messages ? e->messages : "");
	put_str("history", e->history ? e->history : "");
	put_number("seq", (double)e->seq);
	page_close();
}

static void on_keep(void *arg UNUSED, const struct unsent_entry *e)
{
	put(e);
	page_store_put(true);
}

static void on_change(void *arg UNUSED, const struct unsent_entry *e)
{
	put(e);
	page_store_put(false);
}

static void on_done(void *arg UNUSED, const struct unsent_entry *e)
{
	page_store_delete((double)e->local_id);
}

struct unsent_store page_store(void)
{
	return (struct unsent_store){
		.keep = on_keep, .sent = on_change, .done = on_done, .stored = on_change};
}
