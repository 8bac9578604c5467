// SPDX-License-Identifier: MIT
// CERT: the account's devices, and what they are asked (docs/PROTOCOL.md). An answer to a
// /device; what the program itself asks for is labeled.
#include "client/model/model_event_private.h"
#include "common/spoken.h"

static void ask_numbered(const struct event *e, int id, uint64_t number, struct buf *words)
{
	model_ask(e->m, id, buf_span(words), "yn");
	e->m->question.about = number;
	buf_clear(words);
}

// FAIL CERT CONFIRM_NEEDED NUMBER: a /device revoke named the device in use.
static bool asks_for_confirmation(const struct event *e)
{
	struct buf words = {0};
	uint64_t number;

	if (!span_eq(msg_param(e->msg, 1), SPAN("CONFIRM_NEEDED")) ||
	    !span_to_u64(msg_param(e->msg, 2), &number))
		return false;
	buf_add_str(&words, spoken("revoke the device that you are using now?"));
	ask_numbered(e, QUESTION_DEVICE, number, &words);
	return true;
}

// FAIL COMMAND STEP_UP_REQUIRED [SIGN-IN] :words; SIGN-IN: there is no password to ask for.
static void ask_for_proof(const struct event *e)
{
	bool signs_in = e->msg->n_params > 3 && span_eq(msg_param(e->msg, 2), SPAN("SIGN-IN"));

	if (signs_in)
		model_ask(
			e->m, QUESTION_STEP_UP,
			span_of(spoken("prove that it is you: s by signing in where you do, d "
				       "by another device, n no")),
			"sdn");
	else
		model_ask(
			e->m, QUESTION_STEP_UP,
			span_of(spoken("prove that it is you: p by your password, d by another "
				       "device, n no")),
			"pdn");
	e->m->question.about = 0;
}

bool event_is_device_fail(const struct event *e)
{
	bool is_cert = span_eq_fold(msg_param(e->msg, 0), SPAN("CERT"));

	if (!is_cert && !span_eq_fold(msg_param(e->msg, 0), SPAN("ACCOUNT")) &&
	    !span_eq_fold(msg_param(e->msg, 0), SPAN("2FA")))
		return false;
	if (!span_eq(msg_param(e->msg, 1), SPAN("STEP_UP_REQUIRED")))
		return is_cert && asks_for_confirmation(e);
	ask_for_proof(e);
	return true;
}

// CERT CLAIM NUMBER ADDRESS [TOKEN] :LABEL, CERT PROVE NUMBER ADDRESS :LABEL. By a token comes
// what has no certificate: a browser.
static bool asks_us(const struct event *e, struct span what)
{
	struct span address = msg_param(e->msg, 2),
		    label = msg_param(e->msg, e->msg->n_params - 1);
	bool is_browser = e->msg->n_params > 4 && span_eq(msg_param(e->msg, 3), SPAN("TOKEN"));
	struct buf words = {0};
	uint64_t number;

	if (e->msg->n_params < 4 || !span_to_u64(msg_param(e->msg, 1), &number))
		return false;
	if (span_eq_fold(what, SPAN("CLAIM"))) {
		buf_printf(&words,
			   is_browser ? spoken("%s@" SPAN_FMT
					       " is a browser and calls itself " SPAN_FMT
					       ": let it in?")
				      : spoken("%s@" SPAN_FMT " calls itself " SPAN_FMT
					       ": let it in?"),
			   e->m->me->name, SPAN_ARG(address), SPAN_ARG(label));
		ask_numbered(e, QUESTION_LET_IN, number, &words);
	} else if (span_eq_fold(what, SPAN("PROVE"))) {
		buf_printf(&words,
			   spoken(SPAN_FMT
				  " (" SPAN_FMT
				  ") wants to change your devices or password: is it you?"),
			   SPAN_ARG(label.len ? label : span_of(spoken("a device of yours"))),
			   SPAN_ARG(address));
		ask_numbered(e, QUESTION_VOUCH, number, &words);
	} else {
		return false;
	}
	return true;
}

// CERT OVER NUMBER: nobody waits for the answer any more.
static void take_back(const struct event *e)
{
	const struct question *q = &e->m->question;
	uint64_t number;

	if (!span_to_u64(msg_param(e->msg, 1), &number) || number != q->about ||
	    (q->id != QUESTION_LET_IN && q->id != QUESTION_VOUCH))
		return;
	model_ask_done(e->m, q->id);
	event_add(e, e->m->current, LINE_INFO,
		  span_of(spoken("the other computer waits no longer")));
}

static void show_row(const struct event *e, struct span what)
{
	struct span label = msg_param(e->msg, e->msg->n_params - 1),
		    added = msg_param(e->msg, 3), used = msg_param(e->msg, 4);

	added.len = added.len > 10 ? 10 : added.len; // the day
	used.len = used.len > 10 ? 10 : used.len;
	if (span_eq_fold(what, SPAN("DEL")))
		event_addf(e, e->m->current, LINE_INFO,
			   spoken(SPAN_FMT " can no longer log in"), SPAN_ARG(label));
	else if (span_eq_fold(what, SPAN("LIST")) && e->msg->n_params > 5)
		event_addf(
			e, e->m->current, LINE_INFO,
			spoken("device " SPAN_FMT ": added " SPAN_FMT ", last used " SPAN_FMT),
			SPAN_ARG(label), SPAN_ARG(added), SPAN_ARG(used));
}

// CERT LOGINS FIRST LAST TIMES IN|FAILED WAY ADDRESS :DEVICE
static void show_login(const struct event *e)
{
	struct span last = msg_param(e->msg, 2), device = msg_param(e->msg, 7);
	bool is_in = span_eq_fold(msg_param(e->msg, 4), SPAN("IN"));

	last.len = last.len > 16 ? 16 : last.len; // the minute
	event_addf(e, e->m->current, LINE_INFO,
		   spoken("%s " SPAN_FMT " times by " SPAN_FMT " from " SPAN_FMT "%s" SPAN_FMT
			  "%s, last " SPAN_FMT),
		   is_in ? spoken("logged in") : spoken("FAILED to log in"),
		   SPAN_ARG(msg_param(e->msg, 3)), SPAN_ARG(msg_param(e->msg, 5)),
		   SPAN_ARG(msg_param(e->msg, 6)), device.len ? " (" : "", SPAN_ARG(device),
		   device.len ? ")" : "", SPAN_ARG(last));
}

void on_cert(const struct event *e)
{
	struct span what = msg_param(e->msg, 0), label;

	if (e->batch || msg_tag(e->msg, SPAN("label"), &label))
		return;
	if (span_eq_fold(what, SPAN("OVER")))
		take_back(e);
	else if (span_eq_fold(what, SPAN("LOGINS")) && e->msg->n_params > 7)
		show_login(e);
	else if (span_eq_fold(what, SPAN("REVOKE")))
		event_addf(
			e, e->m->current, LINE_INFO,
			spoken(SPAN_FMT " other devices and app tokens can no longer log in"),
			SPAN_ARG(msg_param(e->msg, 2)));
	else if (!asks_us(e, what) && e->msg->n_params > 3)
		show_row(e, what);
}

// 2FA ADD|ENABLE|DISABLE|REMOVE SUCCESS ... :words. Behind ADD comes more at once.
void on_2fa(const struct event *e)
{
	struct span label;

	if (e->msg->n_params > 2 && !msg_tag(e->msg, SPAN("label"), &label) &&
	    !span_eq_fold(msg_param(e->msg, 0), SPAN("ADD")))
		event_add(e, e->m->current, LINE_INFO, msg_param(e->msg, e->msg->n_params - 1));
}
