// SPDX-License-Identifier: MIT
// What is taken for a link is printed as one that is taken for the same, and a part that is
// shown to people has no control in it.
#include "common/snug_link.h"
#include "common/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_host(const char *name, const char *port)
{
	uint64_t number;

	assert(name[0] && name[0] != '-');
	for (const char *at = name; *at; at++)
		assert(*at > ' ' && *at < 127 && !strchr("/,?&#=[]", *at));
	assert(span_to_u64(span_of(port), &number) && number > 0 && number <= 65535);
}

// The form for browsers says the same, as far as it goes.
static void check_page(const struct snug_link *link)
{
	struct snug_link again;
	struct buf text = {0}, twice = {0};
	const char *wrong;

	snug_link_print_page(&text, link, 8443);
	wrong = snug_link_parse(buf_span(&text), &again);
	assert(!wrong);
	assert(strcmp(link->host, again.host) == 0 && strcmp(link->port, again.port) == 0);
	assert(strcmp(link->room, again.room) == 0 && strcmp(link->invite, again.invite) == 0);
	snug_link_print_page(&twice, &again, 8443);
	assert(span_eq(buf_span(&text), buf_span(&twice)));
	buf_clear(&text);
	buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct snug_link link, again;
	struct buf text = {0}, twice = {0};
	const char *wrong = snug_link_parse(span_from(bytes, len), &link);

	if (wrong) {
		assert(utf8_is_valid(span_of(wrong)) && strlen(wrong) > 10);
		return 0;
	}
	check_host(link.host, link.port);
	for (size_t i = 0; i < link.others.count; i++)
		check_host(link.others.at[i].name, link.others.at[i].port);
	snug_link_print(&text, &link);
	wrong = snug_link_parse(buf_span(&text), &again);
	assert(!wrong);
	assert(strcmp(link.room, again.room) == 0 && strcmp(link.invite, again.invite) == 0);
	assert(strcmp(link.device, again.device) == 0 && link.pins.count == again.pins.count);
	assert(memcmp(link.pins.at, again.pins.at, sizeof(link.pins.at)) == 0);
	check_page(&link);
	snug_link_print(&twice, &again);
	assert(span_eq(buf_span(&text), buf_span(&twice)));
	buf_clear(&text);
	buf_clear(&twice);
	return 0;
}
