// SPDX-License-Identifier: MIT
#include "tests/unit/backup/fixture.h"

#include "server/backup/seal.h"

#define WORDS "the key of the house"

// Proves S13.
static void what_is_sealed_is_opened_by_the_other_half_alone(void **state UNUSED)
{
	struct seal_public public, other_public, again;
	struct seal_secret secret, other;
	struct buf sealed = {0}, plain = {0};

	seal_pair(&public, &secret);
	seal_pair(&other_public, &other);
	seal_public_of(&secret, &again);
	assert_memory_equal(&public, &again, sizeof(public));
	assert_true(seal_close(SPAN(WORDS), &public, &sealed));
	assert_int_equal(sealed.len, sizeof(WORDS) - 1 + SEAL_MORE);
	assert_null(memmem(sealed.at, sealed.len, WORDS, sizeof(WORDS) - 1));
	assert_false(seal_open(buf_span(&sealed), &other, &plain));
	assert_int_equal(plain.len, 0);
	assert_true(seal_open(buf_span(&sealed), &secret, &plain));
	assert_true(span_eq(buf_span(&plain), SPAN(WORDS)));
	buf_clear(&sealed);
	buf_clear(&plain);
}

static void a_flipped_or_shorter_seal_is_not_opened(void **state UNUSED)
{
	struct seal_public public;
	struct seal_secret secret;
	struct buf sealed = {0}, plain = {0};

	seal_pair(&public, &secret);
	assert_true(seal_close(SPAN(WORDS), &public, &sealed));
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		// libsodium takes no notice of the highest bit of a point of X25519.
		if (bit == 32 * 8 - 1)
			continue;
		sealed.at[bit / 8] = (char)(sealed.at[bit / 8] ^ 1 << bit % 8);
		assert_false(seal_open(buf_span(&sealed), &secret, &plain));
		sealed.at[bit / 8] = (char)(sealed.at[bit / 8] ^ 1 << bit % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		assert_false(seal_open(span_from(sealed.at, len), &secret, &plain));
	buf_clear(&sealed);
	buf_clear(&plain);
}

static void nothing_is_sealed_for_a_key_that_is_none(void **state UNUSED)
{
	struct seal_public none = {{0}}, public;
	struct buf sealed = {0};

	assert_false(seal_close(SPAN(WORDS), &none, &sealed));
	assert_int_equal(sealed.len, 0);
	assert_false(seal_public_parse(SPAN(""), &public));
	assert_false(seal_public_parse(SPAN("AAAA"), &public));
	assert_false(
		seal_public_parse(SPAN("1XVXsrSGAqLOG9HGKVMJlpolZ5fe3cSn0H4J9amoFH"), &public));
	assert_false(seal_public_parse(SPAN("1XVXsrSGAqLOG9HGKVMJlpolZ5fe3cSn0H4J9amo+HI"),
				       &public));
	assert_true(seal_public_parse(SPAN("1XVXsrSGAqLOG9HGKVMJlpolZ5fe3cSn0H4J9amoFHI"),
				      &public));
	buf_clear(&sealed);
}

static void a_secret_is_a_line_of_a_new_file(void **state)
{
	struct fixture *f = *state;
	struct seal_secret secret, found;
	struct seal_public public;
	struct stat about;

	seal_pair(&public, &secret);
	assert_true(seal_save(in(f, "key"), &secret, &f->error));
	assert_int_equal(stat(f->path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	assert_int_equal(about.st_size, 44);
	assert_true(seal_load(f->path, &found, &f->error));
	assert_memory_equal(&secret, &found, sizeof(secret));
	assert_false(seal_save(f->path, &secret, &f->error));
	assert_says(f, "File exists");
	assert_false(seal_load(in(f, "none"), &found, &f->error));
	assert_says(f, "No such file");
	put(f, "other", SPAN("-----BEGIN PRIVATE KEY-----\n"));
	assert_false(seal_load(in(f, "other"), &found, &f->error));
	assert_says(f, "no secret key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_is_opened_by_the_other_half_alone),
		cmocka_unit_test(a_flipped_or_shorter_seal_is_not_opened),
		cmocka_unit_test(nothing_is_sealed_for_a_key_that_is_none),
		cmocka_unit_test_setup_teardown(a_secret_is_a_line_of_a_new_file, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
