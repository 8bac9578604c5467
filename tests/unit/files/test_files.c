// SPDX-License-Identifier: MIT
// Files on disk: step by step, and by letters to the thread.
#include "tests/unit/files/disk.h"

#include "common/die.h"
#include "server/letters/letter.h"

static void a_file_comes_and_is_read_back(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 3 * FILING_BYTES + 5), *r = filing_of(1, 0);
	unsigned char hash[FILE_HASH_LEN];
	char *all = xmalloc((size_t)f->size);

	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_DONE);
	for (size_t i = 0; i < f->size; i++)
		all[i] = byte_at(i);
	crypto_generichash(hash, sizeof(hash), (unsigned char *)all, f->size, NULL, 0);
	free(all);
	assert_memory_equal(f->hash, hash, FILE_HASH_LEN);
	assert_true(span_eq(f->type, SPAN("application/octet-stream")));
	r->act = FILING_READ;
	r->at = FILING_BYTES + 1;
	r->len = 2;
	file_read(p.fd, r);
	assert_int_equal(r->result, FILING_DONE);
	assert_int_equal(r->size, f->size);
	assert_int_equal(r->len, 2);
	assert_int_equal(r->bytes[0], byte_at(FILING_BYTES + 1));
	r->at = f->size - 1;
	r->len = FILING_BYTES;
	file_read(p.fd, r);
	assert_int_equal(r->len, 1);
	r->at = f->size;
	r->len = FILING_BYTES;
	file_read(p.fd, r);
	assert_int_equal(r->len, 0);
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	file_read(p.fd, r);
	assert_int_equal(r->result, FILING_GONE);
	filing_free(f);
	filing_free(r);
	place_free(&p);
}

static void nobody_else_reads_it(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 1);
	char place[FILE_PLACE_MAX];
	struct stat about;

	assert_int_equal(fstat(p.fd, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	assert_int_equal(upload(p.fd, f, 1), FILING_DONE);
	file_place(&f->file, false, place);
	assert_int_equal(fstatat(p.fd, place, &about, 0), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

static void an_empty_file_is_one(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 0);

	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_DONE);
	assert_int_equal(place_count(&p), 1);
	assert_int_equal(f->hash[0], 0x0e);
	f->act = FILING_READ;
	f->len = 1;
	file_read(p.fd, f);
	assert_int_equal(f->result, FILING_DONE);
	assert_int_equal(f->len + f->size, 0);
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

static void a_type_is_that_of_the_first_bytes(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 16);

	f->act = FILING_BEGIN;
	file_upload(p.fd, f);
	f->act = FILING_ADD;
	f->len = 8;
	memcpy(f->bytes, "\x89PNG\r\n\x1a\n", 8);
	file_upload(p.fd, f);
	memcpy(f->bytes, "GIF89a..", 8);
	file_upload(p.fd, f);
	assert_int_equal(f->result, FILING_DONE);
	assert_true(span_eq(f->type, SPAN("image/png")));
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

// Proves S20.
static void wherever_it_is_cut_nothing_is_left(void **state UNUSED)
{
	struct place p = place_new();

	for (uint64_t cut = 0; cut <= 64 * 4096; cut += 4096) {
		struct filing *f = filing_of(1, 64 * 4096);

		f->act = FILING_BEGIN;
		file_upload(p.fd, f);
		while (f->at < cut)
			assert_true(add_step(p.fd, f, 4096));
		assert_int_equal(place_count(&p), 1);
		f->act = FILING_DROP;
		file_upload(p.fd, f);
		assert_int_equal(place_count(&p), 0);
		filing_free(f);
	}
	place_free(&p);
}

static void what_is_shorter_than_it_said_is_not_whole(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 10);

	f->act = FILING_BEGIN;
	file_upload(p.fd, f);
	assert_true(add_step(p.fd, f, 9));
	f->act = FILING_END;
	file_upload(p.fd, f);
	assert_int_equal(f->result, FILING_BROKEN);
	assert_int_equal(place_count(&p), 0);
	filing_free(f);
	place_free(&p);
}

static void a_link_is_no_file(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 10);
	char place[FILE_PLACE_MAX];

	for (int is_new = 0; is_new < 2; is_new++) {
		file_place(&f->file, is_new, place);
		assert_int_equal(symlinkat("/etc/passwd", p.fd, place), 0);
		f->act = is_new ? FILING_ADD : FILING_READ;
		f->len = 1;
		if (is_new)
			file_upload(p.fd, f);
		else
			file_read(p.fd, f);
		assert_int_equal(f->result, FILING_BROKEN);
		unlinkat(p.fd, place, 0);
	}
	filing_free(f);
	place_free(&p);
}

static void what_is_half_there_goes_at_the_next_start(void **state UNUSED)
{
	struct place p = place_new();
	static const char *const names[] = {"AAAAAAAAAAAAAAAAAAAAAA.new", "notes.new",
					    "AAAAAAAAAAAAAAAAAAAAAA", "README"};
	char *error;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		close(openat(p.fd, names[i], O_CREAT | O_WRONLY, 0600));
	close(p.fd);
	p.fd = files_open(p.folder, false, &error);
	assert_int_equal(place_count(&p), 3);
	assert_int_equal(faccessat(p.fd, names[0], F_OK, 0), -1);
	for (size_t i = 1; i < ARRAY_LEN(names); i++)
		assert_int_equal(unlinkat(p.fd, names[i], 0), 0);
	place_free(&p);
}

static void a_folder_that_cannot_be_used_is_named(void **state UNUSED)
{
	struct place p = place_new();
	char path[128], below[128], *error = NULL;

	snprintf(path, sizeof(path), "%s/none", p.dir);
	assert_int_equal(files_open(path, false, &error), -1);
	assert_null(error);
	assert_int_equal(symlink(p.folder, path), 0);
	assert_int_equal(files_open(path, false, &error), -1);
	assert_non_null(strstr(error, path));
	free(error);
	unlink(path);
	snprintf(below, sizeof(below), "%s/none/none", p.dir);
	assert_int_equal(files_open(below, true, &error), -1);
	assert_non_null(strstr(error, "No such file"));
	free(error);
	place_free(&p);
}

struct running {
	struct place place;
	struct mailbox *shard, *hub;
	struct files *files;
};

static struct running run_files(void)
{
	struct running r = {place_new(), mailbox_new(), mailbox_new(), NULL};

	r.files = files_start(r.place.fd, r.hub, (struct thread_begin){0});
	return r;
}

static void end_running(struct running *r)
{
	struct letter *late;

	files_stop(r->files);
	files_free(r->files);
	r->place.fd = open(r->place.folder, O_RDONLY | O_DIRECTORY);
	late = mailbox_take(r->shard);
	letters_free(&late);
	mailbox_free(r->shard);
	mailbox_free(r->hub);
	place_free(&r->place);
}

static void take_back(struct running *r, struct filing *f)
{
	f->letter.kind = LETTER_FILING;
	mailbox_put(files_mailbox(r->files), &f->letter);
	assert_ptr_equal(mailbox_wait(r->shard, -1), &f->letter);
	assert_int_equal(f->letter.kind, LETTER_FILED);
	assert_int_equal(f->result, FILING_DONE);
}

static void send_file(struct running *r, unsigned char n)
{
	struct filing *f = filing_of(n, 3);

	f->from = r->shard;
	f->act = FILING_BEGIN;
	take_back(r, f);
	f->act = FILING_ADD;
	f->len = 3;
	memcpy(f->bytes, "abc", 3);
	take_back(r, f);
	f->act = FILING_END;
	take_back(r, f);
	filing_free(f);
}

static struct file_list *list_page(struct running *r, bool begins)
{
	struct file_list *list = file_list_new(LETTER_LIST);
	struct letter *l;

	list->begins = begins;
	mailbox_put(files_mailbox(r->files), &list->letter);
	l = mailbox_wait(r->hub, -1);
	assert_ptr_equal(l, &list->letter);
	assert_int_equal(l->kind, LETTER_LISTED);
	return list;
}

static void what_is_there_is_listed_and_goes_when_told(void **state UNUSED)
{
	struct running r = run_files();
	struct file_list *list, *gone = file_list_new(LETTER_REMOVE);
	struct file_id never = id_of(9);

	send_file(&r, 1);
	send_file(&r, 2);
	list = list_page(&r, true);
	assert_int_equal(list->n_ids, 2);
	assert_true(list->ends);
	for (size_t i = 0; i < 2; i++)
		file_list_add(gone, &list->ids[i]);
	file_list_add(gone, &never);
	file_list_free(list);
	mailbox_put(files_mailbox(r.files), &gone->letter);
	list = list_page(&r, true);
	assert_int_equal(list->n_ids, 0);
	assert_true(list->ends);
	file_list_free(list);
	end_running(&r);
}

static void many_are_listed_in_pages(void **state UNUSED)
{
	struct running r = run_files();
	struct file_list *gone = file_list_new(LETTER_REMOVE), *list;
	size_t n_pages = 0;
	bool ends = false;

	for (unsigned i = 0; i < FILES_LISTED_MAX + 10; i++) {
		struct file_id id = {{(unsigned char)i, (unsigned char)(i >> 8)}};
		char place[FILE_PLACE_MAX];

		file_place(&id, false, place);
		close(openat(r.place.fd, place, O_CREAT | O_WRONLY, 0600));
	}
	// One that was left where it stood is begun anew.
	list = list_page(&r, true);
	assert_int_equal(list->n_ids, FILES_LISTED_MAX);
	assert_false(list->ends);
	file_list_free(list);
	for (; !ends; n_pages++) {
		list = list_page(&r, n_pages == 0);
		for (size_t i = 0; i < list->n_ids; i++)
			file_list_add(gone, &list->ids[i]);
		ends = list->ends;
		file_list_free(list);
	}
	assert_int_equal(n_pages, 2);
	assert_int_equal(gone->n_ids, FILES_LISTED_MAX + 10);
	mailbox_put(files_mailbox(r.files), &gone->letter);
	end_running(&r); // what was to go before the stop went
}

static void a_stop_waits_for_nobody(void **state UNUSED)
{
	struct running r = run_files();
	struct filing *f = filing_of(1, 3), *late = filing_of(2, 3);

	f->from = late->from = r.shard;
	f->act = FILING_BEGIN;
	take_back(&r, f);
	files_stop(r.files);
	// Whoever puts a letter then gets no answer.
	mailbox_put(files_mailbox(r.files), &late->letter);
	files_free(r.files);
	r.files = NULL;
	assert_null(mailbox_take(r.shard));
	filing_free(f);
	r.place.fd = open(r.place.folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(place_count(&r.place), 1);
	files_clear_new(r.place.fd);
	close(r.place.fd);
	end_running(&r);
}

static void without_a_folder_every_file_is_gone(void **state UNUSED)
{
	struct running r = {.shard = mailbox_new(), .hub = mailbox_new()};
	struct filing *f = filing_of(1, 3);
	struct file_list *gone = file_list_new(LETTER_REMOVE), *list;

	r.files = files_start(-1, r.hub, (struct thread_begin){0});
	f->from = r.shard;
	f->act = FILING_READ;
	mailbox_put(files_mailbox(r.files), &f->letter);
	assert_ptr_equal(mailbox_wait(r.shard, -1), &f->letter);
	assert_int_equal(f->result, FILING_GONE);
	file_list_add(gone, &f->file);
	mailbox_put(files_mailbox(r.files), &gone->letter);
	list = list_page(&r, true);
	assert_true(list->ends && !list->n_ids);
	file_list_free(list);
	filing_free(f);
	files_stop(r.files);
	files_free(r.files);
	mailbox_free(r.shard);
	mailbox_free(r.hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_comes_and_is_read_back),
		cmocka_unit_test(nobody_else_reads_it),
		cmocka_unit_test(an_empty_file_is_one),
		cmocka_unit_test(a_type_is_that_of_the_first_bytes),
		cmocka_unit_test(wherever_it_is_cut_nothing_is_left),
		cmocka_unit_test(what_is_shorter_than_it_said_is_not_whole),
		cmocka_unit_test(a_link_is_no_file),
		cmocka_unit_test(what_is_half_there_goes_at_the_next_start),
		cmocka_unit_test(a_folder_that_cannot_be_used_is_named),
		cmocka_unit_test(what_is_there_is_listed_and_goes_when_told),
		cmocka_unit_test(many_are_listed_in_pages),
		cmocka_unit_test(a_stop_waits_for_nobody),
		cmocka_unit_test(without_a_folder_every_file_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
