// SPDX-License-Identifier: MIT
#include "server/beside/door_letter.h"

#include "common/utf8.h"

_Static_assert(sizeof(struct door_ask) == DOOR_ASK_LEN, "a letter has no gaps");
_Static_assert(sizeof(struct door_tell) == DOOR_TELL_LEN, "a letter has no gaps");
_Static_assert(DOOR_SERVICE_MAX + DOOR_NAME_MAX + DOOR_PASSWORD_MAX <
		       sizeof(((struct door_ask *)0)->bytes),
	       "all three fit");

const char *door_result_word(enum door_result r)
{
	static const char *const words[] = {
#define RESULT(name, word) word,
#include "server/beside/door_result.def"
#undef RESULT
	};

	_Static_assert(ARRAY_LEN(words) == DOOR_RESULTS, "a row for each");
	return words[r];
}

bool door_is_service(struct span name)
{
	bool is_fine = name.len && name.len <= DOOR_SERVICE_MAX && name.at[0] != '.';

	for (size_t i = 0; i < name.len && is_fine; i++) {
		char ch = name.at[i];

		is_fine = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
			  (ch >= '0' && ch <= '9') || ch == '-' || ch == '_' || ch == '.';
	}
	return is_fine;
}

bool door_is_name(struct span name)
{
	bool is_fine = name.len && name.len <= DOOR_NAME_MAX && utf8_is_valid(name);

	for (size_t i = 0; i < name.len && is_fine; i++) {
		unsigned char ch = (unsigned char)name.at[i];

		is_fine = ch > ' ' && ch != 0x7f && ch != '/';
	}
	return is_fine;
}

static bool is_password(const struct door_question *q)
{
	if (q->act == DOOR_STANDING)
		return !q->password.len;
	return q->act == DOOR_PASSWORD && q->password.len &&
	       q->password.len <= DOOR_PASSWORD_MAX &&
	       !memchr(q->password.at, '\0', q->password.len);
}

static bool is_fine(const struct door_question *q)
{
	return door_is_service(q->service) && door_is_name(q->name) && is_password(q);
}

// The parts of a question in the order in which they are written.
static struct span *part(struct door_question *q, size_t i)
{
	struct span *parts[DOOR_PARTS] = {&q->service, &q->name, &q->password};

	return parts[i];
}

bool door_ask_write(struct door_ask *l, const struct door_question *q)
{
	struct door_question from = *q;
	size_t at = 0;

	*l = (struct door_ask){
		.kind = BESIDE_DOOR, .act = (uint16_t)q->act, .number = q->number};
	if (!is_fine(q))
		return false;
	for (size_t i = 0; i < DOOR_PARTS; i++) {
		struct span s = *part(&from, i);

		if (s.len)
			memcpy(l->bytes + at, s.at, s.len);
		l->lens[i] = (uint16_t)s.len;
		at += s.len;
	}
	return true;
}

static bool is_zero(const char *at, size_t len)
{
	while (len && !at[len - 1])
		len--;
	return !len;
}

bool door_ask_read(struct door_ask *l, struct span bytes, struct door_question *q)
{
	size_t at = 0;

	if (bytes.len != DOOR_ASK_LEN)
		return false;
	memcpy(l, bytes.at, bytes.len);
	*q = (struct door_question){.number = l->number, .act = (enum door_act)l->act};
	for (size_t i = 0; i < DOOR_PARTS; i++) {
		if (l->lens[i] > sizeof(l->bytes) - at)
			return false;
		*part(q, i) = (struct span){l->bytes + at, l->lens[i]};
		at += l->lens[i];
	}
	return l->kind == BESIDE_DOOR && !l->zero[0] && !l->zero[1] && !l->zero[2] &&
	       is_fine(q) && is_zero(l->bytes + at, sizeof(l->bytes) - at);
}

void door_tell_write(struct door_tell *l, const struct door_answer *a)
{
	bool is_yes = a->result == DOOR_YES && door_is_name(a->name);

	*l = (struct door_tell){.kind = BESIDE_DOOR_DONE,
				.result = (uint16_t)a->result,
				.delay_ms = a->delay_ms < DOOR_DELAY_MAX ? a->delay_ms
									 : DOOR_DELAY_MAX,
				.number = a->number};
	if (is_yes) {
		l->len = (uint16_t)a->name.len;
		memcpy(l->name, a->name.at, a->name.len);
	} else if (a->result == DOOR_YES) {
		l->result = DOOR_LATER;
	}
}

bool door_tell_read(struct door_tell *l, struct span bytes, struct door_answer *a)
{
	if (bytes.len != DOOR_TELL_LEN)
		return false;
	memcpy(l, bytes.at, bytes.len);
	if (l->len > sizeof(l->name))
		return false;
	*a = (struct door_answer){.number = l->number,
				  .result = (enum door_result)l->result,
				  .delay_ms = l->delay_ms,
				  .name = {l->name, l->len}};
	return l->kind == BESIDE_DOOR_DONE && l->result < DOOR_RESULTS && !l->zero &&
	       !l->zero_too && l->delay_ms <= DOOR_DELAY_MAX &&
	       (l->result == DOOR_YES ? door_is_name(a->name) : !l->len) &&
	       is_zero(l->name + l->len, sizeof(l->name) - l->len);
}
