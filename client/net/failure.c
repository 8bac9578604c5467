// SPDX-License-Identifier: MIT
#include "client/net/failure.h"

static const struct failure_row {
	const char *what, *advice;
	bool retries;
} rows[] = {
#define FAILURE(name, retries_, what_, advice_)                                                \
	{.what = what_, .advice = advice_, .retries = retries_},
#include "client/net/failure.def"
#undef FAILURE
};

bool failure_retries(enum failure f)
{
	return rows[f].retries;
}

static void fill_in(struct buf *out, const char *words, struct span host, struct span detail)
{
	for (const char *at = words; *at; at++) {
		if (*at != '%') {
			buf_add_char(out, *at);
			continue;
		}
		at++;
		if (*at == 'h') {
			buf_add_span(out, host);
		} else if (detail.len) {
			buf_add_str(out, ": ");
			buf_add_span(out, detail);
		}
	}
}

void failure_what(struct buf *out, enum failure f, struct span host, struct span detail)
{
	fill_in(out, rows[f].what, host, detail);
}

void failure_advice(struct buf *out, enum failure f, struct span host)
{
	fill_in(out, rows[f].advice, host, SPAN(""));
}
