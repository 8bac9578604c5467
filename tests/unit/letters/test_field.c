// SPDX-License-Identifier: MIT
// A field by its description is the field of the struct, whatever its size.
#include "server/letters/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct field *find(enum entry_kind kind, const char *name)
{
	const struct field *f = entry_fields(kind);

	while (f->name && strcmp(f->name, name) != 0)
		f++;
	assert_non_null(f->name);
	return f;
}

static void a_number_has_its_size(UNUSED void **state)
{
	const uint64_t large = 0x123456789abcdef0U;
	struct entry_member member = {0};
	struct entry_account account = {0};

	field_set_number(find(ENTRY_MEMBER, "room"), &member, large);
	field_set_number(find(ENTRY_MEMBER, "role"), &member, MEMBER_FOUNDER);
	assert_int_equal(member.room, large);
	assert_int_equal(member.role, MEMBER_FOUNDER);
	assert_int_equal(member.account, 0);
	assert_int_equal(field_number(find(ENTRY_MEMBER, "room"), &member), large);
	assert_int_equal(field_number(find(ENTRY_MEMBER, "role"), &member), MEMBER_FOUNDER);
	member = (struct entry_member){.account = 7, .role = MEMBER_VOICE};
	assert_int_equal(field_number(find(ENTRY_MEMBER, "account"), &member), 7);
	assert_int_equal(field_number(find(ENTRY_MEMBER, "role"), &member), MEMBER_VOICE);
	// What stands beside a small one stays.
	account.created_ms = account.replay = -1;
	field_set_number(find(ENTRY_ACCOUNT, "disabled"), &account, 1);
	assert_true(account.disabled);
	assert_int_equal(account.created_ms, -1);
	assert_int_equal(field_number(find(ENTRY_ACCOUNT, "disabled"), &account), 1);
	field_set_number(find(ENTRY_ACCOUNT, "disabled"), &account, 0);
	assert_false(account.disabled);
	account.class = CLASS_BRIDGE;
	field_set_number(find(ENTRY_ACCOUNT, "role"), &account, ROLE_ADMIN);
	assert_int_equal(account.role, ROLE_ADMIN);
	assert_int_equal(account.class, CLASS_BRIDGE);
	assert_int_equal(account.replay, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_has_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
