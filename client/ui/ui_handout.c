// SPDX-License-Identifier: MIT
// The keys while a link to be handed on is shown: y copies it, Esc (Enter, q, C-c) ends that;
// all others wait, so that no key that was on its way takes it off the screen.
#include "client/ui/ui_private.h"

#include "common/clock.h"

void ui_on_hand_out(void *arg, struct span words, struct span link)
{
	struct ui *u = arg;

	if (link.len)
		handout_set(&u->view.handout, words, link);
	else
		handout_clear(&u->view.handout);
	ui_changed(u);
}

// Somebody came by the link: it is used up, and the question has to be seen.
void ui_on_question(void *arg)
{
	struct ui *u = arg;

	int64_t now = clock_mono_ms();

	if (u->m->question.id == QUESTION_LET_IN)
		handout_clear(&u->view.handout);
	u->surprised_at = now - u->key_at < SURPRISE_MS ? now : 0;
	ui_changed(u);
}

static bool is_rune(struct keypress key, unsigned mods, uint32_t rune)
{
	return key.code == KEY_RUNE && key.mods == mods && key.rune == rune;
}

bool ui_handout_takes(struct ui *u, struct keypress key)
{
	struct handout *h = &u->view.handout;

	if (!h->link)
		return false;
	if (is_rune(key, 0, 'y'))
		ui_sayf(u, "%s", ui_copy(u, span_of(h->link)));
	else if (key.code == KEY_ESC || key.code == KEY_ENTER || is_rune(key, 0, 'q') ||
		 is_rune(key, KEY_CTRL, 'c'))
		handout_clear(h);
	return true;
}
