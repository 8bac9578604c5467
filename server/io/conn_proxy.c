// SPDX-License-Identifier: MIT
// A connection of a proxy begins with a header that says for whom it is; then all is as if that
// one had connected. Never a byte more than the header is read: what follows is TLS.
#include "server/io/conn.h"

#include "common/log.h"
#include "common/proxy_header.h"

#include <errno.h>
#include <sys/socket.h>

bool conn_is_of_proxy(const struct conn_env *env, const struct net_address *peer,
		      const struct transport *transport)
{
	char text[NET_TEXT_MAX];
	struct cidr address;

	if (transport->is_local)
		return false;
	net_host_text(peer, text);
	if (!cidr_parse(span_of(text), &address))
		return false;
	for (size_t i = 0; i < env->n_proxies; i++) {
		if (cidr_has(&env->proxies[i], &address))
			return true;
	}
	return false;
}

static void take_source(struct conn *c, const struct net_address *source)
{
	char host[NET_TEXT_MAX];

	if (conn_has_too_many(c->env, source)) {
		conn_refuse(c, IO_REFUSED_SOURCE, SPAN("Too many connections"));
		return;
	}
	conn_set_source(c, source);
	net_host_text(source, host);
	buf_add_str(&c->told, host);
	conn_step_up(c);
	conn_watch(c);
}

static void refuse(struct conn *c)
{
	log_event(LOG_WARN, "proxy_refused", "why",
		  "no header of the PROXY protocol, version 2", "mend",
		  "have it sent (send-proxy-v2), or take [server] proxy_from away", NULL);
	conn_refuse(c, IO_REFUSED_PROXY, SPAN("No header of a proxy"));
}

// What can be read of it now. PROXY_MORE: the rest is still to come, or it ended.
static enum proxy_result read_header(struct conn *c, struct proxy_header *h)
{
	enum proxy_result result = PROXY_MORE;

	*h = (struct proxy_header){0};
	while (result == PROXY_MORE) {
		char *to = buf_space(&c->told, PROXY_HEADER_MAX);
		ssize_t got;

		result = proxy_read((const uint8_t *)c->told.at, c->told.len, h);
		if (result != PROXY_MORE)
			break;
		got = recv(c->fd, to, h->wants, 0);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (got < 1) {
			conn_end(c, SPAN("Connection lost"));
			break;
		}
		c->told.len += (size_t)got;
	}
	return result;
}

bool conn_proxy_has_told(struct conn *c)
{
	struct proxy_header header;
	enum proxy_result result = read_header(c, &header);

	if (result == PROXY_MORE)
		return false;
	buf_clear(&c->told);
	c->awaits_proxy = false;
	if (result == PROXY_BAD)
		refuse(c);
	else if (result == PROXY_TOLD)
		take_source(c, &header.source);
	return c->state != CONN_DEAD && !c->is_on_porch;
}
