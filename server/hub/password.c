// SPDX-License-Identifier: MIT
#include "server/hub/password.h"

#include "common/utf8.h"
#include "server/letters/limits.h"

// Long ones that people type: the short common ones fall under the length.
static const char *const common[] = {
	"password1234",
	"passwordpassword",
	"password12345",
	"123456789012",
	"1234567890123",
	"qwertyuiop12",
	"qwertyuiop123",
	"qwertyqwerty",
	"administrator",
	"letmeinletmein",
	"iloveyou1234",
	"welcome12345",
	"adminadmin123",
	"changemenow1",
	"changeme1234",
	"abcdefghijkl",
	"abcd12345678",
	"aaaaaaaaaaaa",
	"000000000000",
	"111111111111",
	"correcthorsebatterystaple",
	"correct horse battery staple",
	"trustno1trustno1",
	"1q2w3e4r5t6y",
	"zaq12wsxcde3",
	"qazwsxedcrfv",
	"asdfghjkl123",
	"1qaz2wsx3edc",
};

static bool is_common(struct span password)
{
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		if (span_eq_fold(password, span_of(common[i])))
			return true;
	}
	return false;
}

static bool is_one_byte(struct span password)
{
	for (size_t i = 1; i < password.len; i++) {
		if (password.at[i] != password.at[0])
			return false;
	}
	return true;
}

const char *password_fault(struct span password, struct span name)
{
	if (password.len > PASSWORD_MAX)
		return "The password is longer than 1024 bytes";
	if (!utf8_is_valid(password))
		return "The password is not UTF-8 text";
	if (password.len < PASSWORD_MIN)
		return "The password is shorter than 12 characters";
	if (is_common(password) || is_one_byte(password))
		return "The password is one of those that are tried first";
	if (span_eq_fold(password, name))
		return "The password is the account's name";
	return NULL;
}
