// SPDX-License-Identifier: MIT
// The line that is typed, and where its cursor stands.
#pragma once

#include "client/ui/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static inline int set_up(void **state)
{
	static struct edit e;
	edit_init(&e);
	*state = &e;
	return 0;
}

static inline int tear_down(void **state)
{
	edit_clear(*state);
	return 0;
}

// The text with '|' where the cursor stands.
static inline void expect(struct edit *e, const char *with_cursor)
{
	struct buf out = {0};
	struct span text = edit_text(e);
	buf_add(&out, text.at ? text.at : "", e->cursor);
	buf_add_char(&out, '|');
	buf_add_span(&out, span_after(text, e->cursor));
	assert_string_equal(buf_str(&out), with_cursor);
	buf_clear(&out);
}
