// SPDX-License-Identifier: MIT
// What a backup says of itself: the file `manifest` in its folder, JSON, and beside it
// `manifest.sum`, its BLAKE2b, so that a flipped bit is found in it, too.
//
// A backup is a folder:
//   manifest, manifest.sum
//   snug.db      a copy of the database, marked as one: it draws a history id when it is
//                served first
//   pages        BLAKE2b of 16 bytes for each page of snug.db, one after another
//   snugd.conf   when there is one, and the motd_file that it names: where that stands beside
//                it by its name there, else as `motd`
//   key.pem, cert.pem, vouches.pem, ...   by --with-keys, named as the state has them
//   files/ID     what people sent, as the state directory has it; not what is half there
// In a sealed one each but the first two is NAME.sealed (stream.h); its plain sum still
// stands in the manifest.
//
// Owner: whoever has the struct; manifest_clear. Any thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "server/backup/seal.h"
#include "server/letters/ids.h"

#define BACKUP_FORMAT 2 // 1: without audit_head
#define BACKUP_MANIFEST "manifest"
#define BACKUP_MANIFEST_SUM "manifest.sum"
#define BACKUP_DATABASE "snug.db"
#define BACKUP_PAGES "pages"
#define BACKUP_CONFIG "snugd.conf"
#define BACKUP_FILES "files"
#define BACKUP_FILE_COMING ".new" // behind a file of it that is not whole
#define BACKUP_SEALED ".sealed"

#define SUM_LEN 32      // BLAKE2b of a whole file
#define PAGE_SUM_LEN 16 // ... of a page

struct backup_file {
	char *name;   // as it stands in the state: "snug.db", "files/ab/cd"
	int64_t size; // plain
	uint8_t sum[SUM_LEN];
	int64_t sealed_size; // of NAME.sealed; 0 in a backup that is not sealed
	uint8_t sealed_sum[SUM_LEN];
};

struct backup_manifest {
	int64_t format;
	char *version;  // of the snugd that made it
	int64_t schema; // of the database
	// Of the database that was copied; the copy has another. Zero: it had none.
	uint8_t history[HISTORY_ID_LEN];
	uint64_t sequence;                        // the newest message id in it; 0: none
	int64_t made_ms;                          // wall ms
	int64_t page_size;                        // bytes
	int64_t accounts, rooms, messages, audit; // how many the database has of each
	uint8_t audit_head[CHAIN_LEN]; // newest hash of its audit log; zero: it had none
	bool is_sealed;
	struct seal_public sealed_for;
	struct backup_file *files;
	size_t n_files, files_space;
};

// Reads that of the backup `dir`. False with words in *error (the caller's) when there is none,
// when its sum is another, when it is of a newer format, or says what no snugd writes; then
// nothing is in *m. No name in it leads out of the folder, and none comes twice.
MUST_USE bool manifest_read(const char *dir, struct backup_manifest *m, char **error);
// Writes both files into the folder, synced. False with words in *error.
MUST_USE bool manifest_write(const char *dir, const struct backup_manifest *m, char **error);
void manifest_clear(struct backup_manifest *m);
// The file of that name, or NULL; of one that was read, or sorted.
MUST_USE const struct backup_file *manifest_find(const struct backup_manifest *m,
						 const char *name);
// A new row for the file; the name is copied. Valid until the next.
MUST_USE struct backup_file *manifest_add(struct backup_manifest *m, const char *name);
// Puts the files in the order of their names, in which they are written.
void manifest_sort(struct backup_manifest *m);
// Whether a file may be called so: a relative path that stays inside, of printable UTF-8.
MUST_USE bool manifest_is_name(struct span name);
// Bytes of all files as they stand in the folder.
MUST_USE int64_t manifest_bytes(const struct backup_manifest *m);
