// SPDX-License-Identifier: MIT
// What the page has in the place of libsodium gives what libsodium gives; its sentences come in
// the language that is chosen.
#include "client/web/web_private.h"
#include "common/encode.h"
#include "common/siphash.h"
#include "common/spoken.h"
#include "common/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void page_dice(void *to, size_t len)
{
	memset(to, 7, len);
}

// Beside the ones of common/, under names of their own.
uint64_t page_siphash(const uint64_t key[static 2], struct span s);
void page_siphash_make_key(uint64_t key[static 2]);
void page_wipe_bytes(void *at, size_t len);
bool page_wipe_equal(const void *a, const void *b, size_t len);
void page_encode_b64(struct buf *out, const void *bytes, size_t len);
void page_encode_b64url(struct buf *out, const void *bytes, size_t len);
const char *page_spoken_here(const char *english);
#define spoken page_spoken_here
#define siphash page_siphash
#define siphash_make_key page_siphash_make_key
#define wipe_bytes page_wipe_bytes
#define wipe_equal page_wipe_equal
#define encode_b64 page_encode_b64
#define encode_b64url page_encode_b64url
#include "client/web/encode_page.c"
#include "client/web/siphash_page.c"
#include "client/web/spoken_page.c"
#include "client/web/wipe_page.c"
#undef siphash
#undef siphash_make_key
#undef wipe_bytes
#undef wipe_equal
#undef encode_b64
#undef encode_b64url
#undef spoken

static char text[256];

static int fill(void **state UNUSED)
{
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 37 + 11);
	return 0;
}

static void a_hash_is_the_same_at_each_length(void **state UNUSED)
{
	const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

	for (size_t len = 0; len <= sizeof(text); len++)
		assert_int_equal(page_siphash(key, span_from(text, len)),
				 siphash(key, span_from(text, len)));
}

static void base64_is_the_same_at_each_length(void **state UNUSED)
{
	for (size_t len = 0; len <= sizeof(text); len++) {
		struct buf ours = {0}, theirs = {0};

		page_encode_b64(&ours, text, len);
		encode_b64(&theirs, text, len);
		page_encode_b64url(&ours, text, len);
		encode_b64url(&theirs, text, len);
		assert_string_equal(buf_str(&ours), buf_str(&theirs));
		buf_clear(&ours);
		buf_clear(&theirs);
	}
}

static void what_is_wiped_is_zeros_and_any_byte_tells_two_apart(void **state UNUSED)
{
	char a[32] = {0}, b[32] = {0};

	assert_true(page_wipe_equal(a, b, sizeof(a)));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] = 1;
		assert_false(page_wipe_equal(a, b, sizeof(a)));
		page_wipe_bytes(b, sizeof(b));
		assert_memory_equal(a, b, sizeof(a));
	}
}

// The table of a language that has "left", and of each number a sentence of so many bytes.
size_t page_spoken(const char *at, size_t len, char *out, size_t max)
{
	size_t n = strtoul(at, NULL, 10);

	if (len == 4 && memcmp(at, "left", 4) == 0)
		return (size_t)snprintf(out, max, "ist gegangen");
	if (n > max)
		return max + 1;
	memset(out, 'x', n);
	return n;
}

static void what_the_table_lacks_or_is_too_long_stays_english(void **state UNUSED)
{
	const char *lacking = "nobody said this", *fits = "511", *long_one = "512";

	assert_string_equal(page_spoken_here("left"), "ist gegangen");
	assert_ptr_equal(page_spoken_here(lacking), lacking);
	assert_int_equal(strlen(page_spoken_here(fits)), 511);
	assert_ptr_equal(page_spoken_here(long_one), long_one);
}

static void as_many_sentences_stay_as_one_line_is_made_of(void **state UNUSED)
{
	static const char *const texts[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
	const char *said[ARRAY_LEN(texts)];

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		said[i] = page_spoken_here(texts[i]);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(strlen(said[i]), i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_the_same_at_each_length),
		cmocka_unit_test(base64_is_the_same_at_each_length),
		cmocka_unit_test(what_is_wiped_is_zeros_and_any_byte_tells_two_apart),
		cmocka_unit_test(what_the_table_lacks_or_is_too_long_stays_english),
		cmocka_unit_test(as_many_sentences_stay_as_one_line_is_made_of),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
