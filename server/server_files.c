// SPDX-License-Identifier: MIT
// The files that people send: their folder, and the thread that has it.
#include "server/letters/letter.h"
#include "server/server_private.h"

#include <unistd.h>

bool server_open_files(struct server *s, char **error)
{
	s->files_folder = files_open(s->paths->files, s->config.web_listen.count, error);
	return s->files_folder >= 0 || !*error;
}

void server_start_files(struct server *s, struct thread_begin begin)
{
	s->files = files_start(s->files_folder, s->mailbox, begin);
	s->files_folder = -1;
}

struct mailbox *server_files(const struct server *s)
{
	return config_has_files(&s->config) ? files_mailbox(s->files) : NULL;
}

void server_post_files(struct server *s, struct letter **letters)
{
	struct letter *l;

	while ((l = letter_take(letters)))
		mailbox_put(files_mailbox(s->files), l);
}

void server_free_files(struct server *s)
{
	files_free(s->files);
	if (s->files_folder >= 0)
		close(s->files_folder);
}
