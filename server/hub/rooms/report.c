// SPDX-License-Identifier: MIT
#include "server/hub/rooms/report.h"

#include "common/clock.h"
#include "common/encode.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/room_log.h"
#include "server/hub/rooms/slip.h"

bool report_was_made(const struct account *by, message_id message)
{
	return idmap_find(&by->reports, message) != NULL;
}

static bool is_told(const struct member *m, const struct account *by,
		    const struct entry_message *about)
{
	return m->role >= MEMBER_MODERATOR && m->account != by &&
	       m->account->id != about->account && !account_is_shut(m->account);
}

bool report_has_ear(const struct room *r, const struct account *by,
		    const struct entry_message *m)
{
	for (size_t i = 0; i < r->n_members; i++) {
		if (is_told(r->members[i], by, m))
			return true;
	}
	return false;
}

void report_make(struct room *r, struct account *by, const struct entry_message *m,
		 struct span reason)
{
	char id[ID_TEXT_LEN + 1], said[CLOCK_TEXT_LEN + 1];
	struct buf detail = {0};

	idmap_put(&by->reports, m->id, by);
	post(r->hub,
	     &(struct entry){.kind = ENTRY_REPORT, .report = {by->id, m->id, r->stream.id}});
	encode_id(m->id, id);
	clock_text(m->time_ms, said);
	buf_printf(&detail, "%s " SPAN_FMT, id, SPAN_ARG(reason));
	room_log_about(r, by, "report", m, buf_span(&detail));
	buf_clear(&detail);
	for (size_t i = 0; i < r->n_members; i++) {
		if (!is_told(r->members[i], by, m))
			continue;
		slip_tell(r->members[i]->account,
			  "%s reports a message of " SPAN_FMT
			  " in %s, of %.10s %.5s UTC (%s): " SPAN_FMT,
			  by->name, SPAN_ARG(m->sender), r->name, said, said + 11, id,
			  SPAN_ARG(reason));
	}
}

void report_load(struct hub *h, const struct entry_report *row)
{
	struct account *a = account_by_id(h, row->account);

	if (a != NULL)
		idmap_put(&a->reports, row->message, a);
}

void reports_forget(struct account *a)
{
	idmap_clear(&a->reports);
}
