// SPDX-License-Identifier: MIT
#include "client/net/sasl_lines.h"

#include "common/encode.h"
#include "common/wipe.h"

#include <stdio.h>

#define HEARD_MAX 98304 // bytes of base64: what is longer is no challenge

void sasl_send(struct span coded, sasl_line_fn *send, void *arg)
{
	char line[SASL_CHUNK + 20];
	bool is_full = true;

	while (is_full) {
		struct span chunk = {coded.at, coded.len < SASL_CHUNK ? coded.len : SASL_CHUNK};
		is_full = chunk.len == SASL_CHUNK;
		int len = snprintf(line, sizeof(line), "AUTHENTICATE " SPAN_FMT,
				   SPAN_ARG(chunk.len ? chunk : SPAN("+")));
		send(arg, span_from(line, (size_t)len), true);
		coded = span_after(coded, chunk.len);
	}
	wipe_bytes(line, sizeof(line));
}

void sasl_send_bytes(struct span bytes, sasl_line_fn *send, void *arg)
{
	struct buf text = {0};

	// Once for all: growing would leave copies behind.
	(void)buf_space(&text, bytes.len * 4 / 3 + 8);
	encode_b64(&text, bytes.at, bytes.len);
	sasl_send(buf_span(&text), send, arg);
	wipe_away(&text);
}

bool sasl_hear(struct buf *coded, struct span words)
{
	if (!span_eq(words, SPAN("+")) && coded->len + words.len <= HEARD_MAX)
		buf_add_span(coded, words);
	return words.len != SASL_CHUNK;
}
