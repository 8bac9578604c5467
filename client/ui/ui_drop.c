// SPDX-License-Identifier: MIT
// A file that is dropped on the terminal comes as a paste of its path, quoted as terminals do,
// or as it is: whether it is meant to be sent is asked.
#include "client/model/line_file.h"
#include "client/text/path_word.h"
#include "client/ui/ui_private.h"

#include <stdlib.h>
#include <sys/stat.h>

// A path from the root, or from home, to a file that is here.
static bool is_file(struct span typed, struct buf *path, uint64_t *size)
{
	struct stat st;
	const char *home = getenv("HOME");
	bool is_home = span_starts(typed, SPAN("~/")) && home;

	buf_reset(path);
	if (is_home)
		buf_add_str(path, home);
	buf_add_span(path, span_after(typed, is_home));
	if (!path->len || path->at[0] != '/' || memchr(path->at, '\n', path->len) ||
	    stat(buf_str(path), &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	*size = (uint64_t)st.st_size;
	return true;
}

// The whole text is such a path.
static bool find_file(struct span text, struct buf *path, uint64_t *size)
{
	struct buf word = {0};
	struct span rest = text;
	bool is_word = path_word(&rest, &word) && !rest.len;
	bool is_here =
		(is_word && is_file(buf_span(&word), path, size)) || is_file(text, path, size);

	buf_clear(&word);
	return is_here;
}

bool ui_drop(struct ui *u, struct span text)
{
	struct buf path = {0}, words = {0};
	uint64_t size = 0;
	bool is_place = u->line == &u->edit && !edit_text(&u->edit).len && !u->reply_to &&
			u->intents->upload && u->m->facts.filehost[0] &&
			u->m->current->kind != TARGET_SERVER;
	bool is_here = is_place && find_file(text, &path, &size);

	if (is_here) {
		free(u->dropped);
		u->dropped = span_dup(text);
		buf_printf(&words, "send this file, %s (", strrchr(buf_str(&path), '/') + 1);
		file_size_add(&words, size);
		buf_printf(&words, "), to %s?", u->m->current->name);
		model_ask(u->m, QUESTION_DROP, buf_span(&words), "yn");
	}
	buf_clear(&path);
	buf_clear(&words);
	return is_here;
}

// As path_word() reads it back.
static void add_quoted(struct buf *out, struct span path)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < path.len; i++) {
		if (path.at[i] == '"' || path.at[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, path.at[i]);
	}
	buf_add_char(out, '"');
}

static void send_dropped(struct ui *u, struct span text)
{
	struct buf path = {0}, quoted = {0};
	uint64_t size;

	if (find_file(text, &path, &size)) {
		add_quoted(&quoted, buf_span(&path));
		u->intents->upload(u->intents->arg, u->m->current, buf_span(&quoted));
	} else {
		ui_sayf(u, "that file is gone");
	}
	buf_clear(&path);
	buf_clear(&quoted);
}

void ui_drop_answer(struct ui *u, bool is_yes)
{
	char *text = u->dropped;

	u->dropped = NULL;
	if (text && is_yes)
		send_dropped(u, span_of(text));
	else if (text)
		edit_insert(&u->edit, span_of(text));
	free(text);
	ui_changed(u);
}
