// SPDX-License-Identifier: MIT
#include "tests/support/loose_link.h"

#include "common/die.h"
#include "common/utf8.h"

#include <assert.h>
#include <stdlib.h>

struct link {
	struct link_events events;
	struct loop *loop;
	size_t n_sent; // bytes
	bool is_up;
};

static struct link *last;

struct link *loose_link(void)
{
	return last;
}

void loose_link_hear(struct link *k, struct span line)
{
	struct msg m;

	if (k->is_up && msg_parse(&m, line) == MSG_OK)
		k->events.on_line(k->events.arg, &m, line);
}

void loose_link_break(struct link *k)
{
	if (!k->is_up)
		return;
	link_close(k);
	k->events.on_down(k->events.arg, FAILURE_LOST, SPAN("cut"));
}

struct link *link_new(struct loop *l, const struct link_events *events)
{
	struct link *k = xcalloc(1, sizeof(*k));

	*k = (struct link){.loop = l, .events = *events};
	last = k;
	return k;
}

void link_free(struct link *k)
{
	free(k);
}

void link_open(struct link *k, const char *host UNUSED, const char *port UNUSED,
	       struct tls_context *c UNUSED)
{
	k->is_up = true;
	k->n_sent = 0;
	k->events.on_up(k->events.arg);
}

void link_close(struct link *k)
{
	k->is_up = false;
}

bool link_is_up(const struct link *k)
{
	return k->is_up;
}

// As the real one: what is no line is dropped, and what does not leave has a bound.
void link_send(struct link *k, struct span line)
{
	if (!k->is_up || !line.len || k->n_sent >= LINK_QUEUE_MAX)
		return;
	if (memchr(line.at, '\n', line.len) || memchr(line.at, '\r', line.len))
		return;
	assert(utf8_is_valid(line));
	k->n_sent += line.len + 2;
}

void link_send_secret(struct link *k, struct span line)
{
	link_send(k, line);
}

size_t link_queued(const struct link *k)
{
	return k->n_sent;
}

int64_t link_heard_at(const struct link *k UNUSED)
{
	return 0;
}

struct tls *link_tls(const struct link *k UNUSED)
{
	return NULL;
}

// In place of common/tls*.c: making a real context takes longer than a whole conversation.

struct tls_context {
	char unused;
};

struct tls_context *tls_context_pinned(const char *cert_file UNUSED,
				       const char *key_file UNUSED, char **error UNUSED)
{
	return xcalloc(1, sizeof(struct tls_context));
}

struct tls_context *tls_context_client(const char *cert_file, const char *key_file,
				       char **error)
{
	return tls_context_pinned(cert_file, key_file, error);
}

void tls_context_free(struct tls_context *c)
{
	free(c);
}

bool tls_peer_pin(const struct tls *t UNUSED, uint8_t pin[static TLS_PIN_LEN])
{
	memset(pin, 0, TLS_PIN_LEN);
	return true;
}

bool tls_is_verified(const struct tls *t UNUSED)
{
	return true;
}

const char *tls_version(struct tls *t UNUSED)
{
	return "none";
}
