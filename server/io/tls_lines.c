// SPDX-License-Identifier: MIT
// The transport of IRC clients: a TLS stream whose bytes are the lines.
//
// Lines are stored with their CR LF, so what may leave is gathered as it stands, and the
// same bytes are offered again until TLS has taken them.
#include "server/io/transport.h"

#include "common/clock.h"
#include "common/http.h"
#include "server/letters/limits.h"

#define TLS_RECORD_HANDSHAKE 22

// Where else is not said: behind a router the ports that we know lead nowhere.
#define ASTRAY                                                                                 \
	"This address is for IRC clients. Browsers and hooks have another one on this "        \
	"server, if any: ask whoever invited you.\n"

static bool may_begin(unsigned char byte)
{
	return byte == TLS_RECORD_HANDSHAKE;
}

// A browser that was led here sends its verb first; a form's body could hold commands.
static bool is_http(struct span command)
{
	static const char *const verbs[] = {"GET",     "HEAD",    "POST",  "PUT",   "DELETE",
					    "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (span_eq(command, span_of(verbs[i])))
			return true;
	}
	return false;
}

// Browsers do not come so far, they name http/1.1 in the handshake; what does is a script or a
// probe whose port was mistyped. Nothing of what it sent is in its answer.
static bool is_astray(struct span command, struct buf *told)
{
	if (!is_http(command))
		return false;
	http_answer(told, &(struct http_answer){
				  .status = 400,
				  .body = SPAN(ASTRAY),
				  .is_head = span_eq(command, SPAN("HEAD")),
				  .is_last = true,
				  .at_ms = clock_wall_ms(),
			  });
	return true;
}

static void open_stream(struct carrier *c, const struct carrier_world *world, int fd)
{
	c->own = tls_new(world->tls, fd, NULL);
}

static void close_stream(struct carrier *c)
{
	tls_free(c->own);
	c->own = NULL;
}

static enum tls_result shake(struct carrier *c)
{
	return tls_handshake(c->own);
}

static bool peer(const struct carrier *c, uint8_t pin[static TLS_PIN_LEN],
		 uint8_t cert[static 64])
{
	return tls_peer_pin(c->own, pin) && tls_peer_fingerprint(c->own, cert);
}

static void binding(const struct carrier *c, struct tls_binding *out)
{
	(void)!tls_binding(c->own, out);
}

static enum tls_result read_bytes(struct carrier *c, struct frame *f)
{
	size_t room, got;
	char *to = frame_space(f, &room);
	enum tls_result result = tls_read(c->own, to, room, &got);

	frame_fed(f, result == TLS_OK ? got : 0);
	c->has_more = result == TLS_OK && tls_has_pending(c->own);
	return result;
}

static enum tls_result write_lines(struct carrier *c, struct outq *q, entry_no durable,
				   char *record)
{
	size_t len = outq_gather(q, record, RECORD_MAX, durable);
	enum tls_result result = tls_write(c->own, record, len);

	if (result == TLS_OK)
		outq_sent(q, len);
	return result;
}

// close_notify says it all.
static enum tls_result end(struct carrier *c UNUSED, enum parting parting UNUSED,
			   struct span why UNUSED)
{
	return TLS_OK;
}

static const char *error(const struct carrier *c)
{
	return tls_error(c->own);
}

const struct transport tls_lines = {
	.scheme = "ircs",
	.may_begin = may_begin,
	.is_astray = is_astray,
	.open = open_stream,
	.close = close_stream,
	.shake = shake,
	.peer = peer,
	.binding = binding,
	.read = read_bytes,
	.write = write_lines,
	.end = end,
	.error = error,
};
