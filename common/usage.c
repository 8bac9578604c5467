// SPDX-License-Identifier: MIT
#include "common/usage.h"

#define MANY "..."

struct reading {
	struct usage *u;
	struct span rest; // of the text
};

static bool take(struct span *rest, struct span prefix)
{
	if (!span_starts(*rest, prefix))
		return false;
	*rest = span_after(*rest, prefix.len);
	return true;
}

// To the next blank or bracket.
static struct span take_name(struct span *rest)
{
	struct span name = *rest;
	size_t len = 0;

	while (len < name.len && !strchr(" []", name.at[len]))
		len++;
	*rest = span_after(*rest, len);
	return span_from(name.at, len);
}

static bool is_flag_name(struct span name)
{
	for (size_t i = 2; i < name.len; i++) {
		if ((name.at[i] < 'a' || name.at[i] > 'z') && name.at[i] != '-')
			return false;
	}
	return name.len > 2 && span_starts(name, SPAN("--"));
}

// After "--flag": " VALUE", unless another flag or the end of the bracket comes.
static struct span take_flag_value(struct span *rest)
{
	struct span value = *rest;

	if (!take(&value, SPAN(" ")) || !value.len || strchr("[]-| ", value.at[0]))
		return (struct span){0};
	*rest = value;
	return take_name(rest);
}

const struct usage_flag *usage_flag(const struct usage *u, struct span name)
{
	for (size_t i = 0; i < u->n_flags; i++) {
		if (span_eq(u->flags[i].name, name))
			return &u->flags[i];
	}
	return NULL;
}

static bool read_flag(struct reading *r, bool is_needed, enum usage_tie tie)
{
	struct usage_flag flag = {.is_needed = is_needed, .tie = tie};

	flag.name = take_name(&r->rest);
	flag.value = take_flag_value(&r->rest);
	if (!is_flag_name(flag.name) || usage_flag(r->u, flag.name) ||
	    r->u->n_flags == USAGE_FLAGS_MAX)
		return false;
	r->u->flags[r->u->n_flags++] = flag;
	return true;
}

// A place that must be filled does not stand behind one that need not be.
static bool read_place(struct reading *r, bool is_needed)
{
	struct usage *u = r->u;
	struct span name = take_name(&r->rest);
	bool is_many = name.len > 3 && span_eq(span_after(name, name.len - 3), SPAN(MANY));
	const struct usage_place *last = u->n_places ? &u->places[u->n_places - 1] : NULL;

	if (is_many)
		name.len -= 3;
	if (!name.len || name.at[0] == '-' || name.at[0] == '|' || name.at[0] == '.' ||
	    u->n_places == USAGE_PLACES_MAX ||
	    (last && (last->is_many || (is_needed && !last->is_needed))))
		return false;
	u->places[u->n_places++] = (struct usage_place){name, is_needed, is_many};
	return true;
}

// The flags of one bracket, behind its '['.
static bool read_flags(struct reading *r)
{
	size_t first = r->u->n_flags;
	enum usage_tie tie = USAGE_ALONE, found;

	for (;;) {
		if (!read_flag(r, false, tie))
			return false;
		if (take(&r->rest, SPAN("]")))
			break;
		found = take(&r->rest, SPAN(" | ")) ? USAGE_INSTEAD : USAGE_TOGETHER;
		if ((found == USAGE_TOGETHER && !take(&r->rest, SPAN(" "))) ||
		    (tie != USAGE_ALONE && tie != found))
			return false;
		tie = found;
	}
	if (!take(&r->rest, SPAN(MANY)))
		return true;
	r->u->flags[first].is_many = true;
	return tie == USAGE_ALONE && r->u->flags[first].value.at;
}

static bool read_item(struct reading *r)
{
	if (span_starts(r->rest, SPAN("--")))
		return read_flag(r, true, USAGE_ALONE) &&
		       r->u->flags[r->u->n_flags - 1].value.at;
	if (!take(&r->rest, SPAN("[")))
		return read_place(r, true);
	if (span_starts(r->rest, SPAN("--")))
		return read_flags(r);
	return read_place(r, false) && take(&r->rest, SPAN("]"));
}

bool usage_parse(struct usage *u, struct span text)
{
	struct reading r = {u, text};

	while (r.rest.len) {
		if (!read_item(&r) || (r.rest.len && !take(&r.rest, SPAN(" "))))
			return false;
	}
	return !text.len || text.at[text.len - 1] != ' ';
}

size_t usage_is_named(const char *noun, const char *verb, const struct span *words, size_t n)
{
	struct span rest = span_of(verb);
	size_t i = 1;

	if (!n || !span_eq(words[0], span_of(noun)))
		return 0;
	for (; rest.len; i++) {
		if (i >= n || !span_eq(words[i], span_cut(&rest, ' ')))
			return 0;
	}
	return i;
}
