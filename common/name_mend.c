// SPDX-License-Identifier: MIT
#include "common/name_mend.h"

#include "common/nfc.h"

#define CALLED_MAX 255 // inside: bytes of what is looked at
#define CODES_MAX (CALLED_MAX * 4)
#define DIAERESIS 0x308

struct mended {
	char *at;
	size_t len;
	bool has_gap; // something was left out behind what is there
};

static bool is_mark(int32_t code)
{
	return code >= 0x300 && code <= 0x36f;
}

static bool is_kept(int32_t code)
{
	return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') || code == '_';
}

static void add_char(struct mended *m, char c)
{
	if (m->len < ACCOUNT_NAME_MAX)
		m->at[m->len++] = c;
}

static void add(struct mended *m, const char *letters)
{
	if (m->has_gap && m->len)
		add_char(m, '-');
	m->has_gap = false;
	if (!m->len && letters[0] >= '0' && letters[0] <= '9')
		add_char(m, '_');
	for (; *letters; letters++)
		add_char(m, *letters);
}

static void add_code(struct mended *m, int32_t code, int32_t next)
{
	char letters[3] = {0};

	if (is_mark(code))
		return;
	if (code == 0xe6 || code == 0x153) { // æ, œ
		add(m, code == 0xe6 ? "ae" : "oe");
	} else if (is_kept(code)) {
		letters[0] = (char)code;
		if (next == DIAERESIS && strchr("aou", code))
			letters[1] = 'e';
		add(m, letters);
	} else {
		m->has_gap = true;
	}
}

size_t name_mend(struct span called, char out[static ACCOUNT_NAME_MAX + 1])
{
	int32_t codes[CODES_MAX];
	struct mended m = {.at = out};
	struct span local = called;
	size_t n;

	local.len = span_find(called, '@');
	n = name_is_account(called) || local.len > CALLED_MAX
		    ? 0
		    : nfkd(local, true, codes, CODES_MAX);
	for (size_t i = 0; n != SIZE_MAX && i < n; i++)
		add_code(&m, codes[i], i + 1 < n ? codes[i + 1] : 0);
	while (m.len && out[m.len - 1] == '-')
		m.len--;
	if (name_is_account(called)) {
		memcpy(out, called.at, called.len);
		m.len = called.len;
	}
	out[m.len] = '\0';
	return m.len;
}
