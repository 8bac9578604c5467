// SPDX-License-Identifier: MIT
// Whatever the text, every field ends up with a value of its row.
#include "common/conf.h"
#include "common/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct config {
	char *name, *motd;
	struct conf_list listen;
	int64_t users, memory, idle;
	bool is_public;
	int durability;
};

#define AT(member) offsetof(struct config, member)

static const struct conf_row rows[] = {
	{"server", "name", CONF_TEXT, AT(name), "snug", 0, 0, NULL, false, NULL},
	{"server", "motd", CONF_TEXT, AT(motd), NULL, 0, 0, NULL, true, NULL},
	{"server", "listen", CONF_LIST, AT(listen), "ircs://[::]:6697", 0, 0, NULL, false,
	 NULL},
	{"limits", "users", CONF_NUMBER, AT(users), "100", 1, 5000, NULL, true, NULL},
	{"limits", "memory", CONF_SIZE, AT(memory), "64MiB", 19 << 20, 1 << 30, NULL, true,
	 NULL},
	{"limits", "idle", CONF_DURATION, AT(idle), "90s", 0, 0, NULL, true, NULL},
	{"store", "public", CONF_BOOL, AT(is_public), "no", 0, 0, NULL, true, NULL},
	{"store", "durability", CONF_CHOICE, AT(durability), "full", 0, 0, "full|normal", false,
	 NULL},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct config c = {0};
	struct buf errors = {0};
	bool is_good =
		conf_parse(rows, ARRAY_LEN(rows), &c, span_from(bytes, len), "fuzz", &errors);

	assert(is_good == (errors.len == 0));
	assert(c.name && c.listen.count >= 1 && c.listen.items[0]);
	assert(c.users >= 1 && c.users <= 5000);
	assert(c.memory >= 19 << 20 && c.memory <= 1 << 30);
	assert(c.idle >= 0 && c.durability >= 0 && c.durability <= 1);
	if (errors.len)
		assert(errors.at[errors.len - 1] == '\n' &&
		       span_starts(buf_span(&errors), SPAN("fuzz:")));
	conf_clear(rows, ARRAY_LEN(rows), &c);
	buf_clear(&errors);
	return 0;
}
