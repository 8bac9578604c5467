// SPDX-License-Identifier: MIT
// Whether a backup is whole, and can be put back.
//
// 1. Each file that the manifest names is there and has its size and its sum; of the database
//    each page has its. Nothing stands there besides.
// 2. Then all of it is unpacked into a temporary folder ($TMPDIR, else /var/tmp), which is
//    removed again, and the database is opened there as a server would: migrated if it is
//    older, loaded, checked and counted.
// Of a sealed backup without its key only the sums of what stands there are looked at.
// Any thread, but never the hub's: it takes as long as the backup is big.
#pragma once

#include "common/attr.h"
#include "server/backup/manifest.h"
#include "server/store/store.h"

// One thing that was looked at.
struct backup_finding {
	// "manifest", "sums", "key", "seal", "restore", "integrity", "counts", "sequence",
	// "audit", "login", "keys", "served", or the name of a file that is not as it was.
	char *what;
	bool is_fine;
	char *found; // words
};

struct backup_report {
	struct backup_manifest manifest; // empty (format 0) when it could not be read
	struct backup_finding *findings;
	size_t n_findings, findings_space;
	bool is_whole;  // every finding is fine
	bool is_opened; // it was unpacked and looked into; else only sums were compared
	struct store_report database; // when is_opened
};

// Looks at what was unpacked into the folder, as whoever serves it would. False when it cannot
// be served; appends words to *found.
typedef bool backup_look_fn(const char *folder, struct buf *found);

// Looks at the backup `dir`; `secret` is the key of a sealed one, or NULL; `look`, or NULL,
// is asked last, when nothing was found. Gives report->is_whole. The caller clears *report in
// any case.
bool backup_verify(const char *dir, const struct seal_secret *secret, backup_look_fn *look,
		   struct backup_report *report);
// The first half alone: manifest and sums, of a sealed one of what stands there.
bool backup_verify_sums(const char *dir, struct backup_report *report);
void backup_report_clear(struct backup_report *report);
