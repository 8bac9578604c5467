// SPDX-License-Identifier: MIT
// 1. A pointer in a name goes backwards, each one further than the last: names end.
// 2. Nothing of a message is taken before all of it was found well formed.
#include "client/net/mdns.h"

#include <stdio.h>

#define HEADER_LEN 12
#define NAME_MAX 255
#define QU 0x8000u // asks for an answer to the asker alone; in an answer: the only one
#define CLASS_IN 1
#define TYPE_PTR 12
#define TYPE_TXT 16
#define TYPE_SRV 33

// As on the wire without pointers: labels behind their lengths.
struct mdns_name {
	uint8_t at[NAME_MAX];
	size_t len;
};

struct mdns_record {
	struct mdns_name owner;
	uint16_t type;
	size_t data, end; // places in the message
};

static const uint8_t service[] = "\5_snug\4_tcp\5local"; // with its NUL, the root

void mdns_question(uint8_t out[static MDNS_QUESTION_LEN], uint16_t id)
{
	static const uint8_t tail[] = {0, TYPE_PTR, QU >> 8, CLASS_IN};

	memset(out, 0, MDNS_QUESTION_LEN);
	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
	out[5] = 1; // question
	memcpy(out + HEADER_LEN, service, sizeof(service));
	memcpy(out + HEADER_LEN + sizeof(service), tail, sizeof(tail));
	_Static_assert(HEADER_LEN + sizeof(service) + sizeof(tail) == MDNS_QUESTION_LEN, "");
}

static uint8_t byte_at(struct span m, size_t at)
{
	return (uint8_t)m.at[at];
}

static unsigned number_at(struct span m, size_t at)
{
	return (unsigned)byte_at(m, at) << 8 | byte_at(m, at + 1);
}

// Where the name ends in the message, or 0 when it is malformed.
static size_t read_name(struct span m, size_t at, struct mdns_name *out)
{
	size_t before = at, end = 0;

	out->len = 0;
	while (at < m.len) {
		size_t len = byte_at(m, at);
		if (len >= 0xc0) {
			if (at + 2 > m.len)
				return 0;
			size_t to = number_at(m, at) & 0x3fff;
			if (to >= before || to < HEADER_LEN)
				return 0;
			end = end ? end : at + 2;
			at = before = to;
			continue;
		}
		if (len > MDNS_LABEL_MAX || at + 1 + len > m.len ||
		    out->len + 1 + len > NAME_MAX)
			return 0;
		memcpy(out->at + out->len, m.at + at, 1 + len);
		out->len += 1 + len;
		at += 1 + len;
		if (!len)
			return end ? end : at;
	}
	return 0;
}

// Where the record ends, or 0.
static size_t read_record(struct span m, size_t at, struct mdns_record *out)
{
	at = read_name(m, at, &out->owner);
	if (!at || at + 10 > m.len)
		return 0;
	bool is_in = (number_at(m, at + 2) & ~QU) == CLASS_IN;
	out->type = is_in ? (uint16_t)number_at(m, at) : 0;
	out->data = at + 10;
	out->end = out->data + number_at(m, at + 8);
	return out->end <= m.len ? out->end : 0;
}

static size_t skip_questions(struct span m)
{
	size_t at = HEADER_LEN;

	for (unsigned n = number_at(m, 4); n > 0; n--) {
		struct mdns_name unused;
		at = read_name(m, at, &unused);
		if (!at || at + 4 > m.len)
			return 0;
		at += 4;
	}
	return at;
}

typedef bool record_fn(void *arg, struct span m, const struct mdns_record *r);

// False when the message is malformed or the function says so.
static bool each_record(struct span m, size_t at, record_fn *fn, void *arg)
{
	unsigned count = number_at(m, 6) + number_at(m, 8) + number_at(m, 10);

	for (; count > 0; count--) {
		struct mdns_record r;
		at = read_record(m, at, &r);
		if (!at || !fn(arg, m, &r))
			return false;
	}
	return true;
}

// What is a record's.

static bool is_same(const uint8_t *a, const uint8_t *b, size_t len)
{
	return span_eq_fold(span_from(a, len), span_from(b, len));
}

// One label before the service's name.
static bool is_instance(const struct mdns_name *name)
{
	size_t label = 1 + (size_t)name->at[0];

	return label > 1 && name->len == label + sizeof(service) &&
	       !memchr(name->at + 1, 0, label - 1) &&
	       is_same(name->at + label, service, sizeof(service));
}

static void take_host(struct mdns_server *s, const struct mdns_name *target)
{
	struct buf text = {0};

	for (size_t at = 0; target->at[at]; at += 1 + (size_t)target->at[at]) {
		if (at)
			buf_add_char(&text, '.');
		buf_add(&text, target->at + at + 1, target->at[at]);
	}
	// A colon would make it an address or a port.
	if (memchr(buf_str(&text), ':', text.len) || link_host_parse(buf_span(&text), &s->host))
		s->host.name[0] = '\0';
	buf_clear(&text);
}

struct mdns_reading {
	struct mdns_server *out;
	size_t first, count, max; // the message's begin at first
};

static bool is_of(const struct mdns_server *s, const struct mdns_name *owner)
{
	size_t len = owner->at[0];

	return strlen(s->title) == len &&
	       is_same((const uint8_t *)s->title, owner->at + 1, len);
}

static bool check_record(void *arg, struct span m, const struct mdns_record *r)
{
	struct mdns_name target;

	(void)arg;
	return r->type != TYPE_SRV ||
	       (r->data + 7 <= r->end && read_name(m, r->data + 6, &target) == r->end);
}

// SRV: priority, weight, port, target.
static bool take_server(void *arg, struct span m, const struct mdns_record *r)
{
	struct mdns_reading *reading = arg;
	struct mdns_name target;
	struct mdns_server s = {0};

	if (r->type != TYPE_SRV || !is_instance(&r->owner) || reading->count == reading->max)
		return true;
	memcpy(s.title, r->owner.at + 1, r->owner.at[0]);
	uint16_t port = (uint16_t)number_at(m, r->data + 4);
	if (!port || !read_name(m, r->data + 6, &target))
		return true;
	take_host(&s, &target);
	snprintf(s.host.port, sizeof(s.host.port), "%u", port);
	for (size_t i = 0; i < reading->count; i++) {
		const struct mdns_server *known = &reading->out[i];
		if (is_of(known, &r->owner) && !strcmp(known->host.name, s.host.name) &&
		    !strcmp(known->host.port, s.host.port))
			return true;
	}
	reading->out[reading->count++] = s;
	return true;
}

static void take_fact(struct mdns_server *s, struct span fact)
{
	struct span value = fact, key = span_cut(&value, '=');
	struct link_host host;

	if (span_eq_fold(key, SPAN("pin"))) {
		s->has_pin = pin_parse(value, s->pin);
	} else if (span_eq_fold(key, SPAN("name")) && span_find(value, ':') == value.len &&
		   !link_host_parse(value, &host)) {
		memcpy(s->name, host.name, sizeof(s->name));
	}
}

// TXT: strings behind their lengths.
static bool take_text(void *arg, struct span m, const struct mdns_record *r)
{
	struct mdns_reading *reading = arg;

	for (size_t i = reading->first; i < reading->count && r->type == TYPE_TXT; i++) {
		if (!is_instance(&r->owner) || !is_of(&reading->out[i], &r->owner))
			continue;
		for (size_t at = r->data; at < r->end; at += 1 + (size_t)byte_at(m, at)) {
			size_t len = byte_at(m, at);
			if (at + 1 + len <= r->end)
				take_fact(&reading->out[i], span_from(m.at + at + 1, len));
		}
	}
	return true;
}

size_t mdns_answer(struct span message, uint16_t id, struct mdns_server *out, size_t count,
		   size_t max)
{
	struct mdns_reading reading = {out, count, count, max};

	// An answer, to a plain question, without an error.
	if (message.len < HEADER_LEN || number_at(message, 0) != id ||
	    (number_at(message, 2) & 0xf80f) != 0x8000)
		return count;
	size_t at = skip_questions(message);
	if (!at || !each_record(message, at, check_record, NULL))
		return count;
	bool is_fine = each_record(message, at, take_server, &reading) &&
		       each_record(message, at, take_text, &reading);
	return is_fine ? reading.count : count;
}
