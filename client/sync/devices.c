// SPDX-License-Identifier: MIT
#include "client/sync/devices.h"

#include "client/model/hand_out.h"
#include "client/model/target.h"
#include "client/net/proof.h"
#include "common/die.h"
#include "common/snug_link.h"
#include "common/spoken.h"
#include "common/wipe.h"

#include <stdio.h>
#include <stdlib.h>

struct devices {
	struct model *model;
	struct uplink *session;
	char *unproved; // the last line that may want a proof, until done or given up; or NULL
};

struct devices *devices_new(struct model *m, struct uplink *s)
{
	struct devices *d = xcalloc(1, sizeof(*d));

	*d = (struct devices){.model = m, .session = s};
	return d;
}

static void forget(struct devices *d)
{
	free(d->unproved);
	d->unproved = NULL;
}

void devices_free(struct devices *d)
{
	if (!d)
		return;
	forget(d);
	free(d);
}

// The key is named where it is what is trusted: one that an authority vouches for may change.
static void show_link(struct devices *d, struct span secret, struct span seconds)
{
	struct buf text = {0}, words = {0};
	struct uplink_status status;
	struct snug_link link = {0};

	uplink_status(d->session, &status);
	snprintf(link.host, sizeof(link.host), "%s", uplink_host(d->session));
	snprintf(link.port, sizeof(link.port), "%s", status.port);
	snprintf(link.device, sizeof(link.device), SPAN_FMT, SPAN_ARG(secret));
	if (status.others)
		link.others = *status.others;
	if (status.pins)
		link.pins = *status.pins;
	(void)buf_space(&text, LINK_TEXT_MAX);
	snug_link_print(&text, &link);
	wipe_bytes(&link, sizeof(link));
	buf_printf(&words,
		   spoken("On the other computer run: snug login and this link. It is good "
			  "for " SPAN_FMT
			  " s, once; you are asked here before anybody is let in."),
		   SPAN_ARG(seconds));
	const struct outside *o = uplink_outside(d->session);
	hand_out(d->model, buf_span(&words), buf_span(&text), outside_wall_ms(o));
	wipe_bytes(text.at, text.cap);
	buf_clear(&text);
	buf_clear(&words);
}

void devices_line(struct devices *d, const struct msg *m)
{
	struct span label, what = msg_param(m, 0);

	if (msg_tag(m, SPAN("label"), &label))
		return;
	if (span_eq_fold(m->command, SPAN("NOTE")) && span_eq(what, SPAN("2FA")))
		forget(d);
	if (!span_eq_fold(m->command, SPAN("CERT")))
		return;
	if (span_eq_fold(what, SPAN("OFFER"))) {
		show_link(d, msg_param(m, 1), msg_param(m, 2));
	} else if (span_eq_fold(what, SPAN("DEL")) || span_eq_fold(what, SPAN("REVOKE"))) {
		forget(d);
	} else if (span_eq_fold(what, SPAN("PROVE")) && span_eq(msg_param(m, 1), SPAN("*")) &&
		   d->unproved) {
		uplink_send(d->session, span_of(d->unproved));
		forget(d);
	}
}

static bool is_farewell(struct span line)
{
	return span_eq_fold(span_trim(line), SPAN("ACCOUNT DELETE"));
}

static bool is_of_account(struct span command, struct span what)
{
	return span_eq_fold(command, SPAN("ACCOUNT")) &&
	       (span_eq_fold(what, SPAN("DELETE")) || span_eq_fold(what, SPAN("BIND")) ||
		span_eq_fold(what, SPAN("UNBIND")));
}

void devices_sent(struct devices *d, struct span line)
{
	struct span rest = line, command = span_cut(&rest, ' '), what = span_cut(&rest, ' ');
	bool is_device =
		span_eq_fold(command, SPAN("CERT")) &&
		(span_eq_fold(what, SPAN("DEL")) || span_eq_fold(what, SPAN("REVOKE")));
	bool is_factor =
		span_eq_fold(command, SPAN("2FA")) &&
		(span_eq_fold(what, SPAN("CHALLENGE")) || span_eq_fold(what, SPAN("RECOVERY")));

	if (!is_device && !is_factor && !is_of_account(command, what))
		return;
	forget(d);
	d->unproved = span_dup(line);
}

void devices_prove(struct devices *d, struct span password)
{
	struct buf line = {0};

	(void)buf_space(&line, password.len * 4 / 3 + 32);
	proof_line(&line, password);
	uplink_send_as(d->session, buf_span(&line), true);
	wipe_bytes(line.at, line.cap);
	buf_clear(&line);
}

// A face that shows what is typed takes no password.
static void advise(struct devices *d)
{
	const struct outside *o = uplink_outside(d->session);

	bool goes = d->unproved && is_farewell(span_of(d->unproved));
	bool is_device = d->unproved && span_starts_fold(span_of(d->unproved), SPAN("CERT"));
	struct buf words = {0};

	if (!goes && !is_device) {
		model_note(d->model, NULL, LINE_INFO, outside_wall_ms(o),
			   span_of(spoken("say d here, and yes on another device of yours")));
		return;
	}
	buf_printf(&words,
		   spoken("run in a shell: snug %s. It asks for the password there, since here "
			  "what is typed is shown"),
		   goes ? spoken("account delete") : spoken("devices revoke LABEL"));
	model_note(d->model, NULL, LINE_INFO, outside_wall_ms(o), buf_span(&words));
	buf_clear(&words);
}

void devices_answer(struct devices *d, int question_id, char choice)
{
	unsigned long long number = d->model->question.about;
	bool is_yes = choice == 'y';

	if (question_id != QUESTION_LET_IN && question_id != QUESTION_VOUCH &&
	    question_id != QUESTION_STEP_UP)
		return;
	model_ask_done(d->model, question_id);
	if (!uplink_is_online(d->session))
		return;
	if (question_id != QUESTION_STEP_UP)
		uplink_sendf(d->session, "CERT %s %llu", is_yes ? "ALLOW" : "DENY", number);
	else if (choice == 'd')
		uplink_sendf(d->session, "CERT PROVE");
	else if (choice == 'p')
		advise(d);
	else if (choice != 's') // whoever signs in begins that, and what waits for it goes on
		forget(d);
}
