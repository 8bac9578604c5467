// SPDX-License-Identifier: MIT
// Punycode as of RFC 3492, whose names the constants have. RFC 5892 is kept by what Unicode
// says of a character: letters, marks and digits that are no other form of something else
// stand; the few exceptions of its rules for signs (CONTEXTO, CONTEXTJ) are refused.
#include "common/idn.h"

#include "common/nfc.h"
#include "common/utf8.h"

#include <stdint.h>

#include <utf8proc.h>

#define LABEL_MAX 63

static uint32_t adapt(uint32_t delta, uint32_t n_points, bool is_first)
{
	uint32_t k = 0;
	delta = is_first ? delta / 700 : delta / 2;
	delta += delta / n_points;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static void add_number(struct buf *out, uint32_t q, uint32_t bias)
{
	for (uint32_t k = 36;; k += 36) {
		uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
		uint32_t digit = q < t ? q : t + (q - t) % (36 - t);
		buf_add_char(out, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
		if (q < t)
			return;
		q = (q - t) / (36 - t);
	}
}

static uint32_t next_code(const uint32_t *codes, size_t count, uint32_t from)
{
	uint32_t least = UINT32_MAX;
	for (size_t i = 0; i < count; i++) {
		if (codes[i] >= from && codes[i] < least)
			least = codes[i];
	}
	return least;
}

static void add_encoded(struct buf *out, const uint32_t *codes, size_t count, size_t n_basic)
{
	uint32_t n = 128, delta = 0, bias = 72;
	for (size_t done = n_basic; done < count; delta++, n++) {
		uint32_t next = next_code(codes, count, n);
		delta += (next - n) * (uint32_t)(done + 1);
		n = next;
		for (size_t i = 0; i < count; i++) {
			delta += codes[i] < n;
			if (codes[i] != n)
				continue;
			add_number(out, delta, bias);
			bias = adapt(delta, (uint32_t)done + 1, done == n_basic);
			delta = 0;
			done++;
		}
	}
}

void idn_add_label(struct buf *out, struct span label)
{
	uint32_t codes[LABEL_MAX];
	size_t count = 0, n_basic = 0, at = 0, start = out->len;
	buf_add_str(out, "xn--");
	while (at < label.len && count < LABEL_MAX) {
		uint32_t code = utf8_next(label, &at);
		code = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
		codes[count++] = code;
		if (code >= 128)
			continue;
		buf_add_char(out, (char)code);
		n_basic++;
	}
	if (n_basic == count) {
		out->len = start;
		buf_add_span(out, label);
		return;
	}
	if (n_basic)
		buf_add_char(out, '-');
	add_encoded(out, codes, count, n_basic);
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] >= 128)
			return false;
	}
	return true;
}

static bool is_mark(utf8proc_category_t category)
{
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

static bool may_stand(uint32_t code, bool is_first)
{
	int32_t small = utf8proc_tolower((utf8proc_int32_t)code);
	utf8proc_category_t category = utf8proc_category(small);

	if (code < 128)
		return code == '-' || category == UTF8PROC_CATEGORY_LL ||
		       category == UTF8PROC_CATEGORY_ND;
	if (utf8proc_get_property(small)->decomp_type != 0)
		return false;
	return category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LO ||
	       category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_ND ||
	       (!is_first && is_mark(category));
}

static bool is_label(struct span label)
{
	size_t count = 0;

	for (size_t at = 0; at < label.len; count++) {
		bool is_first = at == 0;
		if (!may_stand(utf8_next(label, &at), is_first))
			return false;
	}
	return count > 0 && count <= LABEL_MAX && label.at[0] != '-';
}

// One form of each letter, so that a name is the same however it was typed.
static bool add_other(struct buf *out, struct span label)
{
	char composed[4 * LABEL_MAX + 1];
	size_t from = out->len, len = nfc(label, composed, sizeof(composed) - 1);

	if (len == SIZE_MAX || !is_label(span_from(composed, len)))
		return false;
	idn_add_label(out, span_from(composed, len));
	return out->len - from <= LABEL_MAX;
}

bool idn_add_host(struct buf *out, struct span host)
{
	size_t from = out->len;

	if (is_ascii(host)) {
		buf_add_span(out, host);
		return true;
	}
	while (host.len) {
		struct span label = span_cut(&host, '.');
		if (is_ascii(label)) {
			buf_add_span(out, label);
		} else if (!add_other(out, label)) {
			out->len = from;
			return false;
		}
		if (host.len)
			buf_add_char(out, '.');
	}
	return true;
}
