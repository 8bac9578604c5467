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
