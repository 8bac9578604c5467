// SPDX-License-Identifier: MIT
// What is found out of a backup, one after another.
#pragma once

#include "server/backup/verify.h"

// `found` is taken.
void report_add(struct backup_report *r, const char *what, bool is_fine, char *found);
PRINTF(3, 4)
void report_fine(struct backup_report *r, const char *what, const char *format, ...);
PRINTF(3, 4)
void report_wrong(struct backup_report *r, const char *what, const char *format, ...);

// Opens the database that was unpacked, as a server would, and compares it with the manifest.
void report_database(struct backup_report *r, const char *folder);
