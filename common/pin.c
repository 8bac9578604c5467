// SPDX-License-Identifier: MIT
#include "common/pin.h"

#include "common/encode.h"
#include "common/wipe.h"

bool pin_parse(struct span text, uint8_t pin[static TLS_PIN_LEN])
{
	struct buf bytes = {0};
	bool is_good;

	text = span_trim(text);
	if (span_starts_fold(text, SPAN("sha256:")))
		text = span_after(text, 7);
	while (text.len && text.at[text.len - 1] == '=')
		text.len--;
	if (text.len == 2 * TLS_PIN_LEN)
		is_good = decode_hex(&bytes, text);
	else
		is_good = decode_b64url(&bytes, text);
	if (!is_good && text.len == 43) {
		char padded[45];
		memcpy(padded, text.at, 43);
		padded[43] = '=';
		is_good = decode_b64(&bytes, span_from(padded, 44));
	}
	is_good = is_good && bytes.len == TLS_PIN_LEN;
	if (is_good)
		memcpy(pin, bytes.at, TLS_PIN_LEN);
	buf_clear(&bytes);
	return is_good;
}

void pin_text(const uint8_t pin[static TLS_PIN_LEN], char out[static PIN_TEXT_MAX])
{
	struct buf text = {0};

	buf_add_str(&text, "sha256:");
	encode_b64url(&text, pin, TLS_PIN_LEN);
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	buf_clear(&text);
}

bool pins_have(const struct pins *p, const uint8_t pin[static TLS_PIN_LEN])
{
	for (size_t i = 0; i < p->count; i++) {
		if (wipe_equal(p->at[i], pin, TLS_PIN_LEN))
			return true;
	}
	return false;
}

bool pins_same(const struct pins *a, const struct pins *b)
{
	return a->count == b->count && wipe_equal(a->at, b->at, a->count * TLS_PIN_LEN);
}

bool pins_add(struct pins *p, const uint8_t pin[static TLS_PIN_LEN])
{
	if (pins_have(p, pin))
		return true;
	if (p->count == PINS_MAX)
		return false;
	memcpy(p->at[p->count++], pin, TLS_PIN_LEN);
	return true;
}

void pins_set(struct pins *p, const uint8_t pin[static TLS_PIN_LEN])
{
	memcpy(p->at[0], pin, TLS_PIN_LEN);
	p->count = 1;
}
