// SPDX-License-Identifier: MIT
// Looking into what a request says: fields by name, lists of tokens, forms.
#include "common/encode.h"
#include "common/http.h"

static const struct http_field *find(const struct http_request *r, struct span name)
{
	for (size_t i = 0; i < r->n_fields; i++) {
		if (span_eq_fold(r->fields[i].name, name))
			return &r->fields[i];
	}
	return NULL;
}

struct span http_field(const struct http_request *r, struct span name)
{
	const struct http_field *field = find(r, name);

	return field ? field->value : SPAN("");
}

bool http_has_field(const struct http_request *r, struct span name)
{
	return find(r, name) != NULL;
}

bool http_next_token(struct span *list, struct span *token)
{
	while (list->len) {
		*token = span_trim(span_cut(list, ','));
		if (token->len)
			return true;
	}
	return false;
}

bool http_has_token(const struct http_request *r, struct span name, struct span token)
{
	for (size_t i = 0; i < r->n_fields; i++) {
		struct span list = r->fields[i].value, one;

		if (!span_eq_fold(r->fields[i].name, name))
			continue;
		while (http_next_token(&list, &one)) {
			if (span_eq_fold(one, token))
				return true;
		}
	}
	return false;
}

static bool put_decoded(struct span value, struct buf *out)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] != '%') {
			buf_add_char(out, value.at[i] == '+' ? ' ' : value.at[i]);
			continue;
		}
		if (value.len - i < 3 || !decode_hex(out, span_from(value.at + i + 1, 2)))
			return false;
		i += 2;
	}
	return true;
}

bool http_form_value(struct span form, struct span name, struct buf *out)
{
	size_t before = out->len;

	while (form.len) {
		struct span value = span_cut(&form, '&');

		if (!span_eq(span_cut(&value, '='), name))
			continue;
		if (put_decoded(value, out))
			return true;
		out->len = before;
		return false;
	}
	return false;
}
