// SPDX-License-Identifier: MIT
// What the user does on the screen, carried to the server.
#include "client/app/client_private.h"

#include "client/app/settings_set.h"
#include "client/api/exit_code.h"
#include "client/model/target.h"

#include <stdlib.h>

static struct client *client_of(void *arg)
{
	return container_of(arg, struct client, seat);
}

static bool on_is_secret(void *arg, struct span text)
{
	const struct client *c = client_of(arg);

	return secret_guard_knows(&c->guard, text) || secret_guard_is_link(text);
}

static void on_typed(void *arg, struct target *t, struct span text)
{
	struct client *c = client_of(arg);
	struct command_context context =
		seat_context(&c->seat, c->shown ? c->face->screen(c->shown) : NULL);

	if (on_is_secret(arg, text)) {
		model_note(c->core.model, t, LINE_ERROR, context.now_ms,
			   secret_guard_is_link(text)
				   ? SPAN("not sent: that link lets another computer into your "
					  "account")
				   : SPAN("not sent: that is your password"));
		return;
	}
	command_typed(&context, t, text);
}

static void follow_settings(struct client *c)
{
	struct face_order order = client_face_order(c, false);

	c->core.model->line_max = (int)c->config->line_max;
	c->seat.tells_typing = c->config->typing;
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
	struct client *c = client_of(arg);

	if (key.len && !settings_row(key, words))
		return false;
	if (value.len && !change_setting(c, key, value, words))
		return false;
	show_settings(c, key, words);
	return true;
}

static bool on_raw(void *arg, struct span line)
{
	struct client *c = client_of(arg);

	if (!uplink_is_online(c->core.session))
		return false;
	client_note_sent(c, line);
	return seat_raw(&c->seat, line);
}

static void on_prove(void *arg, int question_id, struct span text)
{
	struct client *c = client_of(arg);

	if (question_id != QUESTION_ENROL && question_id != QUESTION_DISENROL)
		seat_prove(&c->seat, question_id, text);
	else
		second_factor_code(c->core.session, question_id, text);
}

static void on_answer(void *arg, int question_id, char choice)
{
	struct client *c = client_of(arg);

	if (question_id == QUESTION_STEP_UP && choice == 's')
		issuer_login_begin(c->issuer_login, false);
	issuer_login_answer(c->issuer_login, question_id, choice);
	second_factor_answer(&c->second_factor, c->core.model, c->core.session, question_id,
			     choice);
	seat_answer(&c->seat, question_id, choice);
}

static void on_reconnect(void *arg)
{
	struct client *c = client_of(arg);
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

static void on_upload(void *arg, struct target *t, struct span text)
{
	courier_upload(client_of(arg)->courier, t, text);
}

static void on_get(void *arg, struct target *t, struct span id, struct span path, bool opens)
{
	courier_get(client_of(arg)->courier, t, id, path, opens);
}

static void on_picture(void *arg, struct target *t, const struct picture_wish *wish)
{
	gallery_show(client_of(arg)->gallery, t, wish);
}

static void on_sign_in(void *arg, bool binds)
{
	issuer_login_begin(client_of(arg)->issuer_login, binds);
}

static void on_quit(void *arg, struct span reason)
{
	struct client *c = client_of(arg);

	client_quit(c, reason);
	loop_stop(c->loop);
}

void client_set_intents(struct client *c)
{
	struct intents *own = &c->seat.intents;

	own->is_secret = on_is_secret;
	own->set = on_set;
	own->typed = on_typed;
	own->raw = on_raw;
	own->prove = on_prove;
	own->answer = on_answer;
	own->reconnect = on_reconnect;
	own->sign_in = on_sign_in;
	own->upload = on_upload;
	own->get = on_get;
	own->picture = on_picture;
	own->quit = on_quit;
}
