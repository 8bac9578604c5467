// SPDX-License-Identifier: MIT
// Passwords that are tried first fall under the length, or are made longer in few ways:
// said twice, walked over the keys, or with digits behind. So shapes are refused, and a
// short list does for the words in them. (Debian's lists of common passwords hold hardly
// any that is long enough.)
#include "server/hub/people/password.h"

#include "common/utf8.h"
#include "server/letters/limits.h"

#define PERIOD_MAX 12 // inside: longest repetition that is looked for
#define WALKS_MAX 3   // inside: of a keyboard's rows
#define KNOWN_MIN 3   // inside: shorter names are not looked for
// One word a line otherwise.
// clang-format off
static const char *const stems[] = {
	"abc", "access", "admin", "administrator", "asdf", "baseball", "changeme",
	"changeit", "computer", "default", "dragon", "football", "guest", "hello",
	"iloveyou", "internet", "letmein", "liverpool", "login", "master", "michael",
	"monkey", "ninja", "pass", "passw", "password", "princess", "qazwsx", "qazwsxedc",
	"qwer", "qwerty", "qwertz", "root", "secret", "server", "shadow", "starwars",
	"sunshine", "superman", "temp", "test", "trustno", "user", "welcome", "winter",
	"summer", "whatever", "zaqwsx", "azerty", "myspace", "changemenow", "mypassword",
	"thisismypassword", "correcthorsebatterystaple", "correct horse battery staple",
};
// clang-format on

static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz",
				   "1234567890123",
				   "qwertyuiop",
				   "qwertzuiop",
				   "asdfghjkl",
				   "zxcvbnm",
				   "azertyuiop"};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Lower case, and what people write for a letter.
static char fold_letter(char c)
{
	static const char from[] = "@401!35$7", to[] = "aaoiiesst";
	const char *at = strchr(from, c);

	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c && at ? to[at - from] : c;
}

// The length of what the text says over and over; its own when it does not.
static size_t period_of(struct span text)
{
	for (size_t period = 1; period <= PERIOD_MAX && 2 * period <= text.len; period++) {
		size_t i = period;

		while (i < text.len &&
		       fold_letter(text.at[i]) == fold_letter(text.at[i - period]))
			i++;
		if (i == text.len)
			return period;
	}
	return text.len;
}

static bool is_step(char from, char to)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (const char *at = rows[i]; at[1]; at++) {
			if ((at[0] == from && at[1] == to) || (at[1] == from && at[0] == to))
				return true;
		}
	}
	return from == to;
}

// A few walks along a row of keys, of the alphabet or of the digits.
static bool is_walked(struct span text)
{
	size_t n_walks = 1;

	for (size_t i = 1; i < text.len; i++) {
		char from = text.at[i - 1], to = text.at[i];

		from = is_letter(from) ? fold_letter(from) : from;
		to = is_letter(to) ? fold_letter(to) : to;
		n_walks += !is_step(from, to);
	}
	return n_walks <= WALKS_MAX;
}

static bool is_stem(struct span text)
{
	for (size_t i = 0; i < ARRAY_LEN(stems) && text.len; i++) {
		size_t k = 0;

		while (k < text.len && stems[i][k] && fold_letter(text.at[k]) == stems[i][k])
			k++;
		if (k == text.len && !stems[i][k])
			return true;
	}
	return false;
}

// Without what is no letter around it, and said once.
static struct span core_of(struct span text)
{
	while (text.len && !is_letter(text.at[text.len - 1]))
		text.len--;
	while (text.len && !is_letter(text.at[0]))
		text = span_after(text, 1);
	return (struct span){text.at, period_of(text)};
}

static bool is_tried_first(struct span password)
{
	struct span unit = {password.at, period_of(password)};

	if (unit.len <= PERIOD_MAX / 2 || is_walked(password))
		return true;
	return is_stem(unit) || is_stem(core_of(unit)) || is_stem(core_of(password));
}

const char *password_fault(struct span password, struct span name)
{
	if (password.len > PASSWORD_MAX)
		return "The password is longer than 1024 bytes";
	if (!utf8_is_valid(password))
		return "The password is not UTF-8 text";
	if (password.len < PASSWORD_MIN)
		return "The password is shorter than 12 characters";
	if (is_tried_first(password))
		return "The password is one of those that are tried first";
	if (span_eq_fold(core_of(password), name) || span_eq_fold(password, name))
		return "The password is the account's name";
	return NULL;
}

static bool starts_with(struct span text, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (i >= text.len || fold_letter(text.at[i]) != fold_letter(name.at[i]))
			return false;
	}
	return true;
}

// How long the text is without this name in it.
static size_t len_without(struct span text, struct span name)
{
	size_t len = 0;

	// A name of two letters is in many a word.
	if (name.len < KNOWN_MIN)
		return text.len;
	while (text.len) {
		bool is_known = starts_with(text, name);

		len += !is_known;
		text = span_after(text, is_known ? name.len : 1);
	}
	return len;
}

const char *password_fault_of_admin(struct span password, struct span name, struct span server)
{
	const char *fault = password_fault(password, name);

	if (fault)
		return fault;
	if (len_without(password, name) < PASSWORD_MIN)
		return "The password is shorter than 12 characters without the account's name";
	if (len_without(password, server) < PASSWORD_MIN)
		return "The password is shorter than 12 characters without the server's name";
	while (server.len) {
		if (len_without(password, span_cut(&server, '.')) < PASSWORD_MIN)
			return "The password is shorter than 12 characters without the "
			       "server's name";
	}
	return NULL;
}
