// SPDX-License-Identifier: MIT
#include "client/app/second_factor.h"

#include "client/model/hand_out.h"
#include "client/model/target.h"
#include "common/encode.h"
#include "common/wipe.h"

#define APP "app" // what it is called among the credentials: there is one at a time

// The text of a key of the server's object, which has nothing to escape in it; "" without one.
static struct span text_of(struct span object, struct span key)
{
	while (object.len) {
		span_cut(&object, '"');
		if (!span_eq(span_cut(&object, '"'), key))
			continue;
		span_cut(&object, '"');
		return span_cut(&object, '"');
	}
	return SPAN("");
}

static void ask_first(struct model *m)
{
	model_ask(m, QUESTION_ENROL,
		  SPAN("your app shows a code now: c gives it, n leaves all as it was"), "cn");
}

// Groups of four are easier to type.
static void add_grouped(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (i && i % 4 == 0)
			buf_add_char(out, ' ');
		buf_add_char(out, text.at[i]);
	}
}

static void show_secret(struct second_factor *f, struct model *m, const struct uplink *s,
			struct span coded)
{
	struct buf object = {0}, words = {0};
	struct span secret, uri;

	(void)buf_space(&object, coded.len);
	(void)buf_space(&words, coded.len + 200);
	f->is_enrolling = decode_b64(&object, coded);
	secret = text_of(buf_span(&object), SPAN("secret"));
	uri = text_of(buf_span(&object), SPAN("uri"));
	buf_add_str(&words, "Photograph the code with your app, or type its secret there: ");
	add_grouped(&words, secret);
	buf_add_str(&words, ". Then leave, and give the first code.");
	if (f->is_enrolling && span_starts(uri, SPAN("otpauth://"))) {
		hand_out(m, buf_span(&words), uri, outside_wall_ms(uplink_outside(s)));
		ask_first(m);
	}
	wipe_away(&object);
	wipe_away(&words);
}

// NOTE 2FA RECOVERY_CODES code... :words
static void show_codes(struct model *m, const struct uplink *s, const struct msg *msg)
{
	struct buf codes = {0};

	(void)buf_space(&codes, 512);
	for (size_t i = 2; i + 1 < msg->n_params; i++) {
		if (codes.len)
			buf_add_char(&codes, ' ');
		buf_add_span(&codes, msg_param(msg, i));
	}
	hand_out(
		m,
		SPAN("Your recovery codes: each lets you in once where the app is not at hand, "
		     "so keep them on paper. Those of before are void."),
		buf_span(&codes), outside_wall_ms(uplink_outside(s)));
	wipe_away(&codes);
}

static void take_fail(const struct second_factor *f, struct model *m, struct span code)
{
	if (f->is_enrolling && span_eq(code, SPAN("INVALID_CREDENTIAL_DATA")))
		ask_first(m);
}

static void take_note(struct second_factor *f, struct model *m, const struct uplink *s,
		      const struct msg *msg)
{
	if (span_eq(msg_param(msg, 1), SPAN("REGISTRATION_CHALLENGE")))
		show_secret(f, m, s, msg_param(msg, 3));
	else if (span_eq(msg_param(msg, 1), SPAN("RECOVERY_CODES")))
		show_codes(m, s, msg);
}

void second_factor_line(struct second_factor *f, struct model *m, struct uplink *s,
			const struct msg *msg)
{
	struct span label, first = msg_param(msg, 0);

	if (msg_tag(msg, SPAN("label"), &label))
		return;
	if (span_eq_fold(msg->command, SPAN("2FA")) && span_eq(first, SPAN("ADD")) &&
	    f->is_enrolling) {
		f->is_enrolling = false;
		uplink_send(s, SPAN("2FA ENABLE"));
	} else if (span_eq(first, SPAN("2FA")) && span_eq_fold(msg->command, SPAN("FAIL"))) {
		take_fail(f, m, msg_param(msg, 1));
	} else if (span_eq(first, SPAN("2FA")) && span_eq_fold(msg->command, SPAN("NOTE"))) {
		take_note(f, m, s, msg);
	}
}

// A code has no blank; with one it would be two words of the line.
void second_factor_code(struct uplink *s, int question_id, struct span code)
{
	struct buf line = {0};

	code = span_trim(code);
	if (span_find(code, ' ') < code.len || code.len > LOGIN_CODE_MAX)
		code = SPAN("-");
	(void)buf_space(&line, code.len + 32);
	buf_add_str(&line, question_id == QUESTION_ENROL ? "2FA ADD totp " APP " "
							 : "2FA DISABLE totp ");
	buf_add_span(&line, code);
	uplink_send_as(s, buf_span(&line), true);
	wipe_away(&line);
}

void second_factor_answer(struct second_factor *f, struct model *m, const struct uplink *s,
			  int question_id, char choice)
{
	if ((question_id != QUESTION_ENROL && question_id != QUESTION_DISENROL) ||
	    choice != 'n')
		return;
	f->is_enrolling = false;
	model_note(m, NULL, LINE_INFO, outside_wall_ms(uplink_outside(s)),
		   SPAN("the second factor is as it was"));
}
