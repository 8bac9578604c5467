// SPDX-License-Identifier: MIT
#include "server/backup/verify.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/backup/failed.h"
#include "server/backup/folder.h"
#include "server/backup/leftover.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"
#include "server/backup/verify_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define LISTED 20                    // pages named; the rest is counted
#define PAGES_MAX (INT64_C(1) << 32) // inside: bytes of sums of more than a TB

void report_add(struct backup_report *r, const char *what, bool is_fine, char *found)
{
	r->findings =
		grow(r->findings, r->n_findings, &r->findings_space, sizeof(*r->findings));
	r->findings[r->n_findings++] = (struct backup_finding){xstrdup(what), is_fine, found};
	r->is_whole = r->is_whole && is_fine;
}

void report_fine(struct backup_report *r, const char *what, const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	report_add(r, what, true, buf_take(&words));
}

void report_wrong(struct backup_report *r, const char *what, const char *format, ...)
{
	struct buf words = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	report_add(r, what, false, buf_take(&words));
}

void backup_report_clear(struct backup_report *r)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		free(r->findings[i].what);
		free(r->findings[i].found);
	}
	free(r->findings);
	manifest_clear(&r->manifest);
	store_report_clear(&r->database);
	*r = (struct backup_report){0};
}

// Pages.

struct comparing {
	struct span sums;
	size_t page_size;
	struct buf page; // what there is of it
	int64_t at;      // its number, from 1 as SQLite counts
	int64_t n_wrong;
	struct buf wrong; // their numbers
};

static void compare_page(struct comparing *c)
{
	uint8_t sum[PAGE_SUM_LEN];
	struct span noted = span_after(c->sums, (size_t)c->at++ * PAGE_SUM_LEN);

	sum_page(buf_span(&c->page), sum);
	buf_reset(&c->page);
	if (noted.len >= PAGE_SUM_LEN && memcmp(noted.at, sum, PAGE_SUM_LEN) == 0)
		return;
	if (c->n_wrong++ < LISTED)
		buf_printf(&c->wrong, " %" PRId64, c->at);
}

static bool compare_piece(void *arg, struct span piece, char **error)
{
	struct comparing *c = arg;

	(void)error;
	while (piece.len) {
		size_t room = c->page_size - c->page.len;
		size_t n = piece.len < room ? piece.len : room;

		buf_add(&c->page, piece.at, n);
		piece = span_after(piece, n);
		if (c->page.len == c->page_size)
			compare_page(c);
	}
	return true;
}

static void report_pages(struct backup_report *r, struct comparing *c, const char *why)
{
	if (c->n_wrong)
		report_wrong(r, BACKUP_DATABASE, "%s; %s not as it was: page%s%s", why,
			     c->n_wrong == 1 ? "this is" : "these are", buf_str(&c->wrong),
			     c->n_wrong > LISTED ? " and more" : "");
	else
		report_wrong(r, BACKUP_DATABASE, "%s", why);
}

// Files.

static void verify_file(struct backup_report *r, const char *dir, const struct backup_file *f,
			const struct seal_secret *secret)
{
	char *error = NULL;

	if (!part_read(dir, f, secret, NULL, NULL, &error))
		report_add(r, f->name, false, error);
}

static void verify_database(struct backup_report *r, const char *dir,
			    const struct seal_secret *secret)
{
	const struct backup_file *f = manifest_find(&r->manifest, BACKUP_DATABASE);
	const struct backup_file *sums = manifest_find(&r->manifest, BACKUP_PAGES);
	struct comparing c = {.page_size = (size_t)r->manifest.page_size};
	bool is_open = secret || !r->manifest.is_sealed;
	struct buf pages = {0};
	char *error = NULL;
	bool is_fine = part_load(dir, sums, secret, PAGES_MAX, &pages, &error);

	if (!is_fine)
		report_wrong(r, BACKUP_PAGES, "%s", error);
	c.sums = buf_span(&pages);
	if (!part_read(dir, f, secret, is_open ? compare_piece : NULL, &c, &error))
		report_pages(r, &c, error);
	else if (is_fine && is_open && c.n_wrong)
		report_pages(r, &c, BACKUP_DATABASE ": its pages have other sums");
	buf_clear(&c.page);
	buf_clear(&c.wrong);
	buf_clear(&pages);
	free(error);
}

static bool is_expected(const struct backup_manifest *m, const char *name)
{
	size_t len = strlen(name), end = strlen(BACKUP_SEALED);
	bool is_sealed = len > end && !strcmp(name + len - end, BACKUP_SEALED);
	struct span plain = span_from(name, is_sealed && m->is_sealed ? len - end : len);
	char *text = span_dup(plain);
	bool is_so = !strcmp(name, BACKUP_MANIFEST) || !strcmp(name, BACKUP_MANIFEST_SUM) ||
		     ((is_sealed || !m->is_sealed) && manifest_find(m, text));

	free(text);
	return is_so;
}

static bool note_other(void *arg, const char *name, const struct stat *about, char **error)
{
	struct backup_report *r = arg;

	(void)error;
	(void)about;
	if (!is_expected(&r->manifest, name))
		report_wrong(r, name, "the manifest does not speak of it: take it away");
	return true;
}

static void verify_files(struct backup_report *r, const char *dir,
			 const struct seal_secret *secret)
{
	const struct backup_manifest *m = &r->manifest;
	char *error = NULL;

	for (size_t i = 0; i < m->n_files; i++) {
		if (strcmp(m->files[i].name, BACKUP_DATABASE) != 0 &&
		    strcmp(m->files[i].name, BACKUP_PAGES) != 0)
			verify_file(r, dir, &m->files[i], secret);
	}
	verify_database(r, dir, secret);
	if (!folder_each(dir, note_other, r, &error))
		report_add(r, "sums", false, error);
	if (r->is_whole)
		report_fine(r, secret ? "seal" : "sums",
			    "%zu files, %" PRId64 " bytes, as they were %s", m->n_files,
			    manifest_bytes(m), secret ? "sealed" : "written");
}

bool backup_verify_sums(const char *dir, struct backup_report *r)
{
	char *error = NULL;

	*r = (struct backup_report){.is_whole = true};
	if (!manifest_read(dir, &r->manifest, &error))
		report_add(r, "manifest", false, error);
	else
		verify_files(r, dir, NULL);
	return r->is_whole;
}

// Restored.

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

// An empty folder, and its lock: until it is taken somebody may take the folder for one that
// was left, and it away. -1 with words in *error.
static int make_temporary(char **folder, char **error)
{
	int lock = -1;

	do {
		struct buf name = {0};

		free(*folder);
		buf_printf(&name, "%s/" LEFTOVER_VERIFY "XXXXXX", leftover_place());
		*folder = buf_take(&name);
		if (lock >= 0)
			close(lock);
		if (!mkdtemp(*folder))
			return failed_at(error, "make a folder in", leftover_place()), -1;
		lock = folder_take(*folder);
	} while (lock < 0 || !is_there(*folder));
	return lock;
}

static void look_at(struct backup_report *r, const char *folder, backup_look_fn *look)
{
	struct buf found = {0};
	bool is_fine;

	if (!look || !r->is_whole)
		return;
	is_fine = look(folder, &found);
	report_add(r, "served", is_fine, buf_take(&found));
}

static void restore(struct backup_report *r, const char *dir, const struct seal_secret *secret,
		    backup_look_fn *look)
{
	char *folder = NULL, *error = NULL;
	int lock = make_temporary(&folder, &error);

	if (lock >= 0 && unpack_backup(dir, &r->manifest, secret, folder, &error)) {
		report_fine(r, "restore", "unpacked into a temporary folder");
		r->is_opened = true;
		report_database(r, folder);
		look_at(r, folder, look);
	} else {
		report_add(r, "restore", false, error);
	}
	if (lock >= 0) {
		unpack_remove(folder);
		close(lock);
	}
	free(folder);
}

static void report_no_key(struct backup_report *r)
{
	struct buf key = {0};

	seal_public_text(&r->manifest.sealed_for, &key);
	report_fine(r, "key",
		    "it is sealed for %s: only the sums were compared, --key FILE looks inside",
		    buf_str(&key));
	buf_clear(&key);
}

static bool is_key(const struct backup_report *r, const struct seal_secret *secret)
{
	struct seal_public public;

	seal_public_of(secret, &public);
	return memcmp(&public, &r->manifest.sealed_for, sizeof(public)) == 0;
}

bool backup_verify(const char *dir, const struct seal_secret *secret, backup_look_fn *look,
		   struct backup_report *r)
{
	if (!backup_verify_sums(dir, r))
		return false;
	if (!r->manifest.is_sealed) {
		restore(r, dir, NULL, look);
	} else if (!secret) {
		report_no_key(r);
	} else if (!is_key(r, secret)) {
		report_wrong(r, "key", "it is sealed for another key than this one");
	} else {
		verify_files(r, dir, secret);
		if (r->is_whole)
			restore(r, dir, secret, look);
	}
	return r->is_whole;
}
