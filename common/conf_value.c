// SPDX-License-Identifier: MIT
#include "common/conf_value.h"

#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>

struct unit {
	const char *name;
	int64_t size;
};

static const struct unit sizes[] = {
	{"GiB", INT64_C(1) << 30},
	{"MiB", INT64_C(1) << 20},
	{"KiB", INT64_C(1) << 10},
	{"", 1},
};
static const struct unit durations[] = {
	{"w", 604800000}, {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000},
};

static void *field(const struct conf_row *row, void *out)
{
	return (char *)out + row->offset;
}

static bool parse_number(struct span text, int64_t *n)
{
	bool is_negative = text.len > 1 && text.at[0] == '-';
	uint64_t u;

	if (!span_to_u64(span_after(text, is_negative), &u) || u > INT64_MAX)
		return false;
	*n = is_negative ? -(int64_t)u : (int64_t)u;
	return true;
}

static bool parse_size(struct span text, int64_t *bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct span unit = span_of(sizes[i].name);
		uint64_t n;

		if (text.len <= unit.len ||
		    !span_eq(span_after(text, text.len - unit.len), unit))
			continue;
		if (!span_to_u64(span_from(text.at, text.len - unit.len), &n) ||
		    n > (uint64_t)(INT64_MAX / sizes[i].size))
			return false;
		*bytes = (int64_t)n * sizes[i].size;
		return true;
	}
	return false;
}

static bool parse_bool(struct span text, bool *value)
{
	static const char *const words[] = {"no", "yes", "off", "on", "false", "true"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!span_eq(text, span_of(words[i])))
			continue;
		*value = i % 2;
		return true;
	}
	return false;
}

static bool parse_choice(const char *choices, struct span text, int *index)
{
	struct span rest = span_of(choices);

	for (*index = 0; rest.len; (*index)++) {
		if (span_eq(span_cut(&rest, '|'), text))
			return true;
	}
	return false;
}

// In the largest unit that divides it, as one would write it.
static void add_with_unit(struct buf *out, int64_t n, const struct unit *units, size_t count)
{
	for (size_t i = 0; n && i < count; i++) {
		if (n % units[i].size)
			continue;
		buf_add_i64(out, n / units[i].size);
		buf_add_str(out, units[i].name);
		return;
	}
	buf_add_i64(out, n);
}

static void add_bound(struct buf *out, enum conf_type type, int64_t n)
{
	if (type == CONF_SIZE)
		add_with_unit(out, n, sizes, ARRAY_LEN(sizes));
	else if (type == CONF_DURATION)
		add_with_unit(out, n, durations, ARRAY_LEN(durations));
	else
		buf_add_i64(out, n);
}

static bool check_bounds(const struct conf_row *row, int64_t n, struct buf *why)
{
	if ((!row->min && !row->max) || (n >= row->min && n <= row->max))
		return true;
	buf_add_str(why, "must be from ");
	add_bound(why, row->type, row->min);
	buf_add_str(why, " to ");
	add_bound(why, row->type, row->max);
	return false;
}

static bool set_number(const struct conf_row *row, void *out, struct span text, struct buf *why)
{
	int64_t *to = field(row, out), n;
	const char *want;
	bool is_number;

	if (row->type == CONF_SIZE) {
		is_number = parse_size(text, &n);
		want = "must be a size such as 512, 64KiB, 4MiB or 1GiB";
	} else if (row->type == CONF_DURATION) {
		is_number = clock_parse_span(text, &n);
		want = "must be a time such as 30s, 15m, 12h or 7d";
	} else {
		is_number = parse_number(text, &n);
		want = "must be a whole number";
	}
	if (!is_number) {
		buf_add_str(why, want);
		return false;
	}
	if (!check_bounds(row, n, why))
		return false;
	*to = n;
	return true;
}

static bool set_bool(const struct conf_row *row, void *out, struct span text, struct buf *why)
{
	bool *to = field(row, out);

	if (parse_bool(text, to))
		return true;
	buf_add_str(why, "must be yes or no");
	return false;
}

static bool set_choice(const struct conf_row *row, void *out, struct span text, struct buf *why)
{
	struct span rest = span_of(row->choices);
	int *to = field(row, out), index;

	if (parse_choice(row->choices, text, &index)) {
		*to = index;
		return true;
	}
	buf_add_str(why, "must be one of:");
	while (rest.len) {
		buf_add_char(why, ' ');
		buf_add_span(why, span_cut(&rest, '|'));
	}
	return false;
}

static void set_text(const struct conf_row *row, void *out, struct span text)
{
	char **to = field(row, out);

	free(*to);
	*to = span_dup(text);
}

static void add_item(const struct conf_row *row, void *out, struct span text)
{
	struct conf_list *list = field(row, out);

	list->items = xreallocarray(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = span_dup(text);
}

bool conf_set(const struct conf_row *row, void *out, struct span text, struct buf *why)
{
	switch (row->type) {
	case CONF_TEXT:
		if (row->check && !row->check(text, why))
			return false;
		set_text(row, out, text);
		return true;
	case CONF_LIST:
		if (!text.len) {
			buf_add_str(why, "must not be empty: leave the line out");
			return false;
		}
		add_item(row, out, text);
		return true;
	case CONF_NUMBER:
	case CONF_SIZE:
	case CONF_DURATION:
		return set_number(row, out, text, why);
	case CONF_BOOL:
		return set_bool(row, out, text, why);
	case CONF_CHOICE:
		return set_choice(row, out, text, why);
	}
	return false;
}

void conf_unset(const struct conf_row *row, void *out)
{
	struct conf_list *list = field(row, out);
	char **text = field(row, out);

	if (row->type == CONF_TEXT) {
		free(*text);
		*text = NULL;
	} else if (row->type == CONF_LIST) {
		for (size_t i = 0; i < list->count; i++)
			free(list->items[i]);
		free(list->items);
		*list = (struct conf_list){0};
	}
}
