// SPDX-License-Identifier: MIT
// BATCH (IRCv3 client-batch, draft/multiline).
#include "server/hub/commands/command.h"
#include "server/hub/commands/edit.h"
#include "server/hub/commands/exactly.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

static void finish(struct session *s)
{
	struct multiline *b = multiline_end(s);
	struct pieces pieces = {0};
	struct utterance u;

	if (!b)
		return;
	multiline_pieces(s, b, &pieces);
	u = (struct utterance){
		.kind = b->kind,
		.text = buf_span(&b->text),
		.pieces = &pieces,
		.tags = buf_span(&b->tags),
		.client_id = buf_span(&b->client_id),
		.file = buf_span(&b->file),
		.label = buf_span(&b->label),
	};
	if (!edit_takes(s, &u, span_of(b->target)))
		exactly_say(s, &u, span_of(b->target));
	pieces_clear(&pieces);
	multiline_drop(b);
}

static bool ref_is_valid(struct span ref)
{
	if (!ref.len || ref.len > BATCH_NAME_MAX)
		return false;
	for (size_t i = 0; i < ref.len; i++) {
		char c = ref.at[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

// BATCH +ref draft/multiline target … BATCH -ref
void cmd_batch(struct session *s, const struct msg *m)
{
	struct span ref = span_after(msg_param(m, 0), 1);
	char edge = msg_param(m, 0).len ? msg_param(m, 0).at[0] : ' ';

	if (edge == '-' && multiline_is(s, ref)) {
		finish(s);
	} else if (edge != '+' || !ref_is_valid(ref)) {
		fail(s, "BATCH", "INVALID_REFTAG", msg_param(m, 0),
		     "No such batch is open, or its name has characters that are not allowed");
	} else if (!span_eq_fold(msg_param(m, 1), SPAN("draft/multiline"))) {
		struct line l;

		line_start(&l, s->hub, NULL, "FAIL");
		line_str(&l, "BATCH");
		line_str(&l, "UNKNOWN_TYPE");
		line_param(&l, ref);
		line_param(&l, msg_param(m, 1));
		line_text(&l, SPAN("Only draft/multiline batches are understood"));
		session_say(s, &l);
		line_clear(&l);
	} else {
		multiline_open(s, m, ref);
	}
}
