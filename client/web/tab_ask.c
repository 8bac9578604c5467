// SPDX-License-Identifier: MIT
// Requests of the page whose answers are for it alone.
#include "client/web/tab.h"

#include "client/web/exports.h"
#include "client/web/put.h"
#include "common/die.h"

#include <stdlib.h>

struct tab_request {
	double number; // the page's
};

static void put_tags(struct span tags)
{
	struct buf text = {0};
	struct span key, value;

	page_open_object("tags");
	while (msg_tag_next(&tags, &key, &value)) {
		buf_reset(&text);
		msg_tag_unescape(&text, value);
		page_put_named(key.at, key.len, text.at, text.len);
	}
	page_close();
	buf_clear(&text);
}

static void on_ask_line(void *arg, const struct msg *m, bool is_sure UNUSED)
{
	const struct tab_request *r = arg;

	if (span_eq(m->command, SPAN("BATCH")))
		return; // how it travels
	page_open_object(NULL);
	put_tags(m->tags);
	put_text("source", m->source);
	put_text("command", m->command);
	page_open_list("params");
	for (size_t i = 0; i < m->n_params; i++)
		put_text(NULL, msg_param(m, i));
	page_close();
	page_close();
	page_ask_line(r->number);
}

static void on_ask_end(void *arg, enum call_end end)
{
	struct tab_request *r = arg;

	page_ask_end(r->number, end == CALL_LOST);
	free(r);
}

// What changes something is for the model as well: is_private 0. A refusal never is.
// False: not online.
EXPORT(ask) int tab_ask(double number, struct span line, int is_private)
{
	struct tab *t = tab();
	struct call_fns fns = {
		.is_private = is_private, .on_line = on_ask_line, .on_end = on_ask_end};
	struct tab_request *r;

	if (!uplink_is_online(t->core.session))
		return false;
	r = xmalloc(sizeof(*r));
	r->number = number;
	fns.arg = r;
	// These the page asks again itself, once it is proved.
	if (!span_starts_fold(line, SPAN("2FA ")))
		devices_sent(t->core.devices, line);
	calls_send(t->core.calls, SPAN(""), line, &fns);
	return true;
}
