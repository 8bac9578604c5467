// SPDX-License-Identifier: MIT
// A call with a label ends with its one line, with ACK, or with the end of the batch
// that the label opened. A call without one ends with the PONG behind it.
#include "client/net/calls.h"

#include "common/die.h"
#include "common/list.h"

#include <stdio.h>
#include <stdlib.h>

#define LABEL_PREFIX "c"
#define PONG_PREFIX "snug-call-"
#define REFS_MAX 8 // batches of one answer that are open at a time
#define REF_MAX 64

struct open_call {
	struct list in_calls;
	uint64_t number;
	int64_t sent_at;
	struct call_fns fns;
	bool has_label;                   // else it waits for PONG
	char refs[REFS_MAX][REF_MAX + 1]; // open batches; the first is the label's
};

struct calls {
	struct uplink *session;
	struct list open; // oldest first
	uint64_t last_number;
};

struct calls *calls_new(struct uplink *s)
{
	struct calls *c = xcalloc(1, sizeof(*c));

	c->session = s;
	list_init(&c->open);
	return c;
}

static void call_free(struct open_call *call)
{
	list_remove(&call->in_calls);
	free(call);
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	list_for_each_safe(item, after, &c->open)
		call_free(container_of(item, struct open_call, in_calls));
	free(c);
}

static void end(struct open_call *call, enum call_end how)
{
	struct call_fns fns = call->fns;

	call_free(call);
	if (fns.on_end)
		fns.on_end(fns.arg, how);
}

void calls_lost(struct calls *c)
{
	struct list lost;

	// Whoever is told may call again: not into the list that is walked.
	list_init(&lost);
	while (!list_is_empty(&c->open)) {
		struct list *item = c->open.next;
		list_remove(item);
		list_add(&lost, item);
	}
	while (!list_is_empty(&lost))
		end(container_of(lost.next, struct open_call, in_calls), CALL_LOST);
}

static struct open_call *find_number(struct calls *c, uint64_t number)
{
	list_for_each(item, &c->open) {
		struct open_call *call = container_of(item, struct open_call, in_calls);
		if (call->number == number)
			return call;
	}
	return NULL;
}

void calls_cancel(struct calls *c, uint64_t number)
{
	struct open_call *call = find_number(c, number);

	// Stays until its end comes: without labels the order is what counts.
	if (call)
		call->fns = (struct call_fns){.is_private = call->fns.is_private};
}

bool calls_is_label(uint64_t number, struct span label)
{
	uint64_t named;

	return span_starts(label, SPAN(LABEL_PREFIX)) &&
	       span_to_u64(span_after(label, strlen(LABEL_PREFIX)), &named) && named == number;
}

int64_t calls_waiting_since(const struct calls *c)
{
	if (list_is_empty(&c->open))
		return 0;
	return container_of(c->open.next, struct open_call, in_calls)->sent_at;
}

static void add_tags(const struct calls *c, const struct open_call *call, struct span tags,
		     struct buf *out)
{
	bool can_tag = uplink_has_cap(c->session, "message-tags");

	if (call->has_label)
		buf_printf(out, "@label=" LABEL_PREFIX "%llu%s",
			   (unsigned long long)call->number, tags.len ? ";" : " ");
	else if (tags.len && can_tag)
		buf_add_char(out, '@');
	if (tags.len && (can_tag || call->has_label)) {
		buf_add_span(out, tags);
		buf_add_char(out, ' ');
	}
}

uint64_t calls_send(struct calls *c, struct span tags, struct span line,
		    const struct call_fns *fns)
{
	struct open_call *call = xcalloc(1, sizeof(*call));
	struct buf out = {0};

	call->number = ++c->last_number;
	call->fns = *fns;
	call->sent_at = outside_mono_ms(uplink_outside(c->session));
	call->has_label = uplink_has_cap(c->session, "labeled-response");
	list_add(&c->open, &call->in_calls);
	add_tags(c, call, tags, &out);
	buf_add_span(&out, line);
	uplink_send_as(c->session, buf_span(&out), false);
	buf_clear(&out);
	if (!call->has_label)
		uplink_sendf(c->session, "PING " PONG_PREFIX "%llu",
			     (unsigned long long)call->number);
	return c->last_number;
}

static struct open_call *by_token(struct calls *c, struct span token, const char *prefix)
{
	uint64_t number;

	if (!span_starts(token, span_of(prefix)) ||
	    !span_to_u64(span_after(token, strlen(prefix)), &number))
		return NULL;
	return find_number(c, number);
}

static char *find_ref(struct open_call *call, struct span ref)
{
	for (size_t i = 0; i < REFS_MAX; i++) {
		if (call->refs[i][0] && span_eq(span_of(call->refs[i]), ref))
			return call->refs[i];
	}
	return NULL;
}

static bool add_ref(struct open_call *call, struct span ref)
{
	for (size_t i = 0; i < REFS_MAX; i++) {
		if (call->refs[i][0])
			continue;
		snprintf(call->refs[i], sizeof(call->refs[i]), SPAN_FMT, SPAN_ARG(ref));
		return true;
	}
	return false;
}

static bool opens_batch(const struct msg *m)
{
	struct span ref = msg_param(m, 0);

	return span_eq_fold(m->command, SPAN("BATCH")) && ref.len > 1 && ref.len <= REF_MAX &&
	       ref.at[0] == '+';
}

static struct open_call *by_ref(struct calls *c, struct span ref)
{
	list_for_each(item, &c->open) {
		struct open_call *call = container_of(item, struct open_call, in_calls);
		if (call->has_label && find_ref(call, ref))
			return call;
	}
	return NULL;
}

static void give(struct open_call *call, const struct msg *m, bool is_sure)
{
	if (call->fns.on_line)
		call->fns.on_line(call->fns.arg, m, is_sure);
}

static void take_labeled(struct open_call *call, const struct msg *m)
{
	give(call, m, true);
	if (opens_batch(m) && add_ref(call, span_after(msg_param(m, 0), 1)))
		return;
	end(call, CALL_DONE);
}

// BATCH -ref: true when it closes a call's batch.
static bool take_batch_end(struct calls *c, const struct msg *m)
{
	struct span ref = msg_param(m, 0);

	if (!span_eq_fold(m->command, SPAN("BATCH")) || ref.len < 2 || ref.at[0] != '-')
		return false;
	struct open_call *call = by_ref(c, span_after(ref, 1));
	if (!call)
		return false;
	char *held = find_ref(call, span_after(ref, 1));
	bool is_whole = held == call->refs[0];
	held[0] = '\0';
	give(call, m, true);
	if (is_whole)
		end(call, CALL_DONE);
	return true;
}

static bool take_in_batch(struct calls *c, const struct msg *m)
{
	struct span ref;
	struct open_call *call = msg_tag(m, SPAN("batch"), &ref) ? by_ref(c, ref) : NULL;

	if (!call)
		return false;
	if (opens_batch(m) && !add_ref(call, span_after(msg_param(m, 0), 1)))
		return true;
	give(call, m, true);
	return true;
}

// The oldest call that waits for a PONG, or NULL.
static struct open_call *oldest_unsure(struct calls *c)
{
	list_for_each(item, &c->open) {
		struct open_call *call = container_of(item, struct open_call, in_calls);
		if (!call->has_label)
			return call;
	}
	return NULL;
}

// The call that the line is of by its label or batch.
static struct open_call *call_of(struct calls *c, const struct msg *m)
{
	struct span value, ref = msg_param(m, 0);

	if (msg_tag(m, SPAN("label"), &value))
		return by_token(c, value, LABEL_PREFIX);
	if (msg_tag(m, SPAN("batch"), &value))
		return by_ref(c, value);
	bool is_end =
		span_eq_fold(m->command, SPAN("BATCH")) && ref.len > 1 && ref.at[0] == '-';
	return is_end ? by_ref(c, span_after(ref, 1)) : NULL;
}

bool calls_is_private(struct calls *c, const struct msg *m)
{
	const struct open_call *call = list_is_empty(&c->open) ? NULL : call_of(c, m);

	return call && call->fns.is_private;
}

bool calls_take(struct calls *c, const struct msg *m)
{
	struct span label;

	if (list_is_empty(&c->open))
		return false;
	if (msg_tag(m, SPAN("label"), &label)) {
		struct open_call *call = by_token(c, label, LABEL_PREFIX);
		if (call)
			take_labeled(call, m);
		return call != NULL;
	}
	if (take_batch_end(c, m) || take_in_batch(c, m))
		return true;
	if (span_eq_fold(m->command, SPAN("PONG"))) {
		struct open_call *call =
			by_token(c, msg_param(m, m->n_params - 1), PONG_PREFIX);
		if (call)
			end(call, CALL_DONE);
		return call != NULL;
	}
	struct open_call *call = oldest_unsure(c);
	if (call)
		give(call, m, false);
	return false;
}
