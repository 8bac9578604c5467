// SPDX-License-Identifier: MIT
// The steps that the files' thread takes, of a folder that is open. Each gives back a letter
// that is to be answered as it was taken.
#pragma once

#include "server/files/files.h"
#include "server/letters/file_list.h"
#include "server/letters/filing.h"

#include <dirent.h>

#define FILE_PLACE_MAX (FILE_ID_TEXT + 5) // inside: of our own names

// "ID", and "ID.new" while it comes.
void file_place(const struct file_id *id, bool is_new, char out[static FILE_PLACE_MAX]);
// What errno means for who asked; the log says it, where it is the disk's fault.
MUST_USE enum filing_result file_failed(const char *what);

// BEGIN, ADD, END, DROP.
void file_upload(int folder, struct filing *f);
void file_read(int folder, struct filing *f);

void files_remove(int folder, const struct file_list *list);
// The next page; *dir is NULL, or where the last one ended.
void files_list(int folder, DIR **dir, struct file_list *list);
// Removes whatever is half there.
void files_clear_new(int folder);
