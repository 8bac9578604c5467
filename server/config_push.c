// SPDX-License-Identifier: MIT
// [push]: where the pushes that wake devices may go, and when.
#include "server/config_private.h"

#include "server/beside/errand_allow.h"
#include "server/letters/limits.h"

// Where pushes may go that else go nowhere (errand_allow.h).
static bool check_allowed(const struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = c->push_allow.count <= ERRAND_ALLOWS_MAX;

	if (!is_fine)
		buf_printf(errors, "%s: [push] allow is there more than %d times\n", file,
			   ERRAND_ALLOWS_MAX);
	for (size_t i = 0; i < c->push_allow.count; i++) {
		const char *text = c->push_allow.items[i];
		struct errand_allow allow;
		const char *wrong = errand_allow_parse(span_of(text), &allow);

		if (wrong)
			buf_printf(errors, "%s: [push] allow = %s: %s\n", file, text, wrong);
		is_fine = is_fine && !wrong;
	}
	return is_fine;
}

// A push service may refuse whom it could not write to.
static bool is_contact(const char *text)
{
	struct span contact = span_of(text);

	return contact.len <= 256 && span_find(contact, ' ') == contact.len &&
	       (span_starts(contact, SPAN("mailto:")) ||
		span_starts(contact, SPAN("https://")));
}

bool config_check_push(const struct config *c, const char *file, struct buf *errors)
{
	bool is_fine = check_allowed(c, file, errors);

	if (c->push && !c->errand) {
		buf_printf(
			errors,
			"%s: [push] enabled = yes wants [beside] errand = yes: pushes leave by "
			"snug-errand alone\n",
			file);
		is_fine = false;
	}
	if (c->push_delay_ms > PUSH_DELAY_MAX_MS) {
		buf_printf(errors, "%s: [push] delay is longer than an hour\n", file);
		is_fine = false;
	}
	if (c->push_contact && !is_contact(c->push_contact)) {
		buf_printf(errors,
			   "%s: [push] contact = %s: write mailto:ADDRESS or https://PAGE\n",
			   file, c->push_contact);
		is_fine = false;
	}
	return is_fine;
}
