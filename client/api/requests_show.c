// SPDX-License-Identifier: MIT
// Requests for what the client knows: channels, members, status.
#include "client/api/requests_private.h"

#include "common/clock.h"
#include "client/model/own.h"
#include "client/model/target.h"

#define LOOK_BACK_MS (30LL * 24 * 3600 * 1000)
#define UNREAD_MAX 500

static void tell_channels(struct job *j)
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

// What was said behind the marker: the model counts it. A program that runs has it already.
static void on_unread(void *arg, enum call_end end UNUSED)
{
	struct job *j = arg;

	if (--j->n_open == 0)
		tell_channels(j);
}

static void ask_unread(void *arg, enum call_end end)
{
	struct job *j = arg;
	const struct model *m = j->requests->model;
	struct call_fns fns = {.arg = j, .on_end = on_unread};
	char since[CLOCK_TEXT_LEN + 1];

	for (size_t i = 0; i < m->n_targets && end == CALL_DONE; i++) {
		const struct target *t = m->targets[i];
		struct buf line = {0};
		if (!t->has_marker || t->log.count || t->kind == TARGET_SERVER)
			continue;
		clock_text(t->read_at, since);
		buf_printf(&line, "CHATHISTORY AFTER %s timestamp=%s %d", t->name, since,
			   UNREAD_MAX);
		j->n_open++;
		calls_send(j->requests->calls, SPAN(""), buf_span(&line), &fns);
		buf_clear(&line);
	}
	on_unread(j, end);
}

// Conversations are told by no JOIN.
static void on_conversation(void *arg, const struct msg *m, bool is_sure UNUSED)
{
	struct job *j = arg;
	struct span name = msg_param(m, 1);

	if (!span_eq_fold(m->command, SPAN("CHATHISTORY")) || !name.len ||
	    strchr(j->requests->model->facts.chan_types, name.at[0]))
		return;
	const struct target *t = target_need(j->requests->model, name);
	// One conversation more than the model holds.
	if (t == j->requests->model->server)
		return;
	uplink_sendf(j->requests->session, "MARKREAD %s", t->name);
}

// The answer to this comes behind those to MARKREAD.
static void await_markers(void *arg, enum call_end end)
{
	struct job *j = arg;
	struct call_fns fns = {.on_end = ask_unread};

	if (end == CALL_DONE)
		job_call(j, "PING markers", fns);
	on_unread(j, end);
}

// channels: every room we are in and every conversation, one answer each.
void request_channels(struct job *j)
{
	struct call_fns fns = {.on_line = on_conversation, .on_end = await_markers};
	char from[CLOCK_TEXT_LEN + 1], to[CLOCK_TEXT_LEN + 1];
	struct buf line = {0};

	if (!uplink_has_cap(j->requests->session, "draft/chathistory") ||
	    !uplink_has_cap(j->requests->session, "draft/read-marker")) {
		tell_channels(j);
		return;
	}
	clock_text(requests_now(j->requests) - LOOK_BACK_MS, from);
	clock_text(requests_now(j->requests) + 24LL * 3600 * 1000, to);
	buf_printf(&line, "CHATHISTORY TARGETS timestamp=%s timestamp=%s 200", from, to);
	job_call(j, buf_str(&line), fns);
	buf_clear(&line);
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
		const struct room_member *who = &t->members[i];
		job_answer(j, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "v", 1,
					"type", "member", "target", t->name, "name",
					who->person->name, "account", who->person->account,
					"prefix", who->prefixes, "away",
					who->person->away != NULL, "here", !who->is_absent));
	}
	job_end(j, EXIT_OK, NULL);
}

static const char *state_of(const struct uplink_status *s)
{
	switch (s->state) {
	case UPLINK_ONLINE:
		return "online";
	case UPLINK_DIALING:
	case UPLINK_LOGIN:
		return "connecting";
	case UPLINK_WAITING:
		return "offline";
	case UPLINK_REFUSED:
		return "refused";
	case UPLINK_OFF:
		break;
	}
	return "off";
}

// status: one answer.
void request_status(struct job *j)
{
	const struct requests *r = j->requests;
	struct uplink_status status;
	struct buf words = {0};

	uplink_status(r->session, &status);
	if (status.failure != FAILURE_NONE)
		r->words->refusal(&words, &status, uplink_host(r->session));
	job_answer(j, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:s, s:s}", "v", 1,
				"type", "state", "state", state_of(&status), "host",
				uplink_host(r->session), "account", r->model->me->name,
				"network", r->model->facts.network, "lag_ms", status.lag_ms,
				"unsent", (json_int_t)own_count(r->model), "tls",
				uplink_tls_version(r->session), "text", buf_str(&words)));
	buf_clear(&words);
	job_end(j, EXIT_OK, NULL);
}
