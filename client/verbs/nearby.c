// SPDX-License-Identifier: MIT
// What is said of a server here is its own word, and its key as well: the link that is made
// of it has no pin, so that the key which the server shows is asked about like that of any
// stranger.
#include "client/verbs/nearby.h"

#include "client/outside/near.h"
#include "client/text/filter.h"
#include "client/verbs/prompt.h"

#include <stdio.h>

#define SHORT_KEY 16 // characters that are compared at a glance

static void add_key(struct buf *out, const struct mdns_server *s)
{
	char text[PIN_TEXT_MAX];

	pin_text(s->pin, text);
	buf_add_str(out, ", key");
	for (size_t i = 0; i < SHORT_KEY; i++)
		buf_printf(out, "%s%c", i % 4 == 0 ? " " : "", text[strlen("sha256:") + i]);
	buf_add_str(out, " …");
}

// "  1  Den (chat.example.org) at den.local:6697, 192.0.2.7, key AbCd EfGh IjKl MnOp …"
static void add_row(struct buf *out, size_t number, const struct near_server *s)
{
	const struct mdns_server *told = &s->told;
	struct buf host = {0};

	buf_printf(out, "  %zu  ", number);
	filter_add_line(out, span_of(told->title));
	if (told->name[0])
		buf_printf(out, " (%s)", told->name);
	link_address(&host, told->host.name[0] ? told->host.name : s->address, told->host.port);
	buf_printf(out, " at %s", buf_str(&host));
	if (told->host.name[0])
		buf_printf(out, ", %s", s->address);
	if (told->has_pin)
		add_key(out, told);
	buf_add_char(out, '\n');
	buf_clear(&host);
}

static void list(const struct near_server *found, size_t count)
{
	struct buf rows = {0};

	buf_add_str(&rows, "On this network, by what they say of themselves:\n");
	for (size_t i = 0; i < count; i++)
		add_row(&rows, i + 1, &found[i]);
	fwrite(rows.at, 1, rows.len, stderr);
	buf_clear(&rows);
}

// Its name first: that may be kept when its address is another one tomorrow.
static void write_link(const struct near_server *s, char *text, size_t room)
{
	struct snug_link link = {0};
	struct link_host address = {0};
	struct buf out = {0};
	bool has_name = s->told.host.name[0] != '\0';

	memcpy(address.name, s->address, sizeof(s->address));
	memcpy(address.port, s->told.host.port, sizeof(address.port));
	const struct link_host *first = has_name ? &s->told.host : &address;
	memcpy(link.host, first->name, sizeof(link.host));
	memcpy(link.port, first->port, sizeof(link.port));
	if (has_name)
		link.others.at[link.others.count++] = address;
	snug_link_print(&out, &link);
	snprintf(text, room, "%s", buf_str(&out));
	buf_clear(&out);
}

bool nearby_choose(char *text, size_t room)
{
	struct near_server found[NEAR_MAX];
	size_t count = near_ask(found);
	uint64_t number;

	if (count)
		list(found, count);
	const char *question = count ? "Its number, an invite link or a server name"
				     : "Paste your invite link or server name";
	if (prompt_line(question, NULL, text, room) != PROMPT_OK)
		return false;
	if (span_to_u64(span_trim(span_of(text)), &number) && number > 0 && number <= count)
		write_link(&found[number - 1], text, room);
	return true;
}
