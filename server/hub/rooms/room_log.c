// SPDX-License-Identifier: MIT
#include "server/hub/rooms/room_log.h"

#include "server/hub/journal/post.h"
#include "server/hub/rooms/mask.h"
#include "server/hub/rooms/modes.h"

static void log_row(struct room *r, const struct account *by, const char *verb,
		    struct span whom, struct span detail, account_id about)
{
	struct buf text = {0};

	buf_add_span(&text, whom);
	if (whom.len > 0 && detail.len > 0)
		buf_add_str(&text, ": ");
	buf_add_span(&text, detail);
	post_audit_of(r->hub, &(struct entry_audit){
				      .actor = by != NULL ? span_of(by->name) : SPAN("server"),
				      .verb = span_of(verb),
				      .detail = buf_span(&text),
				      .room = r->stream.id,
				      .about = about,
				      .reason = SPAN(""),
				      .uid = SPAN(""),
			      });
	buf_clear(&text);
}

void room_log(struct room *r, const struct account *by, const char *verb, struct span whom,
	      struct span detail)
{
	log_row(r, by, verb, whom, detail, 0);
}

void room_log_about(struct room *r, const struct account *by, const char *verb,
		    const struct entry_message *m, struct span detail)
{
	log_row(r, by, verb, m->sender, detail, m->account);
}

// Of one change; several at once are of no one kind.
static const char *word_of(struct span modes, struct span args)
{
	const struct room_mode *mode = modes.len == 2 ? modes_find(modes.at[1]) : NULL;

	if (mode != NULL && mode->kind == MODE_RANK)
		return "role";
	if (mode == NULL || mode->kind != MODE_LIST || mode->which != BAN_BAN)
		return "mode";
	return mask_is_mute(span_after(args, args.len > 0)) ? "mute" : "ban";
}

void room_log_mode(struct room *r, const struct account *by, struct span modes,
		   struct span args)
{
	struct buf text = {0};

	buf_add_span(&text, modes);
	buf_add_span(&text, args);
	room_log(r, by, word_of(modes, args), SPAN(""), buf_span(&text));
	buf_clear(&text);
}
