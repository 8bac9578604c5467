// SPDX-License-Identifier: MIT
#include "server/letters/file_id.h"

#include "common/encode.h"

#include <string.h>

void file_id_text(const struct file_id *id, char out[static FILE_ID_TEXT + 1])
{
	struct buf text = {0};

	encode_b64url(&text, id->bytes, FILE_ID_LEN);
	memcpy(out, buf_str(&text), FILE_ID_TEXT + 1);
	buf_clear(&text);
}

bool file_id_is_word(const struct file_id *id)
{
	char text[FILE_ID_TEXT + 1];

	file_id_text(id, text);
	return text[0] != '-';
}

bool file_id_parse(struct span text, struct file_id *id)
{
	struct buf bytes = {0};
	bool is_id = text.len == FILE_ID_TEXT && decode_b64url(&bytes, text) &&
		     bytes.len == FILE_ID_LEN;

	if (is_id)
		memcpy(id->bytes, bytes.at, FILE_ID_LEN);
	buf_clear(&bytes);
	return is_id;
}

bool file_id_eq(const struct file_id *a, const struct file_id *b)
{
	return memcmp(a->bytes, b->bytes, FILE_ID_LEN) == 0;
}
