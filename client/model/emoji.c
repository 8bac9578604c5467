// SPDX-License-Identifier: MIT
#include "client/model/emoji.h"

const struct emoji *emoji_list(size_t *count)
{
	static const struct emoji list[] = {
#define ROW(text, names) {text, names},
#include "client/model/emoji.def"
#undef ROW
	};
	*count = ARRAY_LEN(list);
	return list;
}

bool emoji_is_called(const struct emoji *e, struct span part)
{
	struct span rest = span_of(e->names);
	while (rest.len) {
		if (span_starts_fold(span_cut(&rest, ' '), part))
			return true;
	}
	return false;
}

struct span emoji_named(struct span text)
{
	size_t count;
	const struct emoji *list = emoji_list(&count);
	struct span name = text;
	if (name.len > 2 && name.at[0] == ':' && name.at[name.len - 1] == ':')
		name = span_from(name.at + 1, name.len - 2);
	for (size_t i = 0; i < count; i++) {
		struct span names = span_of(list[i].names);
		while (names.len) {
			if (span_eq_fold(span_cut(&names, ' '), name))
				return span_of(list[i].text);
		}
	}
	return text;
}
