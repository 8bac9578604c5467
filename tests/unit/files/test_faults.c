// SPDX-License-Identifier: MIT
// Whatever the disk refuses, and wherever the process ends: a file is whole or not there.
// The functions stand before those of the library, and call them.
#include "tests/unit/files/disk.h"

#include "server/letters/limits.h"

#define REAL(name) __extension__((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))
#define COUNTED()                                                                              \
	do {                                                                                   \
		if (faulty.at && ++faulty.calls == faulty.at) {                                \
			if (!faulty.error)                                                     \
				_exit(7);                                                      \
			errno = faulty.error;                                                  \
			return -1;                                                             \
		}                                                                              \
	} while (0)

struct faulty faulty;

int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	va_start(more, flags);
	if (flags & O_CREAT)
		mode = va_arg(more, mode_t);
	va_end(more);
	COUNTED();
	return REAL(openat)(folder, path, flags, mode);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	COUNTED();
	if (faulty.halves && len > 1)
		len /= 2;
	return REAL(pwrite)(fd, bytes, len, at);
}

int fallocate(int fd, int mode, off_t at, off_t len)
{
	COUNTED();
	return REAL(fallocate)(fd, mode, at, len);
}

int fdatasync(int fd)
{
	COUNTED();
	return REAL(fdatasync)(fd);
}

int fsync(int fd)
{
	COUNTED();
	return REAL(fsync)(fd);
}

int renameat(int from, const char *path, int to, const char *name)
{
	COUNTED();
	return REAL(renameat)(from, path, to, name);
}

int fstatfs(int fd, struct statfs *about)
{
	int result = REAL(fstatfs)(fd, about);

	if (faulty.free_bytes)
		about->f_bavail = faulty.free_bytes / (uint64_t)about->f_bsize;
	return result;
}

#define SIZE (5 * FILING_BYTES + 123)

// Each call of an upload fails so, one after the other: gives how many there were.
static unsigned fail_each(int error, enum filing_result expected)
{
	struct place p = place_new();
	unsigned n = 0;
	bool fails = true;

	while (fails) {
		struct filing *f = filing_of(1, SIZE);

		faulty = (struct faulty){.at = ++n, .error = error};
		fails = upload(p.fd, f, FILING_BYTES) != FILING_DONE;
		assert_true(!fails || f->result == expected);
		assert_int_equal(fails, faulty.calls >= n);
		faulty = (struct faulty){0};
		assert_int_equal(place_count(&p), fails ? 0 : 1);
		f->act = FILING_DROP;
		file_upload(p.fd, f);
		filing_free(f);
	}
	assert_int_equal(place_count(&p), 0);
	place_free(&p);
	return n - 1;
}

// Proves S20.
static void whatever_the_disk_refuses_nothing_is_left(void **state UNUSED)
{
	// Opened 8 times, room kept, 6 writes, synced twice, renamed.
	assert_int_equal(fail_each(ENOSPC, FILING_FULL), 18);
	assert_int_equal(fail_each(EDQUOT, FILING_FULL), 18);
	assert_int_equal(fail_each(EIO, FILING_BROKEN), 18);
	assert_int_equal(fail_each(EROFS, FILING_BROKEN), 18);
}

static void a_long_one_is_synced_as_it_grows(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 20 * 1024 * 1024);

	faulty = (struct faulty){.at = UINT32_MAX, .error = EIO};
	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_DONE);
	// 320 writes, 322 openings, room, rename, 2 syncs at the end and 2 on the way.
	assert_int_equal(faulty.calls, 320 + 322 + 1 + 1 + 2 + 2);
	faulty = (struct faulty){0};
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

static void check_whole(const struct place *p, unsigned char n, uint64_t size)
{
	struct filing *f = filing_of(n, 0);

	f->act = FILING_READ;
	do {
		f->len = FILING_BYTES;
		file_read(p->fd, f);
		assert_int_equal(f->result, FILING_DONE);
		assert_int_equal(f->size, size);
		for (size_t i = 0; i < f->len; i++)
			assert_int_equal(f->bytes[i], byte_at(f->at + i));
		f->at += f->len;
	} while (f->len);
	assert_int_equal(f->at, size);
	filing_free(f);
}

// Ends before its call number `at`; true: it came to the end of the upload.
static bool dies_at(struct place *p, unsigned at)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct filing *f = filing_of(1, SIZE);

		faulty = (struct faulty){.at = at};
		_exit(upload(p->fd, f, FILING_BYTES) == FILING_DONE ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 7);
	return WEXITSTATUS(status) == 0;
}

// Proves S20.
static void wherever_the_process_ends_a_file_is_whole_or_not_there(void **state UNUSED)
{
	bool came_to_the_end = false;
	size_t n_left_half = 0, n_whole = 0;

	for (unsigned at = 1; !came_to_the_end; at++) {
		struct place p = place_new();
		struct file_list *gone = file_list_new(0);
		struct file_id id = id_of(1);
		size_t before;
		char *error;

		came_to_the_end = dies_at(&p, at);
		before = place_count(&p);
		close(p.fd);
		p.fd = files_open(p.folder, true, &error);
		n_left_half += place_count(&p) < before;
		if (place_count(&p)) {
			check_whole(&p, 1, SIZE);
			n_whole++;
		}
		file_list_add(gone, &id);
		files_remove(p.fd, gone);
		file_list_free(gone);
		place_free(&p);
	}
	// From the second call on until the name is there something was; then all of it is.
	assert_int_equal(n_left_half, 16);
	assert_int_equal(n_whole, 2);
}

static void a_write_may_be_short(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, SIZE);

	faulty = (struct faulty){.halves = true};
	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_DONE);
	faulty = (struct faulty){0};
	check_whole(&p, 1, SIZE);
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

static void room_for_others_is_left(void **state UNUSED)
{
	struct place p = place_new();
	struct filing *f = filing_of(1, 4096 * 100);

	faulty = (struct faulty){.free_bytes = FILES_LEAVE_BYTES + 4096 * 99};
	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_FULL);
	faulty.free_bytes = 4096;
	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_FULL);
	assert_int_equal(place_count(&p), 0);
	faulty.free_bytes = FILES_LEAVE_BYTES + 4096 * 100;
	assert_int_equal(upload(p.fd, f, FILING_BYTES), FILING_DONE);
	faulty = (struct faulty){0};
	f->act = FILING_DROP;
	file_upload(p.fd, f);
	filing_free(f);
	place_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_the_disk_refuses_nothing_is_left),
		cmocka_unit_test(a_long_one_is_synced_as_it_grows),
		cmocka_unit_test(wherever_the_process_ends_a_file_is_whole_or_not_there),
		cmocka_unit_test(a_write_may_be_short),
		cmocka_unit_test(room_for_others_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
