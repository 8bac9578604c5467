// SPDX-License-Identifier: MIT
// Tickets of Kerberos: the thread that looks at them, and the questions that it gets.
#include "server/server_private.h"

bool server_open_kerberos(struct server *s, char **error)
{
	struct buf words = {0};

	kerberos_init(&s->kerberos, s->paths, &s->config);
	if (kerberos_check(&s->kerberos, &words) && kerberos_make_rcache(&s->kerberos, &words))
		return true;
	*error = buf_take(&words);
	return false;
}

void server_start_kerberos(struct server *s, struct thread_begin begin)
{
	if (s->kerberos.keytab)
		s->acceptor = acceptor_start(&s->kerberos.settings, s->mailbox, begin);
}

bool server_takes_tickets(const struct server *s)
{
	return s->acceptor != NULL;
}

void server_look_at_ticket(struct server *s, struct identity_question *q)
{
	acceptor_put(s->acceptor, q);
}

void server_end_kerberos(struct server *s)
{
	acceptor_free(s->acceptor);
	s->acceptor = NULL;
}
