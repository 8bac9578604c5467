// SPDX-License-Identifier: MIT
#include "client/model/modes.h"
#include "common/spoken.h"

static const struct {
	char letter;
	const char *words;
} rows[] = {
#define MODE(letter, words) {letter, words},
#include "client/model/modes.def"
#undef MODE
};

// The parameter of a letter: those that take one have theirs in the order of the letters.
static struct span parameter(const struct server_facts *facts, struct span modes, char letter)
{
	struct span letters = span_cut(&modes, ' ');

	for (size_t i = 0; i < letters.len; i++) {
		char c = letters.at[i];
		bool takes = strchr(facts->key_modes, c) || strchr(facts->set_modes, c);

		if (c == letter)
			return takes ? span_cut(&modes, ' ') : SPAN("");
		if (takes)
			(void)span_cut(&modes, ' ');
	}
	return SPAN("");
}

static void add_words(struct buf *out, const char *words, struct span with)
{
	if (out->len)
		buf_add_str(out, ", ");
	for (; *words; words++) {
		if (*words == '$')
			buf_add_span(out, with.len ? with : span_of(spoken("some")));
		else
			buf_add_char(out, *words);
	}
}

void modes_say(const struct server_facts *facts, struct span modes, struct buf *out)
{
	struct span rest = modes, letters = span_cut(&rest, ' ');

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_find(letters, rows[i].letter) < letters.len)
			add_words(out, spoken(rows[i].words),
				  parameter(facts, modes, rows[i].letter));
	}
}

bool modes_hold(const struct target *t, char letter)
{
	struct span rest = span_of(t->modes), letters = span_cut(&rest, ' ');

	return span_find(letters, letter) < letters.len;
}

bool target_is_private(const struct target *t)
{
	return t->kind == TARGET_ROOM && !t->people[0] && modes_hold(t, 'i');
}
