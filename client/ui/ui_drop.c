// SPDX-License-Identifier: MIT
// A file that is dropped on the terminal comes as a paste of its path: whether it is meant to
// be sent is asked.
#include "client/text/path_word.h"
#include "client/model/line_file.h"
#include "client/ui/ui_private.h"

#include <stdlib.h>
#include <sys/stat.h>

// The whole text is the path of a file that is here.
static bool find_file(struct span text, struct buf *path, uint64_t *size)
{
	struct stat st;
	const char *home = getenv("HOME");
	struct buf word = {0};
	bool is_path = path_word(&text, &word) && !text.len && word.at[0] == '/';

	if (!is_path && word.len > 1 && word.at[0] == '~' && word.at[1] == '/' && home &&
	    !text.len) {
		buf_add_str(path, home);
		buf_add_span(path, span_after(buf_span(&word), 1));
	} else if (is_path) {
		buf_add_span(path, buf_span(&word));
	}
	buf_clear(&word);
	if (!path->len || stat(buf_str(path), &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	*size = (uint64_t)st.st_size;
	return true;
}

bool ui_drop(struct ui *u, struct span text)
{
	struct buf path = {0}, words = {0};
	uint64_t size = 0;
	bool is_place = u->line == &u->edit && !edit_text(&u->edit).len && u->intents->upload &&
			u->m->facts.filehost[0] && u->m->current->kind != TARGET_SERVER;
	bool is_file = is_place && !u->reply_to && find_file(text, &path, &size);

	if (is_file) {
		free(u->dropped);
		u->dropped = span_dup(text);
		const char *name = strrchr(buf_str(&path), '/') + 1;
		buf_printf(&words, "send this file, %s (", name);
		file_size_add(&words, size);
		buf_printf(&words, "), to %s?", u->m->current->name);
		model_ask(u->m, QUESTION_DROP, buf_span(&words), "yn");
	}
	buf_clear(&path);
	buf_clear(&words);
	return is_file;
}

void ui_drop_answer(struct ui *u, bool is_yes)
{
	char *text = u->dropped;

	u->dropped = NULL;
	if (text && is_yes)
		u->intents->upload(u->intents->arg, u->m->current, span_of(text));
	else if (text)
		edit_insert(&u->edit, span_of(text));
	free(text);
	ui_changed(u);
}
