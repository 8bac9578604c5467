// SPDX-License-Identifier: MIT
// What the user does on the screen, carried to the server.
#include "client/app/client_private.h"

#include "client/app/settings_set.h"
#include "client/api/exit_code.h"
#include "client/model/target.h"

#include <stdlib.h>

static bool on_is_secret(void *arg, struct span text)
{
	const struct client *c = arg;

	return secret_guard_knows(&c->guard, text) || secret_guard_is_link(text);
}

static void on_typed(void *arg, struct target *t, struct span text)
{
	struct client *c = arg;
	struct command_context context = {.model = c->core.model,
					  .intents = &c->intents,
					  .screen = c->shown ? c->face->screen(c->shown) : NULL,
					  .now_ms = outside_wall_ms(c->core.outside)};

	if (on_is_secret(c, text)) {
		model_note(c->core.model, t, LINE_ERROR, context.now_ms,
			   secret_guard_is_link(text)
				   ? SPAN("not sent: that link lets another computer into your "
					  "account")
				   : SPAN("not sent: that is your password"));
		return;
	}
	command_typed(&context, t, text);
}

static void on_message(void *arg, struct target *t, enum line_kind kind, struct span text,
		       struct span reply_to)
{
	struct client *c = arg;
	int64_t now_ms = outside_wall_ms(c->core.outside);

	if (!client_asks_call(c, t, kind, text, reply_to))
		delivery_message(c->core.delivery, t, kind, text, reply_to, now_ms);
}

static void follow_settings(struct client *c)
{
	struct face_order order = client_face_order(c, false);

	c->core.model->line_max = (int)c->config->line_max;
	model_clear_keywords(c->core.model);
	for (size_t i = 0; i < c->config->keywords.count; i++)
		model_add_keyword(c->core.model, span_of(c->config->keywords.items[i]));
	if (c->shown)
		c->face->follow(c->shown, &order);
}

static void show_settings(const struct client *c, struct span key, struct buf *words)
{
	size_t count;
	const struct conf_row *rows = settings_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct buf name = {0};
		buf_printf(&name, "%s.%s", rows[i].section, rows[i].key);
		if (!key.len || span_eq(key, buf_span(&name))) {
			buf_printf(words, "%s = ", buf_str(&name));
			settings_value(c->config, &rows[i], words);
			buf_add_char(words, '\n');
		}
		buf_clear(&name);
	}
}

static bool change_setting(struct client *c, struct span key, struct span value,
			   struct buf *words)
{
	struct preferences fresh = {0};
	char *text = span_dup(value);
	bool is_good = settings_set(c->paths, c->face, key, text, words) == EXIT_OK &&
		       settings_read(&fresh, c->paths, c->face, words);

	free(text);
	if (!is_good) {
		settings_clear(&fresh);
		return false;
	}
	settings_clear(c->config);
	*c->config = fresh;
	follow_settings(c);
	return true;
}

static bool on_set(void *arg, struct span key, struct span value, struct buf *words)
{
	struct client *c = arg;

	if (key.len && !settings_row(key, words))
		return false;
	if (value.len && !change_setting(c, key, value, words))
		return false;
	show_settings(c, key, words);
	return true;
}

static bool on_raw(void *arg, struct span line)
{
	struct client *c = arg;

	if (!uplink_is_online(c->core.session))
		return false;
	client_note_sent(c, line);
	devices_sent(c->core.devices, line);
	uplink_send(c->core.session, line);
	return true;
}

static void on_history(void *arg, struct target *t, struct log_line *before)
{
	struct client *c = arg;

	catchup_history(c->core.catchup, t, before);
}

static void on_seek(void *arg, struct target *t, struct span id, int64_t at_ms)
{
	struct client *c = arg;

	if (id.len)
		seek_message(c->core.seek, t, id);
	else
		seek_time(c->core.seek, t, at_ms);
}

static void on_mark_read(void *arg, struct target *t, int64_t at_ms)
{
	struct client *c = arg;

	marks_read(c->core.marks, t, at_ms);
}

static void on_typing(void *arg, struct target *t, bool active)
{
	struct client *c = arg;

	if (c->config->typing && uplink_has_cap(c->core.session, "message-tags") &&
	    t->kind != TARGET_SERVER && uplink_is_online(c->core.session))
		uplink_sendf(c->core.session, "@+typing=%s TAGMSG %s",
			     active ? "active" : "done", t->name);
}

static void on_retry(void *arg, uint64_t local_id)
{
	struct client *c = arg;

	if (client_is_call(local_id))
		client_answer_call(c, 'y');
	else
		delivery_retry(c->core.delivery, local_id);
}

static void on_drop(void *arg, uint64_t local_id)
{
	struct client *c = arg;

	if (client_is_call(local_id))
		client_answer_call(c, 'n');
	else
		delivery_drop(c->core.delivery, local_id);
}

static void answer_device(struct client *c, char choice)
{
	struct buf line = {0};

	buf_printf(&line, "CERT DEL %llu CONFIRM",
		   (unsigned long long)c->core.model->question.about);
	model_ask_done(c->core.model, QUESTION_DEVICE);
	if (choice == 'y')
		(void)on_raw(c, buf_span(&line));
	buf_clear(&line);
}

static void on_answer(void *arg, int question_id, char choice)
{
	struct client *c = arg;

	if (question_id == QUESTION_DEVICE)
		answer_device(c, choice);
	if (question_id == QUESTION_READ)
		marks_answer(c->core.marks, c->core.model, choice);
	if (question_id == QUESTION_CALL)
		client_answer_call(c, choice);
	devices_answer(c->core.devices, question_id, choice);
	delivery_answer(c->core.delivery, question_id, choice);
}

static void on_prove(void *arg, struct span password)
{
	struct client *c = arg;

	if (uplink_is_online(c->core.session))
		devices_prove(c->core.devices, password);
}

static void on_reconnect(void *arg)
{
	struct client *c = arg;
	struct uplink_status status;

	uplink_status(c->core.session, &status);
	if (status.state == UPLINK_REFUSED)
		client_take_pin(c);
	if (status.state == UPLINK_REFUSED && c->profile->has_device)
		client_connect_device(c);
	else if (status.state == UPLINK_REFUSED && c->login.keeps_secret)
		client_connect(c, &c->login);
	else
		uplink_retry(c->core.session);
}

static void on_keep(void *arg, struct span key, struct span words)
{
	struct client *c = arg;

	arranged_keep(c->arranged, key, words);
}

static const char *on_kept(void *arg, struct span key)
{
	const struct client *c = arg;

	return arranged_find(c->arranged, key);
}

static void on_remove(void *arg, struct target *t, struct span id)
{
	struct client *c = arg;

	removals_add(c->removals, t, id);
}

static bool on_restore(void *arg, bool any)
{
	struct client *c = arg;

	return removals_undo(c->removals, any);
}

static void on_quit(void *arg, struct span reason)
{
	struct client *c = arg;

	client_quit(c, reason);
	loop_stop(c->loop);
}

void client_set_intents(struct client *c)
{
	c->intents = (struct intents){
		.arg = c,
		.is_secret = on_is_secret,
		.prove = on_prove,
		.set = on_set,
		.keep = on_keep,
		.kept = on_kept,
		.remove = on_remove,
		.restore = on_restore,
		.typed = on_typed,
		.message = on_message,
		.raw = on_raw,
		.history = on_history,
		.seek = on_seek,
		.mark_read = on_mark_read,
		.typing = on_typing,
		.retry = on_retry,
		.drop = on_drop,
		.answer = on_answer,
		.reconnect = on_reconnect,
		.quit = on_quit,
	};
}
