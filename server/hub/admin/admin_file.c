// SPDX-License-Identifier: MIT
// file list|delete.
#include "server/hub/admin/admin_history.h"
#include "server/hub/admin/admin_room.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/rooms/room.h"

static void add_place(struct verb_call *c, const struct shared_file *f)
{
	if (!f->stream)
		verb_text(c, SPAN(""));
	else if (f->stream->room)
		verb_text(c, span_of(f->stream->room->name));
	else
		verb_text(c, SPAN("conversation"));
}

static void add_row(struct verb_call *c, const struct shared_file *f)
{
	char id[FILE_ID_TEXT + 1];

	file_id_text(&f->id, id);
	verb_text(c, span_from(id, FILE_ID_TEXT));
	verb_text(c, span_of(f->name));
	verb_text(c, span_of(f->type));
	verb_number(c, f->size);
	verb_text(c, span_of(f->account->name));
	add_place(c, f);
	verb_bool(c, f->message != 0);
	verb_time(c, f->created_ms);
}

void verb_file_list(struct verb_call *c)
{
	static const char *const columns[] = {"file", "name", "type", "bytes",
					      "by",   "room", "said", "sent"};
	struct span by = verb_value(c, "--account");
	const struct account *a = NULL;
	const struct shared_file *f;
	struct room *room;
	size_t cursor = 0;

	if (!verb_room_flag(c, &room))
		return;
	if (by.at && (a = verb_account(c, by)) == NULL)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	while ((f = map_next(&c->hub->files.by_id, &cursor)) != NULL) {
		if ((!room || (f->stream && f->stream->room == room)) &&
		    (!a || f->account == a))
			add_row(c, f);
	}
	verb_end(c, ADMIN_DONE, "%zu files", c->answer->n_rows);
}

// Which is named in the log by its number alone: its name may say much.
void verb_file_delete(struct verb_call *c)
{
	struct span word = verb_word(c, 0);
	struct shared_file *f = NULL;
	struct file_id id;

	if (file_id_parse(word, &id))
		f = shared_file_find(c->hub, &id);
	if (!f) {
		verb_end(c, ADMIN_NOT_FOUND, "there is no such file: file list shows them");
		return;
	}
	if (!verb_may_write(c))
		return;
	verb_audit(c, word);
	verb_end(c, ADMIN_DONE, "removed a file of %s: what named it stays", f->account->name);
	shared_file_delete(f);
}
