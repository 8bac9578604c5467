// SPDX-License-Identifier: MIT
#include "server/beside/errand_letter.h"

#include <stddef.h>

_Static_assert(sizeof(struct errand_ask) == ERRAND_ASK_LONG, "a letter has no gaps");
_Static_assert(sizeof(struct errand_tell) == ERRAND_TELL_LONG, "a letter has no gaps");
_Static_assert(offsetof(struct errand_tell, body) == ERRAND_TELL_LEN - ERRAND_ANSWER_MAX,
	       "a short one is the beginning of a long one");

static const struct header {
	const char *name;
	size_t push_max, issuer_max;
} headers[] = {
#define HEADER(name, field, push, issuer) {field, push, issuer},
#include "server/beside/errand_header.def"
#undef HEADER
};
_Static_assert(ARRAY_LEN(headers) == ERRAND_HEADERS, "a row for each");

const char *errand_header_name(enum errand_header h)
{
	return headers[h].name;
}

const char *errand_outcome_word(enum errand_outcome o)
{
	static const char *const words[] = {
#define OUTCOME(name, word) word,
#include "server/beside/errand_outcome.def"
#undef OUTCOME
	};

	_Static_assert(ARRAY_LEN(words) == ERRAND_OUTCOMES, "a row for each");
	return words[o];
}

static bool is_printable(struct span s, char first)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < first || s.at[i] > '~')
			return false;
	}
	return true;
}

bool errand_is_url(struct span url)
{
	struct span scheme = SPAN("https://");

	return url.len <= ERRAND_URL_MAX && url.len > scheme.len &&
	       span_starts_fold(url, scheme) && url.at[scheme.len] != '/' &&
	       is_printable(url, '!');
}

size_t errand_answer_max(enum errand_kind kind)
{
	return kind == ERRAND_ISSUER ? ERRAND_KEYS_MAX : ERRAND_ANSWER_MAX;
}

size_t errand_ask_size(const struct errand_ask *l)
{
	return l->what == ERRAND_ISSUER ? ERRAND_ASK_LONG : ERRAND_ASK_LEN;
}

size_t errand_tell_size(const struct errand_tell *l)
{
	return l->len > ERRAND_ANSWER_MAX ? ERRAND_TELL_LONG : ERRAND_TELL_LEN;
}

// What is asked in which way.
static bool is_asked_well(const struct errand_request *r)
{
	if (r->kind == ERRAND_PUSH)
		return r->method == ERRAND_POST && r->body.len <= ERRAND_BODY_MAX;
	return r->kind == ERRAND_ISSUER &&
	       (r->method == ERRAND_POST || (r->method == ERRAND_GET && !r->body.len)) &&
	       r->body.len <= ERRAND_FORM_MAX;
}

static bool is_fine(const struct errand_request *r)
{
	for (size_t i = 0; i < ERRAND_HEADERS; i++) {
		size_t max =
			r->kind == ERRAND_ISSUER ? headers[i].issuer_max : headers[i].push_max;

		if (r->headers[i].len > max || !is_printable(r->headers[i], ' '))
			return false;
	}
	return is_asked_well(r) && errand_is_url(r->url);
}

// The parts of a request in the order in which they are written.
static struct span *part(struct errand_request *r, size_t i)
{
	if (i == 0)
		return &r->url;
	return i <= ERRAND_HEADERS ? &r->headers[i - 1] : &r->body;
}

// What of the bytes is sent.
static size_t ask_room(const struct errand_ask *l)
{
	return errand_ask_size(l) - offsetof(struct errand_ask, bytes);
}

bool errand_ask_write(struct errand_ask *l, const struct errand_request *r)
{
	struct errand_request from = *r;
	size_t at = 0;

	*l = (struct errand_ask){.kind = BESIDE_ERRAND,
				 .what = (uint16_t)r->kind,
				 .method = (uint16_t)r->method,
				 .number = r->number};
	if (!is_fine(r))
		return false;
	for (size_t i = 0; i < ERRAND_PARTS; i++) {
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

bool errand_ask_read(struct errand_ask *l, struct span bytes, struct errand_request *r)
{
	size_t at = 0;

	if (bytes.len != ERRAND_ASK_LEN && bytes.len != ERRAND_ASK_LONG)
		return false;
	memcpy(l, bytes.at, bytes.len);
	if (bytes.len != errand_ask_size(l))
		return false;
	*r = (struct errand_request){.number = l->number,
				     .kind = (enum errand_kind)l->what,
				     .method = (enum errand_method)l->method};
	for (size_t i = 0; i < ERRAND_PARTS; i++) {
		if (l->lens[i] > ask_room(l) - at)
			return false;
		*part(r, i) = (struct span){l->bytes + at, l->lens[i]};
		at += l->lens[i];
	}
	return l->kind == BESIDE_ERRAND && !l->zero && is_fine(r) &&
	       is_zero(l->bytes + at, ask_room(l) - at);
}

static size_t tell_room(const struct errand_tell *l)
{
	return errand_tell_size(l) - offsetof(struct errand_tell, body);
}

void errand_tell_write(struct errand_tell *l, const struct errand_answer *a)
{
	size_t len = a->body.len > ERRAND_KEYS_MAX ? ERRAND_KEYS_MAX : a->body.len;

	l->kind = BESIDE_ERRAND_DONE;
	l->outcome = (uint16_t)a->outcome;
	l->status = (uint16_t)a->status;
	l->zero = 0;
	l->number = a->number;
	l->retry_after_s = a->retry_after_s;
	l->len = (uint32_t)len;
	if (len)
		memcpy(l->body, a->body.at, len);
	memset(l->body + len, 0, tell_room(l) - len);
}

// What only an answer of HTTP has.
static bool is_answer(const struct errand_tell *l)
{
	if (l->outcome == ERRAND_ANSWERED)
		return l->status >= 100 && l->status <= 599;
	return !l->status && !l->len && !l->retry_after_s;
}

bool errand_tell_read(struct errand_tell *l, struct span bytes, struct errand_answer *a)
{
	if (bytes.len != ERRAND_TELL_LEN && bytes.len != ERRAND_TELL_LONG)
		return false;
	memcpy(l, bytes.at, bytes.len);
	if (bytes.len != errand_tell_size(l))
		return false;
	*a = (struct errand_answer){.number = l->number,
				    .outcome = (enum errand_outcome)l->outcome,
				    .status = l->status,
				    .retry_after_s = l->retry_after_s,
				    .body = {l->body, l->len}};
	return l->kind == BESIDE_ERRAND_DONE && l->outcome < ERRAND_OUTCOMES && !l->zero &&
	       l->len <= ERRAND_KEYS_MAX && is_answer(l) &&
	       is_zero(l->body + l->len, tell_room(l) - l->len);
}
