// SPDX-License-Identifier: MIT
#include "server/files/files.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/files/files_private.h"
#include "server/letters/letter.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct files {
	struct mailbox *box, *to_hub;
	pthread_t thread;
	// The rest belongs to that thread.
	int folder; // -1: there is none
	DIR *dir;   // of a list that is not at its end; or NULL
};

int files_open(const char *folder, bool makes, char **error)
{
	struct buf words = {0};
	int fd;

	*error = NULL;
	if (makes)
		(void)!mkdir(folder, 0700);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		files_clear_new(fd);
	if (fd >= 0 || (errno == ENOENT && !makes))
		return fd;
	buf_printf(&words, "cannot use the folder of the files, %s: %s", folder,
		   strerrordesc_np(errno));
	*error = buf_take(&words);
	return -1;
}

static void answer(struct mailbox *to, struct letter *l, enum letter_kind kind)
{
	l->kind = kind;
	mailbox_put(to, l);
}

static void on_filing(struct files *f, struct filing *filing)
{
	if (f->folder < 0)
		filing->result = FILING_GONE;
	else if (filing->act == FILING_READ)
		file_read(f->folder, filing);
	else
		file_upload(f->folder, filing);
	if (filing->act == FILING_DROP)
		filing_free(filing);
	else
		answer(filing->from, &filing->letter, LETTER_FILED);
}

static void on_letter(struct files *f, struct letter *l)
{
	struct file_list *list;

	switch (l->kind) {
	case LETTER_FILING:
		on_filing(f, container_of(l, struct filing, letter));
		break;
	case LETTER_REMOVE:
		list = container_of(l, struct file_list, letter);
		files_remove(f->folder, list);
		file_list_free(list);
		break;
	case LETTER_LIST:
		list = container_of(l, struct file_list, letter);
		files_list(f->folder, &f->dir, list);
		answer(f->to_hub, l, LETTER_LISTED);
		break;
	default:
		assert(!"a letter for somebody else");
	}
}

static bool has_stop(const struct letter *letters)
{
	while (letters && letters->kind != LETTER_STOP)
		letters = letters->next;
	return letters;
}

// Nobody waits for transfers and lists any more; what is to go, goes.
static void end(struct files *f, struct letter *letters)
{
	struct letter *l;

	while ((l = letter_take(&letters))) {
		if (l->kind == LETTER_REMOVE)
			on_letter(f, l);
		else
			letter_free(l);
	}
	if (f->dir)
		closedir(f->dir);
}

static void *run(void *arg)
{
	struct files *f = arg;
	struct letter *letters, *l;

	for (letters = NULL; !has_stop(letters); letters = mailbox_wait(f->box, -1)) {
		while ((l = letter_take(&letters)))
			on_letter(f, l);
	}
	end(f, letters);
	return NULL;
}

struct files *files_start(int folder, struct mailbox *to_hub, struct thread_begin begin)
{
	struct files *f = xcalloc(1, sizeof(*f));

	f->box = mailbox_new();
	f->to_hub = to_hub;
	f->folder = folder;
	f->thread = thread_start(begin, THREAD_FILES, run, f);
	return f;
}

struct mailbox *files_mailbox(struct files *f)
{
	return f->box;
}

void files_stop(struct files *f)
{
	struct letter *stop;

	if (!f)
		return;
	stop = xcalloc(1, sizeof(*stop));
	stop->kind = LETTER_STOP;
	mailbox_put(f->box, stop);
	pthread_join(f->thread, NULL);
}

void files_free(struct files *f)
{
	struct letter *late;

	if (!f)
		return;
	late = mailbox_take(f->box);
	letters_free(&late);
	mailbox_free(f->box);
	if (f->folder >= 0)
		close(f->folder);
	free(f);
}
