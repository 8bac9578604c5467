// SPDX-License-Identifier: MIT
#include "common/at_all.h"

#include <string.h>

static bool is_one_of(char c, const char *set)
{
	return (unsigned char)c <= ' ' || strchr(set, c) != NULL;
}

static enum at_all word_calls(struct span word)
{
	while (word.len > 0 && is_one_of(word.at[0], "([{\"'*"))
		word = span_after(word, 1);
	while (word.len > 0 && is_one_of(word.at[word.len - 1], ".,:;!?)]}\"'*"))
		word.len--;
	for (enum at_all all = AT_ALL_ROOM; all > AT_ALL_NONE; all--) {
		if (span_eq_fold(word, span_of(at_all_word(all))))
			return all;
	}
	return AT_ALL_NONE;
}

static enum at_all line_calls(struct span line)
{
	enum at_all most = AT_ALL_NONE;

	while (line.len > 0) {
		enum at_all all = word_calls(span_cut(&line, ' '));

		if (all > most)
			most = all;
	}
	return most;
}

enum at_all at_all_in(struct span text)
{
	const struct span action = SPAN("\001ACTION ");
	enum at_all most = AT_ALL_NONE;

	if (span_starts(text, SPAN("\001")) && !span_starts(text, action))
		return AT_ALL_NONE;
	while (text.len > 0) {
		enum at_all all = line_calls(span_cut(&text, '\n'));

		if (all > most)
			most = all;
	}
	return most;
}

const char *at_all_word(enum at_all all)
{
	return all == AT_ALL_ROOM ? "@room" : "@here";
}

const char *at_all_tag(enum at_all all)
{
	return at_all_word(all) + 1;
}

enum at_all at_all_of_tag(struct span value)
{
	for (enum at_all all = AT_ALL_ROOM; all > AT_ALL_NONE; all--) {
		if (span_eq(value, span_of(at_all_tag(all))))
			return all;
	}
	return AT_ALL_NONE;
}
