// SPDX-License-Identifier: MIT
#include "server/beside/errand_letter.h"

_Static_assert(sizeof(struct errand_ask) == ERRAND_ASK_LEN, "a letter has no gaps");
_Static_assert(sizeof(struct errand_tell) == ERRAND_TELL_LEN, "a letter has no gaps");

static const struct header {
	const char *name;
	size_t max;
} headers[] = {
#define HEADER(name, field, max) {field, max},
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

static bool is_fine(const struct errand_request *r)
{
	for (size_t i = 0; i < ERRAND_HEADERS; i++) {
		if (r->headers[i].len > headers[i].max || !is_printable(r->headers[i], ' '))
			return false;
	}
	return r->kind == ERRAND_PUSH && errand_is_url(r->url) &&
	       r->body.len <= ERRAND_BODY_MAX;
}

// The parts of a request in the order in which they are written.
static struct span *part(struct errand_request *r, size_t i)
{
	if (i == 0)
		return &r->url;
	return i <= ERRAND_HEADERS ? &r->headers[i - 1] : &r->body;
}

bool errand_ask_write(struct errand_ask *l, const struct errand_request *r)
{
	struct errand_request from = *r;
	size_t at = 0;

	*l = (struct errand_ask){
		.kind = BESIDE_ERRAND, .what = (uint16_t)r->kind, .number = r->number};
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

	if (bytes.len != sizeof(*l))
		return false;
	memcpy(l, bytes.at, sizeof(*l));
	*r = (struct errand_request){.number = l->number, .kind = (enum errand_kind)l->what};
	for (size_t i = 0; i < ERRAND_PARTS; i++) {
		if (l->lens[i] > sizeof(l->bytes) - at)
			return false;
		*part(r, i) = (struct span){l->bytes + at, l->lens[i]};
		at += l->lens[i];
	}
	return l->kind == BESIDE_ERRAND && !l->zero && is_fine(r) &&
	       is_zero(l->bytes + at, sizeof(l->bytes) - at);
}

void errand_tell_write(struct errand_tell *l, const struct errand_answer *a)
{
	size_t len = a->body.len > ERRAND_ANSWER_MAX ? ERRAND_ANSWER_MAX : a->body.len;

	*l = (struct errand_tell){.kind = BESIDE_ERRAND_DONE,
				  .outcome = (uint16_t)a->outcome,
				  .status = (uint16_t)a->status,
				  .len = (uint16_t)len,
				  .number = a->number,
				  .retry_after_s = a->retry_after_s};
	if (len)
		memcpy(l->body, a->body.at, len);
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
	if (bytes.len != sizeof(*l))
		return false;
	memcpy(l, bytes.at, sizeof(*l));
	*a = (struct errand_answer){.number = l->number,
				    .outcome = (enum errand_outcome)l->outcome,
				    .status = l->status,
				    .retry_after_s = l->retry_after_s,
				    .body = {l->body, l->len}};
	return l->kind == BESIDE_ERRAND_DONE && l->outcome < ERRAND_OUTCOMES && !l->zero &&
	       l->len <= ERRAND_ANSWER_MAX && is_answer(l) &&
	       is_zero(l->body + l->len, ERRAND_ANSWER_MAX - l->len);
}
