// SPDX-License-Identifier: MIT
#include "server/letters/filing.h"

#include "common/die.h"
#include "server/letters/letter.h"

#include <stdlib.h>
#include <string.h>

// The state of the sum wants its place, and no allocation but this promises it.
struct filing *filing_new(struct mailbox *from, conn_id conn, const struct file_id *file)
{
	struct filing *f = aligned_alloc(_Alignof(struct filing), sizeof(*f));

	if (!f)
		die_for_memory();
	memset(f, 0, offsetof(struct filing, bytes));
	f->letter.kind = LETTER_FILING;
	f->from = from;
	f->conn = conn;
	f->file = *file;
	return f;
}

void filing_free(struct filing *f)
{
	free(f);
}
