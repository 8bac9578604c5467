// SPDX-License-Identifier: MIT
#include "client/seat/seat.h"

#include "common/spoken.h"

struct command_context seat_context(const struct seat *s, const struct screen_acts *screen)
{
	return (struct command_context){.model = s->core->model,
					.intents = &s->intents,
					.screen = screen,
					.now_ms = outside_wall_ms(s->core->outside)};
}

static void on_message(void *arg, struct target *t, enum line_kind kind, struct span text,
		       struct span reply_to)
{
	struct seat *s = arg;
	int64_t now_ms = outside_wall_ms(s->core->outside);

	if (!seat_asks_call(s, t, kind, text, reply_to))
		delivery_message(s->core->delivery, t, kind, text, reply_to, now_ms);
}

bool seat_raw(struct seat *s, struct span line)
{
	if (!uplink_is_online(s->core->session))
		return false;
	devices_sent(s->core->devices, line);
	uplink_send(s->core->session, line);
	return true;
}

static bool on_raw(void *arg, struct span line)
{
	return seat_raw(arg, line);
}

static void on_history(void *arg, struct target *t, struct log_line *before)
{
	const struct seat *s = arg;

	catchup_history(s->core->catchup, t, before);
}

static void on_seek(void *arg, struct target *t, struct span id, int64_t at_ms)
{
	const struct seat *s = arg;

	if (id.len)
		seek_message(s->core->seek, t, id);
	else
		seek_time(s->core->seek, t, at_ms);
}

static void on_mark_read(void *arg, struct target *t, int64_t at_ms)
{
	const struct seat *s = arg;

	marks_read(s->core->marks, t, at_ms);
}

static void on_typing(void *arg, struct target *t, bool active)
{
	const struct seat *s = arg;
	struct uplink *session = s->core->session;

	if (s->tells_typing && uplink_has_cap(session, "message-tags") &&
	    t->kind != TARGET_SERVER && uplink_is_online(session))
		uplink_sendf(session, "@+typing=%s TAGMSG %s", active ? "active" : "done",
			     t->name);
}

static void on_retry(void *arg, uint64_t local_id)
{
	struct seat *s = arg;

	if (seat_is_call(local_id))
		seat_answer_call(s, 'y');
	else
		delivery_retry(s->core->delivery, local_id);
}

static void on_drop(void *arg, uint64_t local_id)
{
	struct seat *s = arg;

	if (seat_is_call(local_id))
		seat_answer_call(s, 'n');
	else
		delivery_drop(s->core->delivery, local_id);
}

static void answer_device(struct seat *s, char choice)
{
	struct buf line = {0};

	buf_printf(&line, "CERT DEL %llu CONFIRM",
		   (unsigned long long)s->core->model->question.about);
	model_ask_done(s->core->model, QUESTION_DEVICE);
	if (choice == 'y')
		(void)s->intents.raw(s->intents.arg, buf_span(&line));
	buf_clear(&line);
}

void seat_answer(struct seat *s, int question_id, char choice)
{
	if (question_id == QUESTION_DEVICE)
		answer_device(s, choice);
	if (question_id == QUESTION_CODE && choice == 'n')
		uplink_fail(s->core->session, FAILURE_CODE, span_of(spoken("none was given")));
	if (question_id == QUESTION_READ)
		marks_answer(s->core->marks, s->core->model, choice);
	if (question_id == QUESTION_CALL)
		seat_answer_call(s, choice);
	devices_answer(s->core->devices, question_id, choice);
	delivery_answer(s->core->delivery, question_id, choice);
}

void seat_prove(struct seat *s, int question_id, struct span text)
{
	if (question_id == QUESTION_CODE)
		uplink_give_code(s->core->session, span_trim(text));
	else if (uplink_is_online(s->core->session))
		devices_prove(s->core->devices, text);
}

static void on_answer(void *arg, int question_id, char choice)
{
	seat_answer(arg, question_id, choice);
}

static void on_prove(void *arg, int question_id, struct span text)
{
	seat_prove(arg, question_id, text);
}

static void on_keep(void *arg, struct span key, struct span words)
{
	const struct seat *s = arg;

	arranged_keep(s->arranged, key, words);
}

static const char *on_kept(void *arg, struct span key)
{
	const struct seat *s = arg;

	return arranged_find(s->arranged, key);
}

static void on_remove(void *arg, struct target *t, struct span id)
{
	const struct seat *s = arg;

	removals_add(s->removals, t, id);
}

static bool on_restore(void *arg, bool any)
{
	const struct seat *s = arg;

	return removals_undo(s->removals, any);
}

void seat_init(struct seat *s, struct engine *core, struct arranged *a)
{
	*s = (struct seat){.core = core, .arranged = a, .removals = removals_new(core, a)};
	s->intents = (struct intents){
		.arg = s,
		.message = on_message,
		.raw = on_raw,
		.history = on_history,
		.seek = on_seek,
		.mark_read = on_mark_read,
		.typing = on_typing,
		.retry = on_retry,
		.drop = on_drop,
		.answer = on_answer,
		.prove = on_prove,
		.keep = on_keep,
		.kept = on_kept,
		.remove = on_remove,
		.restore = on_restore,
	};
}

void seat_clear(struct seat *s)
{
	removals_free(s->removals);
}

void seat_online(struct seat *s)
{
	removals_online(s->removals);
}

void seat_quit(struct seat *s, struct span reason)
{
	marks_flush(s->core->marks);
	removals_flush(s->removals);
	uplink_close(s->core->session, reason);
}
