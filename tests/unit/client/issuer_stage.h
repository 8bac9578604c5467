// SPDX-License-Identifier: MIT
// A sign-in from the screen, with a server and an issuer that say what the test says.
#pragma once

#include "client/app/issuer_login.h"

#include "common/encode.h"
#include "tests/unit/client/core.h"
#include "tests/unit/client/grant_fixture.h"

#define CAPS CORE_EXACT " sasl=PLAIN,EXTERNAL,OAUTHBEARER"
#define BOTH CORE_EXACT " sasl=PLAIN,EXTERNAL,OAUTHBEARER,GS2-KRB5-PLUS"
#define TICKETS CORE_EXACT " sasl=PLAIN,EXTERNAL,GS2-KRB5-PLUS"
#define REFUSAL                                                                                   \
	"{\"status\":\"invalid_token\",\"client_id\":\"snug\",\"openid-configuration\":\"" ISSUER \
	"/.well-known/openid-configuration\"}"

struct stage {
	struct core *c;
	struct scene *issuer;
	struct issuer_login *login;
	struct sasl_way ticket; // there is one where it has a name
	char acts_as[40];
	bool gives_up;
	unsigned n_back, n_over;
	char words[400], link[200];
};

static inline bool on_takes(void *arg, const struct msg *m)
{
	struct stage *s = arg;

	return issuer_login_takes(s->login, m);
}

static inline void on_line(void *arg, const struct msg *m)
{
	struct stage *s = arg;

	issuer_login_line(s->login, m);
}

static inline void on_state(void *arg)
{
	struct stage *s = arg;

	issuer_login_state(s->login);
}

static inline void on_connect(void *arg, const struct login_order *login)
{
	struct stage *s = arg;
	struct uplink_order order = {
		.host = "h", .port = "1", .pins.count = 1, .login = *login};

	engine_open(&s->c->e, &order);
}

static inline void on_back(void *arg)
{
	((struct stage *)arg)->n_back++;
}

static inline void on_ticket_begins(void *arg, const struct sasl_stream *stream)
{
	struct stage *s = arg;

	snprintf(s->acts_as, sizeof(s->acts_as), "%s", stream->account);
}

static inline void on_ticket_hears(void *arg, struct span words, sasl_line_fn *send,
				   void *send_arg)
{
	const struct stage *s = arg;

	(void)words;
	if (s->gives_up)
		send(send_arg, SASL_GIVES_UP, false);
	else
		sasl_send_bytes(SPAN("ticket"), send, send_arg);
}

static inline const struct sasl_way *on_ticket(void *arg)
{
	const struct stage *s = arg;

	return s->ticket.name ? &s->ticket : NULL;
}

static inline void on_hand_out(void *arg, struct span words, struct span link)
{
	struct stage *s = arg;

	s->n_over += !link.len;
	snprintf(s->words, sizeof(s->words), SPAN_FMT, SPAN_ARG(words));
	snprintf(s->link, sizeof(s->link), SPAN_FMT, SPAN_ARG(link));
}

static inline int set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct model_watch watch = {.arg = s, .on_hand_out = on_hand_out};
	void *part;

	core_set_up_stored(&part);
	s->c = part;
	open_scene(&part);
	s->issuer = part;
	s->issuer->line =
		(struct issuer_line){.arg = s->issuer, .ask = on_ask, .stop = on_stop};
	struct issuer_login_order order = {.core = &s->c->e,
					   .line = s->issuer->line,
					   .arg = s,
					   .connect = on_connect,
					   .ticket = on_ticket,
					   .on_back = on_back};
	s->login = issuer_login_new(&order);
	s->c->e.events = (struct engine_events){
		.arg = s, .on_line = on_line, .on_state = on_state, .takes = on_takes};
	model_watch(s->c->e.model, &watch);
	*state = s;
	return 0;
}

static inline int tear_down(void **state)
{
	struct stage *s = *state;
	void *part = s->issuer;

	s->c->e.events = (struct engine_events){0};
	issuer_login_free(s->login);
	close_scene(&part);
	part = s->c;
	core_tear_down(&part);
	free(s);
	return 0;
}

// The server says what it refuses with, and that it refuses.
static inline void refuse(struct stage *s)
{
	struct buf line = {0};

	buf_add_str(&line, "AUTHENTICATE ");
	encode_b64(&line, REFUSAL, strlen(REFUSAL));
	core_hear(s->c, "AUTHENTICATE +");
	core_hear(s->c, buf_str(&line));
	core_expect_said(s->c, "AUTHENTICATE AQ==\n", 1);
	buf_clear(&line);
	core_hear(s->c, ":h 904 ann :SASL authentication failed");
}

static inline void say_yes(struct stage *s)
{
	assert_int_equal(s->c->e.model->question.id, QUESTION_SIGN_IN);
	assert_non_null(strstr(s->c->e.model->question.text, "login.example.org"));
	assert_int_equal(s->issuer->n_asked, 0); // nothing is opened before
	issuer_login_answer(s->login, QUESTION_SIGN_IN, 'y');
	assert_int_equal(s->c->e.model->question.id, 0);
	answer(s->issuer, 200, DISCOVERY);
	answer(s->issuer, 200, CODE("s3cret", ""));
	assert_non_null(strstr(s->words, "open " ISSUER "/go and type FXFL-SPJL"));
	assert_string_equal(s->link, ISSUER "/go?c=FXFL-SPJL");
	loose_world_pass(&s->c->world, 5000);
}

static inline bool is_told(struct stage *s, const char *words)
{
	const struct target *t = s->c->e.model->server;

	for (size_t i = 0; i < t->log.count; i++) {
		struct span line = line_says(scrollback_at(&t->log, i));

		if (memmem(line.at, line.len, words, strlen(words)))
			return true;
	}
	return false;
}

static inline void told(struct stage *s, const char *words)
{
	if (!is_told(s, words))
		fail_msg("nothing is said of \"%s\"", words);
}

static inline void give(struct stage *s, char *to, size_t room, const char *plain)
{
	struct buf line = {0};

	assert_non_null(s);
	buf_add_str(&line, "AUTHENTICATE ");
	encode_b64(&line, plain, strlen(plain));
	snprintf(to, room, "%s\n", buf_str(&line));
	buf_clear(&line);
}

// To bind.

static inline void begin_binding(struct stage *s)
{
	core_log_in(s->c, CAPS);
	issuer_login_begin(s->login, true);
	core_expect_said(s->c, "ACCOUNT BIND\n", 1);
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 0);
	core_hear(s->c, ":h NOTE ACCOUNT BIND_NOW 300 :Within five minutes");
	core_expect_said(s->c, "AUTHENTICATE OAUTHBEARER\n", 1);
	refuse(s);
}

#define STAGE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
