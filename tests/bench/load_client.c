// SPDX-License-Identifier: MIT
// One client of the load generator: connect, handshake, login, join, then receive.
#include "tests/bench/load.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/msg.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void client_close(struct client *c)
{
	loop_remove(c->watch);
	tls_free(c->tls);
	frame_clear(&c->frame);
	buf_reset(&c->out);
	buf_clear(&c->wire);
	buf_clear(&c->in);
	c->taken = 0;
	c->is_open = false;
	if (c->fd >= 0)
		close(c->fd);
	c->watch = NULL;
	c->tls = NULL;
	c->fd = -1;
}

static void dead(struct client *c, const char *why)
{
	bool again = c->load->options.persist && c->state < CLIENT_READY;

	if (c->state == CLIENT_DEAD)
		return;
	c->state = CLIENT_DEAD;
	// The words may be the stream's: they are said before it ends.
	if (!again)
		load_on_dead(c->load, c, why);
	else if (c->load->n_again++ < 5)
		fprintf(stderr, "client %s tries again: %s\n", c->name, why);
	client_close(c);
	if (again)
		c->state = CLIENT_DONE;
}

static void watch(struct client *c, unsigned events)
{
	loop_change(c->watch, events);
}

void client_flush(struct client *c)
{
	struct buf *out = c->load->options.web ? &c->wire : &c->out;

	if (c->load->options.web)
		web_wrap(c);
	while (out->len && c->state < CLIENT_DONE) {
		size_t len = out->len > 16384 ? 16384 : out->len;
		enum tls_result result = tls_write(c->tls, out->at, len);

		if (result == TLS_WANT_WRITE) {
			watch(c, LOOP_READ | LOOP_WRITE);
			return;
		}
		if (result == TLS_WANT_READ)
			return;
		if (result != TLS_OK) {
			dead(c, "write failed");
			return;
		}
		buf_drop(out, len);
	}
	if (c->state < CLIENT_DONE)
		watch(c, LOOP_READ);
}

void client_send(struct client *c, const char *line)
{
	buf_add_str(&c->out, line);
	buf_add_str(&c->out, "\r\n");
}

static void login(struct client *c)
{
	enum load_login how = c->load->options.login;

	c->state = CLIENT_LOGIN;
	if (how == LOGIN_SASL) {
		struct buf plain = {0};

		buf_add_char(&plain, 0);
		buf_add_str(&plain, c->name);
		buf_add_char(&plain, 0);
		buf_add_str(&plain, c->secret);
		buf_add_str(&c->out, "CAP REQ :sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE ");
		encode_b64(&c->out, plain.at, plain.len);
		buf_add_str(&c->out, "\r\nCAP END\r\n");
		buf_clear(&plain);
	} else if (how == LOGIN_CERT) {
		buf_add_str(&c->out, "CAP REQ :sasl\r\nAUTHENTICATE EXTERNAL\r\n"
				     "AUTHENTICATE +\r\nCAP END\r\n");
	} else if (how == LOGIN_PASS) {
		buf_printf(&c->out, "PASS %s:%s\r\n", c->name, c->secret);
	}
	buf_printf(&c->out, "NICK %s\r\nUSER %s 0 * :load\r\n", c->name, c->name);
	if (c->load->options.echo)
		buf_add_str(&c->out, "CAP REQ :echo-message\r\nCAP END\r\n");
	client_flush(c);
}

static void welcomed(struct client *c)
{
	const struct load_options *o = &c->load->options;

	c->state = CLIENT_JOIN;
	if (o->enrol)
		buf_add_str(&c->out, "CERT ADD bench\r\n");
	if (!o->logins && !o->pings && c->index < o->clients - o->idle)
		buf_printf(&c->out, "JOIN #load%d\r\n", c->room);
	buf_add_str(&c->out, "PING joined\r\n");
}

static void on_line(struct client *c, struct span line)
{
	struct msg m;

	if (msg_parse(&m, line) != MSG_OK)
		return;
	if (span_eq(m.command, SPAN("PRIVMSG"))) {
		load_on_text(c->load, c, msg_param(&m, 1));
	} else if (span_eq(m.command, SPAN("PING"))) {
		buf_printf(&c->out, "PONG :" SPAN_FMT "\r\n", SPAN_ARG(msg_param(&m, 0)));
	} else if (span_eq(m.command, SPAN("001"))) {
		welcomed(c);
	} else if (span_eq(m.command, SPAN("PONG")) && c->state == CLIENT_JOIN) {
		c->state = CLIENT_READY;
		load_on_ready(c->load, c);
	} else if (span_eq(m.command, SPAN("ERROR")) || span_eq(m.command, SPAN("904"))) {
		char why[200];

		snprintf(why, sizeof(why), SPAN_FMT, SPAN_ARG(line));
		dead(c, why);
	}
}

static void take_lines(struct client *c)
{
	struct span line;
	enum frame_result got;

	while (c->state < CLIENT_DONE && (got = frame_next(&c->frame, &line)) != FRAME_MORE)
		if (got == FRAME_LINE)
			on_line(c, line);
}

static void take_bytes(struct client *c, size_t got)
{
	struct span line;

	if (!c->load->options.web) {
		frame_fed(&c->frame, got);
		take_lines(c);
		return;
	}
	c->in.len += got;
	if (!c->is_open && (c->is_open = web_is_open(c)))
		login(c);
	while (c->is_open && c->state < CLIENT_DONE && web_next(c, &line))
		on_line(c, line);
	web_forget(c);
}

static void read_all(struct client *c)
{
	while (c->state < CLIENT_DONE) {
		size_t room = 16384, got;
		char *space = c->load->options.web ? buf_space(&c->in, room)
						   : frame_space(&c->frame, &room);
		enum tls_result result = tls_read(c->tls, space, room, &got);

		if (result == TLS_WANT_READ || result == TLS_WANT_WRITE)
			break;
		if (result != TLS_OK) {
			dead(c,
			     result == TLS_CLOSED ? "closed by the server" : tls_error(c->tls));
			return;
		}
		c->load->bytes += (int64_t)got;
		take_bytes(c, got);
	}
	if (c->out.len)
		client_flush(c);
}

static void handshake(struct client *c)
{
	enum tls_result result = tls_handshake(c->tls);

	if (result == TLS_OK && c->load->options.web) {
		c->state = CLIENT_LOGIN;
		web_ask(c);
		client_flush(c);
	} else if (result == TLS_OK)
		login(c);
	else if (result == TLS_WANT_READ)
		watch(c, LOOP_READ);
	else if (result == TLS_WANT_WRITE)
		watch(c, LOOP_WRITE);
	else
		dead(c, tls_error(c->tls));
}

static void on_events(void *arg, unsigned events)
{
	struct client *c = arg;

	if (c->state == CLIENT_CONNECTING) {
		int error = net_connected(c->fd);

		if (error) {
			dead(c, strerror(error));
			return;
		}
		c->tls = tls_new(c->load->tls, c->fd, NULL);
		c->state = CLIENT_HANDSHAKE;
	}
	if (c->state == CLIENT_HANDSHAKE) {
		handshake(c);
		return;
	}
	if (events & LOOP_WRITE)
		client_flush(c);
	if (c->state < CLIENT_DONE)
		read_all(c);
}

void client_start(struct client *c)
{
	frame_init(&c->frame, FRAME_TAGS_MAX, 4096);
	c->born_ns = load_now_ns();
	c->fd = net_connect(&c->load->address);
	if (c->fd < 0) {
		c->watch = NULL;
		dead(c, strerror(errno));
		return;
	}
	c->state = CLIENT_CONNECTING;
	c->watch = loop_add(c->load->loop, c->fd, LOOP_WRITE | LOOP_MANY, on_events, c);
}
