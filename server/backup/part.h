// SPDX-License-Identifier: MIT
// One file of a backup: written with its sums, as it is or sealed; read with its sums compared.
#pragma once

#include "common/attr.h"
#include "server/backup/manifest.h"

#include <sodium.h>

// BLAKE2b, fed in pieces.
struct sum {
	crypto_generichash_state state;
	int64_t size;
};
void sum_begin(struct sum *s);
void sum_add(struct sum *s, struct span bytes);
void sum_end(struct sum *s, uint8_t out[static SUM_LEN]);
// Of a page, at once.
void sum_page(struct span page, uint8_t out[static PAGE_SUM_LEN]);

// "DIR/NAME", or "DIR/NAME.sealed". The caller frees.
MUST_USE char *part_path(const char *dir, const char *name, bool is_sealed);
// The folders that the name of a file in `dir` has, 0700. False with errno.
MUST_USE bool part_make_folders(const char *dir, const char *name);

struct part_out;
// A new file in the backup `dir`, sealed for `to` unless that is NULL. NULL with words in
// *error (the caller's).
MUST_USE struct part_out *part_begin(const char *dir, const char *name,
				     const struct seal_public *to, char **error);
// False with words in *error: then only part_drop.
MUST_USE bool part_add(struct part_out *p, struct span plain, char **error);
// Syncs, fills sizes and sums of *row, ends *p. False with words in *error; *p is ended, too.
MUST_USE bool part_end(struct part_out *p, struct backup_file *row, char **error);
// Gives up; the file stays for whoever takes the folder away. NULL is accepted.
void part_drop(struct part_out *p);

// Gets each piece in turn, at most STREAM_BLOCK bytes. False with words in *error ends it.
typedef bool part_piece_fn(void *arg, struct span plain, char **error);

// Reads a file of the backup `dir` and compares sizes and sums with *row. Sealed, it is
// opened with `secret`, or, NULL, only compared as it stands, and on_piece is not called.
// Words of what differs begin with the file's name. on_piece NULL: nobody looks.
MUST_USE bool part_read(const char *dir, const struct backup_file *row,
			const struct seal_secret *secret, part_piece_fn *on_piece, void *arg,
			char **error);
// The same, whole into memory; of at most `most` bytes.
MUST_USE bool part_load(const char *dir, const struct backup_file *row,
			const struct seal_secret *secret, int64_t most, struct buf *out,
			char **error);
