// SPDX-License-Identifier: MIT
#include "server/import/bunt.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/utf8.h"

#include <stdlib.h>

struct bunt_command {
	struct span words[BUNT_WORDS_MAX];
	size_t n;
};

enum bunt_step {
	BUNT_TAKEN,
	BUNT_CUT,   // the file ends within
	BUNT_WRONG, // it is not such a thing
};

// "*3\r\n", with the mark '*'.
static enum bunt_step take_count(struct span *rest, char mark, uint64_t *count)
{
	size_t end = span_find(*rest, '\n');
	struct span line = span_from(rest->at, end);

	if (end == rest->len)
		return BUNT_CUT;
	if (line.len < 3 || line.at[0] != mark || line.at[line.len - 1] != '\r' ||
	    !span_to_u64(span_from(line.at + 1, line.len - 2), count))
		return BUNT_WRONG;
	*rest = span_after(*rest, end + 1);
	return BUNT_TAKEN;
}

static enum bunt_step take_word(struct span *rest, struct span *word)
{
	uint64_t len;
	enum bunt_step step = take_count(rest, '$', &len);

	if (step != BUNT_TAKEN)
		return step;
	if (rest->len < 2 || len > rest->len - 2)
		return BUNT_CUT;
	if (rest->at[len] != '\r' || rest->at[len + 1] != '\n')
		return BUNT_WRONG;
	*word = span_from(rest->at, (size_t)len);
	*rest = span_after(*rest, (size_t)len + 2);
	return BUNT_TAKEN;
}

static enum bunt_step take_command(struct span *rest, struct bunt_command *c)
{
	uint64_t n;
	enum bunt_step step = take_count(rest, '*', &n);

	if (step == BUNT_TAKEN && (!n || n > BUNT_WORDS_MAX))
		step = BUNT_WRONG;
	c->n = 0;
	while (step == BUNT_TAKEN && c->n < n)
		step = take_word(rest, &c->words[c->n++]);
	return step;
}

static bool set_key(json_t *all, struct span key, struct span value)
{
	char *name = span_dup(key);
	bool is_fine = utf8_is_valid(key) && utf8_is_valid(value) && strlen(name) == key.len &&
		       json_object_set_new(all, name, json_stringn(value.at, value.len)) == 0;

	free(name);
	return is_fine;
}

static bool run(json_t *all, const struct bunt_command *c)
{
	if (c->n >= 3 && span_eq_fold(c->words[0], SPAN("set")))
		return set_key(all, c->words[1], c->words[2]);
	if (c->n == 2 && span_eq_fold(c->words[0], SPAN("del"))) {
		char *name = span_dup(c->words[1]);

		json_object_del(all, name);
		free(name);
		return true;
	}
	if (c->n == 1 && span_eq_fold(c->words[0], SPAN("flushdb")))
		return json_object_clear(all) == 0;
	return false;
}

json_t *bunt_read(struct span file, char **error)
{
	json_t *all = json_object();
	struct span rest = file;
	struct buf words = {0};

	while (rest.len) {
		struct span before = rest;
		struct bunt_command c;
		enum bunt_step step = take_command(&rest, &c);

		if (step == BUNT_CUT)
			break;
		if (step == BUNT_TAKEN && run(all, &c))
			continue;
		buf_printf(&words, "it is no database of Ergo's, or damaged at byte %zu",
			   file.len - before.len);
		*error = buf_take(&words);
		json_decref(all);
		return NULL;
	}
	return all;
}
