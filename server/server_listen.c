// SPDX-License-Identifier: MIT
// The sockets that people come by. They are bound while this may still be a right of root's;
// with a store that machines share they listen only once this one has it.
#include "server/server_private.h"

#include "common/die.h"
#include "server/io/transport.h"
#include "server/store/store.h"

#include <errno.h>
#include <string.h>

bool server_is_shared(const struct server *s)
{
	return store_is_shared(s->paths->store);
}

// One that was handed in, or its own.
static int open_place(struct server *s, const struct net_address *address)
{
	int fd = handed_in_take(&s->handed, address);

	s->was_handed = s->was_handed || fd >= 0;
	if (fd >= 0)
		return fd;
	return server_is_shared(s) ? net_bind(address) : net_listen(address);
}

// Whoever waits for its store must be refused by the system, so that people go to the other
// machine: a socket that was handed in listens already.
static bool may_be_handed(const struct server *s, struct buf *error)
{
	bool is_fine = !server_is_shared(s) || !s->was_handed;

	if (!is_fine)
		buf_add_str(error,
			    "sockets were handed in, and with a store that machines share only "
			    "the one that has it may listen: systemctl disable --now "
			    "snugd.socket");
	return is_fine;
}

static bool explain(const struct net_address *address, struct buf *error)
{
	char text[NET_TEXT_MAX];
	int why = errno;

	net_text(address, text);
	buf_printf(error, "cannot listen on %s: %s", text, strerrordesc_np(why));
	return false;
}

bool server_bind(struct server *s, struct buf *error)
{
	const struct config *c = &s->config;
	bool is_default = !c->listen.count;

	s->sockets = xcalloc(c->n_places, sizeof(*s->sockets));
	s->bound = xcalloc(c->n_places, sizeof(*s->bound));
	for (size_t i = 0; i < c->n_places; i++) {
		const struct config_place *place = &c->places[i];
		int fd = open_place(s, &place->address);

		if (fd >= 0 && net_bound(fd, &s->bound[s->n_sockets])) {
			s->sockets[s->n_sockets++] = (struct listening){fd, place->transport};
			continue;
		}
		// Without IPv6 the default still serves IPv4.
		if (is_default && i < c->n_lines &&
		    (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
			continue;
		return explain(&place->address, error);
	}
	if (!handed_in_is_empty(&s->handed, error))
		return false;
	if (s->n_sockets && s->sockets[0].transport == c->places[0].transport)
		return may_be_handed(s, error);
	buf_add_str(error, "no address to listen on");
	return false;
}

bool server_listen(struct server *s, struct buf *error)
{
	for (size_t i = 0; i < s->n_sockets; i++) {
		if (!net_open(s->sockets[i].fd))
			return explain(&s->bound[i], error);
	}
	return true;
}
