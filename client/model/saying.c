// SPDX-License-Identifier: MIT
#include "client/model/saying.h"

#include "common/numerics.h"
#include "common/spoken.h"

struct sentence {
	uint64_t number;
	const char *words;
	bool has_own; // the server's words go before, where they say more
};

static const struct sentence sayings[] = {
#define SAYING(number, sentence) {number, sentence, false},
#define OR_OWN(number, sentence) {number, sentence, true},
#include "client/model/sayings.def"
#undef SAYING
#undef OR_OWN
};

static struct span words_of(const struct msg *m)
{
	return m->n_params ? msg_param(m, m->n_params - 1) : SPAN("");
}

// How many parameters it has besides our name and the words.
static size_t n_named(const struct msg *m)
{
	return m->n_params > 2 ? m->n_params - 2 : 0;
}

static const struct sentence *find(const struct msg *m)
{
	uint64_t number;

	if (m->command.len != 3 || !span_to_u64(m->command, &number))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(sayings); i++) {
		const char *sentence = sayings[i].words;
		if (sayings[i].number != number)
			continue;
		size_t needs = strstr(sentence, "%2") ? 2 : strstr(sentence, "%1") ? 1 : 0;
		return n_named(m) >= needs ? &sayings[i] : NULL;
	}
	return NULL;
}

bool saying_is_refusal(const struct msg *m)
{
	char first = m->command.at[0];

	return first == '4' || first == '5' || span_eq_fold(m->command, SPAN("FAIL"));
}

bool saying_has(const struct msg *m)
{
	return find(m) != NULL;
}

// What the server says besides what every server does.
static struct span own_words(const struct msg *m, uint64_t number)
{
	struct span words = words_of(m), usual = span_of(numeric_text((enum numeric)number));

	if (!usual.len || !span_starts(words, usual))
		return words;
	words = span_after(words, usual.len);
	return span_starts(words, SPAN(": ")) ? span_after(words, 2) : SPAN("");
}

static void fill_in(struct buf *out, const struct msg *m, const char *sentence)
{
	for (const char *at = sentence; *at; at++) {
		if (*at == '%')
			buf_add_span(out, msg_param(m, *++at == '1' ? 1 : 2));
		else
			buf_add_char(out, *at);
	}
}

void saying_add(struct buf *out, const struct msg *m)
{
	const struct sentence *s = find(m);
	struct span own = s && s->has_own ? own_words(m, s->number) : SPAN("");

	if (!s)
		buf_add_span(out, words_of(m));
	else if (own.len)
		buf_add_span(out, own);
	else
		fill_in(out, m, spoken(s->words));
}
