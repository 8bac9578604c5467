// SPDX-License-Identifier: MIT
// What a reload changes, row by row: the setting or the certificate, what it was, what it is
// now, and what became of it.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/log.h"
#include "server/admin_json.h"

#include <string.h>

#define TAKEN_UP "taken up"
#define SAME "as it was"
#define WAITS "needs a restart"
#define WAITS_FOR_SOCKETS "needs its socket unit changed, and a restart"

struct changes {
	struct server *server;
	struct admin_answer *answer;
	size_t n_taken, n_waiting;
};

static void add_text(struct changes *c, struct span text)
{
	admin_answer_cell(c->answer, &(struct cell){.kind = CELL_TEXT, .text = text});
}

static void add_row(struct changes *c, struct span what, struct span old, struct span fresh,
		    const char *became)
{
	add_text(c, what);
	add_text(c, old);
	add_text(c, fresh);
	add_text(c, span_of(became));
}

static void log_change(const struct config_change *change, const char *became)
{
	struct buf name = {0}, old = {0}, fresh = {0};

	buf_add_span(&name, change->name);
	buf_add_span(&old, change->old);
	buf_add_span(&fresh, change->fresh);
	log_event(change->reloads ? LOG_INFO : LOG_WARN, "setting", "name", buf_str(&name),
		  "old", buf_str(&old), "new", buf_str(&fresh), "became", became, NULL);
	buf_clear(&name);
	buf_clear(&old);
	buf_clear(&fresh);
}

// Where it listens is for the one who handed in the sockets to say.
static const char *waits(const struct server *s, const struct config_change *change)
{
	return s->was_handed && span_eq(change->name, SPAN("[server] listen"))
		       ? WAITS_FOR_SOCKETS
		       : WAITS;
}

static void on_change(void *arg, const struct config_change *change)
{
	struct changes *c = arg;
	struct buf *waiting = &c->server->waiting;
	const char *became = change->reloads ? TAKEN_UP : waits(c->server, change);

	add_row(c, change->name, change->old, change->fresh, became);
	log_change(change, became);
	c->n_taken += change->reloads;
	c->n_waiting += !change->reloads;
	if (change->reloads)
		return;
	if (waiting->len)
		buf_add_str(waiting, ", ");
	buf_add_span(waiting, change->name);
}

// The file of the greeting is named as before, and says something else.
static void add_greeting(struct changes *c, const struct config *old,
			 const struct config *fresh)
{
	if (!old->motd || !fresh->motd || !strcmp(old->motd, fresh->motd) ||
	    strcmp(old->motd_file, fresh->motd_file) != 0)
		return;
	add_row(c, SPAN("motd"), SPAN(""), SPAN("another text"), TAKEN_UP);
	c->n_taken++;
}

static void add_pin(struct changes *c, const uint8_t old[static TLS_PIN_LEN],
		    const uint8_t fresh[static TLS_PIN_LEN])
{
	struct buf a = {0}, b = {0};

	encode_b64url(&a, old, TLS_PIN_LEN);
	encode_b64url(&b, fresh, TLS_PIN_LEN);
	add_row(c, SPAN("key"), buf_span(&a), buf_span(&b), "new key: people need a new link");
	buf_clear(&a);
	buf_clear(&b);
	c->n_taken++;
}

static void add_certificate(struct changes *c, const struct tls_context *fresh)
{
	const struct server *s = c->server;
	char old_text[CLOCK_TEXT_LEN + 1], text[CLOCK_TEXT_LEN + 1];
	int64_t expires = tls_context_expires(fresh);
	uint8_t pin[TLS_PIN_LEN];
	bool is_same_key;

	tls_context_pin(fresh, pin);
	is_same_key = !memcmp(pin, s->pin, sizeof(pin));
	clock_text(s->certificate_expires, old_text);
	clock_text(expires, text);
	if (!is_same_key)
		add_pin(c, s->pin, pin);
	add_row(c, SPAN("certificate"), span_of(old_text), span_of(text),
		!is_same_key                        ? TAKEN_UP
		: expires == s->certificate_expires ? SAME
						    : "renewed, with the same key");
	c->n_taken += expires != s->certificate_expires;
}

void server_audit_changes(struct server *s, const struct admin_answer *told)
{
	struct buf text = {0};

	for (size_t i = 0; i < told->n_rows; i++) {
		const struct cell *row = &told->cells[i * told->n_columns];

		if (span_eq(row[3].text, SPAN(SAME)))
			continue;
		buf_printf(&text, "%s" SPAN_FMT " " SPAN_FMT " -> " SPAN_FMT,
			   text.len ? ", " : "", SPAN_ARG(row[0].text), SPAN_ARG(row[1].text),
			   SPAN_ARG(row[2].text));
	}
	if (text.len)
		hub_reloaded(s->hub, buf_span(&text));
	s->hub_is_due = true;
	buf_clear(&text);
}

struct admin_answer *server_changes(struct server *s, const struct config *fresh,
				    const struct tls_context *tls)
{
	static const char *const columns[] = {"what", "old", "new", "became"};
	struct changes c = {.server = s, .answer = admin_answer_new(0)};
	struct buf words = {0};

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		admin_answer_column(c.answer, columns[i]);
	buf_clear(&s->waiting);
	config_changes(&s->config, fresh, on_change, &c);
	add_greeting(&c, &s->config, fresh);
	add_certificate(&c, tls);
	buf_printf(&words, "%zu taken up", c.n_taken);
	if (c.n_waiting)
		buf_printf(&words, ", %zu wait for a restart", c.n_waiting);
	c.answer->words = arena_dup(&c.answer->arena, buf_span(&words));
	buf_clear(&words);
	return c.answer;
}
