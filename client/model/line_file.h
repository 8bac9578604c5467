// SPDX-License-Identifier: MIT
// A file that came with a message. The server says so by tags (snug.chat/file, -name, -type,
// -size); in the text stands its address, and in the place of that every face shows its name
// and size.
//
// Only a root that asks the server for snug.chat/files sets model.read_file. Owner: the line.
#pragma once

#include "client/model/scrollback.h"
#include "common/buf.h"
#include "common/msg.h"

struct line_file {
	char *url;        // where it is had, by one's own token; its last part is the id
	char *name;       // as its sender called it, "" where nobody did: never a path as it is
	char *type;       // "image/png", as its sender said
	uint64_t size;    // bytes
	uint32_t at, len; // where the words for it stand in the text
};

// The file that the tags of `m` name, and into *words the text with name and size in the place
// of its address. The address is made of `filehost` (005) and the id, never of what the sender
// wrote. NULL: the message has none.
MUST_USE struct line_file *line_file_read(const char *filehost, const struct msg *m,
					  struct span text, struct buf *words);
// NULL is accepted.
void line_file_free(struct line_file *f);
// What it takes in memory.
MUST_USE size_t line_file_bytes(const struct line_file *f);
// Of what the line says now, or NULL; borrowed.
MUST_USE const struct line_file *line_file_of(const struct log_line *l);
// What the line says, as it was written: with the address.
void line_wrote(struct buf *out, const struct log_line *l);
// The last part of the address.
MUST_USE struct span line_file_id(const struct line_file *f);
// "812 B", "3.1 MiB"
void file_size_add(struct buf *out, uint64_t bytes);
