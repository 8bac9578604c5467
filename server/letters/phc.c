// SPDX-License-Identifier: MIT
#include "server/letters/phc.h"

#include "common/buf.h"
#include "common/encode.h"
#include "server/letters/limits.h"

#include <string.h>

// "m=65536" with the name "m=". What is over `max` is taken as max + 1.
static bool parse_number(struct span text, struct span name, int64_t max, int64_t *number)
{
	uint64_t value;

	if (!span_starts(text, name) || !span_to_u64(span_after(text, name.len), &value))
		return false;
	*number = value > (uint64_t)max ? max + 1 : (int64_t)value;
	return value >= 1;
}

// Unpadded base64 into at most PHC_HASH_MAX bytes.
static bool parse_bytes(struct span text, uint8_t *out, size_t *len)
{
	struct buf padded = {0}, bytes = {0};

	buf_add_span(&padded, text);
	while (padded.len % 4)
		buf_add_char(&padded, '=');
	bool fine = span_find(text, '=') == text.len && decode_b64(&bytes, buf_span(&padded)) &&
		    bytes.len >= 8 && bytes.len <= PHC_HASH_MAX;
	if (fine) {
		memcpy(out, bytes.at, bytes.len);
		*len = bytes.len;
	}
	buf_clear(&padded);
	buf_clear(&bytes);
	return fine;
}

static bool parse(struct span text, struct phc *p)
{
	struct span rest = text;

	*p = (struct phc){0};
	if (span_cut(&rest, '$').len || !span_eq(span_cut(&rest, '$'), SPAN("argon2id")) ||
	    !span_eq(span_cut(&rest, '$'), SPAN("v=19")))
		return false;
	struct span costs = span_cut(&rest, '$');
	if (!parse_number(span_cut(&costs, ','), SPAN("m="), ARGON2_MEMORY_MAX / 1024,
			  &p->memory) ||
	    !parse_number(span_cut(&costs, ','), SPAN("t="), ARGON2_PASSES_MAX, &p->passes) ||
	    !parse_number(costs, SPAN("p="), ARGON2_LANES_MAX, &p->lanes))
		return false;
	p->memory *= 1024;
	return parse_bytes(span_cut(&rest, '$'), p->salt, &p->salt_len) &&
	       parse_bytes(rest, p->hash, &p->hash_len);
}

enum phc_result phc_parse(struct span text, struct phc *p)
{
	if (!parse(text, p))
		return PHC_NONE;
	return p->memory > ARGON2_MEMORY_MAX || p->passes > ARGON2_PASSES_MAX ||
			       p->lanes > ARGON2_LANES_MAX
		       ? PHC_TOO_DEAR
		       : PHC_OK;
}

static void add_bytes(struct buf *out, const uint8_t *bytes, size_t len)
{
	encode_b64(out, bytes, len);
	while (out->len && out->at[out->len - 1] == '=')
		out->len--;
}

bool phc_format(const struct phc *p, char *out, size_t size)
{
	struct buf text = {0};

	buf_printf(&text, "$argon2id$v=19$m=%lld,t=%lld,p=%lld$", (long long)(p->memory / 1024),
		   (long long)p->passes, (long long)p->lanes);
	add_bytes(&text, p->salt, p->salt_len);
	buf_add_char(&text, '$');
	add_bytes(&text, p->hash, p->hash_len);
	bool fits = text.len < size;
	if (fits)
		memcpy(out, buf_str(&text), text.len + 1);
	buf_clear(&text);
	return fits;
}
