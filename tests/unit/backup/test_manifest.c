// SPDX-License-Identifier: MIT
#include "tests/unit/backup/fixture.h"

#include "common/die.h"
#include "common/encode.h"
#include "server/backup/manifest.h"

static void fill(struct backup_manifest *m)
{
	static const char *const names[] = {BACKUP_DATABASE, BACKUP_PAGES, "files/ä/x"};

	*m = (struct backup_manifest){.format = BACKUP_FORMAT,
				      .version = xstrdup("0.1"),
				      .schema = 26,
				      .sequence = 0x0123456789abcdef,
				      .made_ms = 1767225600123,
				      .page_size = 4096,
				      .accounts = 1,
				      .rooms = 2,
				      .messages = 3,
				      .audit = 4,
				      .audit_head = {7, 8, 9}};
	memset(m->history, 0xa5, sizeof(m->history));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct backup_file *row = manifest_add(m, names[i]);

		row->size = (int64_t)i * 1000;
		memset(row->sum, (int)i, SUM_LEN);
	}
	manifest_sort(m);
}

static void seal(struct backup_manifest *m)
{
	m->is_sealed = true;
	memset(&m->sealed_for, 7, sizeof(m->sealed_for));
	for (size_t i = 0; i < m->n_files; i++) {
		m->files[i].sealed_size = m->files[i].size + 121;
		memset(m->files[i].sealed_sum, 0xee, SUM_LEN);
	}
}

static void assert_same(const struct backup_manifest *a, const struct backup_manifest *b)
{
	assert_int_equal(a->format, b->format);
	assert_string_equal(a->version, b->version);
	assert_int_equal(a->schema, b->schema);
	assert_memory_equal(a->history, b->history, sizeof(a->history));
	assert_true(a->sequence == b->sequence);
	assert_int_equal(a->made_ms, b->made_ms);
	assert_int_equal(a->page_size, b->page_size);
	assert_memory_equal(a->audit_head, b->audit_head, sizeof(a->audit_head));
	assert_int_equal(a->accounts * 1000 + a->rooms * 100 + a->messages * 10 + a->audit,
			 b->accounts * 1000 + b->rooms * 100 + b->messages * 10 + b->audit);
	assert_int_equal(a->is_sealed, b->is_sealed);
	assert_memory_equal(&a->sealed_for, &b->sealed_for, sizeof(a->sealed_for));
	assert_int_equal(a->n_files, b->n_files);
	for (size_t i = 0; i < a->n_files; i++) {
		assert_string_equal(a->files[i].name, b->files[i].name);
		assert_int_equal(a->files[i].size, b->files[i].size);
		assert_memory_equal(a->files[i].sum, b->files[i].sum, SUM_LEN);
		assert_int_equal(a->files[i].sealed_size, b->files[i].sealed_size);
		assert_memory_equal(a->files[i].sealed_sum, b->files[i].sealed_sum, SUM_LEN);
	}
}

static void write_and_read(struct fixture *f, bool is_sealed)
{
	struct backup_manifest m, found;

	fill(&m);
	if (is_sealed)
		seal(&m);
	assert_true(manifest_write(f->folder, &m, &f->error));
	assert_true(manifest_read(f->folder, &found, &f->error));
	assert_same(&m, &found);
	assert_int_equal(manifest_bytes(&found), 3000 + (is_sealed ? 3 * 121 : 0));
	assert_non_null(manifest_find(&found, BACKUP_PAGES));
	assert_null(manifest_find(&found, "files"));
	manifest_clear(&m);
	manifest_clear(&found);
}

static void it_is_read_as_it_was_written(void **state)
{
	write_and_read(*state, false);
}

static void one_that_is_sealed_too(void **state)
{
	write_and_read(*state, true);
}

// Proves S12.
static void every_flipped_bit_is_found(void **state)
{
	static const char *const names[] = {BACKUP_MANIFEST, BACKUP_MANIFEST_SUM};
	struct fixture *f = *state;
	struct backup_manifest m;

	fill(&m);
	assert_true(manifest_write(f->folder, &m, &f->error));
	manifest_clear(&m);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *path = part_path(f->folder, names[i], false);
		struct stat about;

		assert_int_equal(stat(path, &about), 0);
		for (size_t bit = 0; bit < (size_t)about.st_size * 8; bit++) {
			flip(path, bit);
			assert_false(manifest_read(f->folder, &m, &f->error));
			assert_says(f, "the manifest is not as it was written");
			flip(path, bit);
		}
		free(path);
	}
}

// With the sum that it has now: what it says is what is refused.
static void sum_anew(struct fixture *f, struct buf *text)
{
	uint8_t sum[SUM_LEN];
	struct buf line = {0};
	struct sum s;

	sum_begin(&s);
	sum_add(&s, buf_span(text));
	sum_end(&s, sum);
	encode_hex(&line, sum, sizeof(sum));
	buf_add_char(&line, '\n');
	put(f, BACKUP_MANIFEST, buf_span(text));
	put(f, BACKUP_MANIFEST_SUM, buf_span(&line));
	buf_clear(&line);
}

static void replace(struct buf *text, const char *from, const char *to)
{
	char *at = strstr(buf_str(text), from);
	struct buf fresh = {0};

	assert_non_null(at);
	buf_add(&fresh, text->at, (size_t)(at - text->at));
	buf_add_str(&fresh, to);
	buf_add_str(&fresh, at + strlen(from));
	buf_clear(text);
	*text = fresh;
}

static void what_no_snugd_writes_is_refused(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} cases[] = {
		{"\"format\": 2", "\"format\": 3", "newer snugd (format 3, this one knows 2)"},
		{"\"format\": 2", "\"format\": 0", "not one that snugd writes"},
		{"\"format\": 2", "\"format\": 1", "not one that snugd writes"},
		{"\"format\": 2", "\"format\": \"2\"", "not one that snugd writes"},
		{"\"audit_head\": \"07", "\"audit_head\": \"7", "not one that snugd writes"},
		{"\"schema\": 26", "\"schema\": 0", "not one that snugd writes"},
		{"\"schema\": 26", "\"schema\": 26, \"more\": 1", "not one that snugd writes"},
		{"4096", "4095", "not one that snugd writes"},
		{"4096", "131072", "not one that snugd writes"},
		{"a5a5", "a5", "not one that snugd writes"},
		{"a5a5", "xxxx", "not one that snugd writes"},
		{"2026-", "26-", "not one that snugd writes"},
		{"\"snug.db\"", "\"snuh.db\"", "not one that snugd writes"},
		{"\"pages\"", "\"page\"", "not one that snugd writes"},
		{"\"pages\"", "\"snug.db\"", "not one that snugd writes"},
		{"files/\\u00E4/x", "files/../x", "not one that snugd writes"},
		{"files/\\u00E4/x", "../x", "not one that snugd writes"},
		{"files/\\u00E4/x", "/etc/x", "not one that snugd writes"},
		{"files/\\u00E4/x", "files//x", "not one that snugd writes"},
		{"files/\\u00E4/x", "files/./x", "not one that snugd writes"},
		{"files/\\u00E4/x", "files/x/", "not one that snugd writes"},
		{"files/\\u00E4/x", "", "not one that snugd writes"},
		{"files/\\u00E4/x", "files/\\u001B/x", "not one that snugd writes"},
		{"files/\\u00E4/x", "zz", "not one that snugd writes"},
		{"\"size\": 2000", "\"size\": -1", "not one that snugd writes"},
		{"\"size\": 2000", "\"size\": 2000, \"sealed_size\": 9",
		 "not one that snugd writes"},
		{"}\n", "", "not one that snugd writes"},
	};
	struct fixture *f = *state;
	struct buf text = {0};
	struct backup_manifest m;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fill(&m);
		unlink(in(f, BACKUP_MANIFEST));
		unlink(in(f, BACKUP_MANIFEST_SUM));
		assert_true(manifest_write(f->folder, &m, &f->error));
		manifest_clear(&m);
		get(f, BACKUP_MANIFEST, &text);
		replace(&text, cases[i].from, cases[i].to);
		sum_anew(f, &text);
		assert_false(manifest_read(f->folder, &m, &f->error));
		assert_int_equal(m.n_files, 0);
		assert_says(f, cases[i].says);
	}
	buf_clear(&text);
}

static void none_is_told(void **state)
{
	struct fixture *f = *state;
	struct backup_manifest m;

	assert_false(manifest_read(f->folder, &m, &f->error));
	assert_says(f, "No such file");
}

#define TEST_IN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN(it_is_read_as_it_was_written),
		TEST_IN(one_that_is_sealed_too),
		TEST_IN(every_flipped_bit_is_found),
		TEST_IN(what_no_snugd_writes_is_refused),
		TEST_IN(none_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
