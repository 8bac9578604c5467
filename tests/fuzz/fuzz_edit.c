// SPDX-License-Identifier: MIT
// Random acts on the editor: the text stays valid UTF-8, the cursor stays inside it, and
// undoing everything empties it.
#include "client/ui/edit.h"
#include "common/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct edit *e)
{
	struct span text = edit_text(e);
	if (!utf8_is_valid(text) || e->cursor > text.len || text.len > EDIT_MAX)
		abort();
	if (e->cursor < text.len && ((unsigned char)text.at[e->cursor] & 0xc0) == 0x80)
		abort();
}

static void act(struct edit *e, uint8_t what, struct span rest)
{
	static const char *const texts[] = {
		"a", " ", "\n", "é", "👩‍👩‍👧‍👦", "e\xcc\x81", "🇩🇪", "word"};
	enum edit_move move = (enum edit_move)(what % (EDIT_DOWN + 1));
	switch (what >> 4) {
	case 0:
	case 1:
		edit_move(e, move);
		break;
	case 2:
		edit_delete(e, move);
		break;
	case 3:
	case 4:
		edit_kill(e, move);
		break;
	case 5:
		edit_yank(e);
		break;
	case 6:
		edit_yank_pop(e);
		break;
	case 7:
		edit_undo(e);
		break;
	case 8:
		edit_redo(e);
		break;
	case 9:
		edit_transpose(e);
		break;
	case 10:
		edit_insert(e, span_from(rest.at, rest.len < what ? rest.len : what));
		break;
	case 11:
		edit_seek(e, what * 3u);
		break;
	default:
		edit_insert(e, span_of(texts[what & 7]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct edit e;
	edit_init(&e);
	for (size_t i = 0; i < size && i < 150; i++) {
		act(&e, data[i], span_from(data + i, size - i));
		check(&e);
	}
	while (edit_undo(&e))
		check(&e);
	if (edit_text(&e).len)
		abort();
	edit_clear(&e);
	return 0;
}
