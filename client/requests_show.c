// SPDX-License-Identifier: MIT
// Requests for what the client knows: channels, members, status.
#include "client/requests_inside.h"

// channels: every room we are in and every conversation, one answer each.
void request_channels(struct job *j)
{
	const struct model *m = j->requests->model;

	for (size_t i = 0; i < m->n_targets; i++) {
		const struct target *t = m->targets[i];
		if (t->kind == TARGET_SERVER || (t->kind == TARGET_ROOM && !t->joined))
			continue;
		job_answer(j,
			   json_pack("{s:i, s:s, s:s, s:b, s:s, s:I, s:I, s:I}", "v", 1, "type",
				     "channel", "target", t->name, "room",
				     t->kind == TARGET_ROOM, "topic", t->topic, "members",
				     (json_int_t)t->n_members, "unread", (json_int_t)t->unread,
				     "mentions", (json_int_t)t->mentions));
	}
	job_end(j, EXIT_OK, NULL);
}

// members: target; one answer each.
void request_members(struct job *j)
{
	if (!job_need(j, "target"))
		return;
	const struct target *t =
		target_find(j->requests->model, span_of(job_text(j, "target")));
	if (!t || !t->joined) {
		job_end(j, EXIT_REFUSED, "we are not in that room");
		return;
	}
	for (size_t i = 0; i < t->n_members; i++) {
		const struct member *who = &t->members[i];
		job_answer(j, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:b}", "v", 1, "type",
					"member", "target", t->name, "name", who->person->name,
					"account", who->person->account, "prefix",
					who->prefixes, "away", who->person->away != NULL));
	}
	job_end(j, EXIT_OK, NULL);
}

static const char *state_of(const struct session_status *s)
{
	switch (s->state) {
	case SESSION_ONLINE:
		return "online";
	case SESSION_DIALING:
	case SESSION_LOGIN:
		return "connecting";
	case SESSION_WAITING:
		return "offline";
	case SESSION_REFUSED:
		return "refused";
	case SESSION_OFF:
		break;
	}
	return "off";
}

// status: one answer.
void request_status(struct job *j)
{
	const struct requests *r = j->requests;
	struct session_status status;
	struct buf words = {0};

	session_status(r->session, &status);
	if (status.failure != FAILURE_NONE)
		failure_say(&words, &status, session_host(r->session));
	job_answer(j, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:s, s:s}", "v", 1,
				"type", "state", "state", state_of(&status), "host",
				session_host(r->session), "account", r->model->me->name,
				"network", r->model->facts.network, "lag_ms", status.lag_ms,
				"unsent", (json_int_t)own_count(r->model), "tls",
				session_tls_version(r->session), "text", buf_str(&words)));
	buf_clear(&words);
	job_end(j, EXIT_OK, NULL);
}
