// SPDX-License-Identifier: MIT
// Pushes from the hub to snug-errand, encrypted on their way, and what became of them back.
// Of what is sent and to whom the log has nothing.
#include "server/server_private.h"

#include "common/clock.h"
#include "server/push/push_seal.h"
#include "server/push_key.h"

#include <stdlib.h>

bool server_start_push(struct server *s, char **error)
{
	if (!s->config.push)
		return true;
	s->push_keys = push_key_take(s->paths, error);
	if (s->push_keys)
		hub_set_push_key(s->hub, vapid_point(s->push_keys));
	return s->push_keys != NULL;
}

static void tell(struct server *s, struct pushed *told)
{
	mailbox_put(s->mailbox, &told->letter);
}

static enum pushed_result result_of(enum errand_outcome outcome)
{
	switch (outcome) {
	case ERRAND_ANSWERED:
		return PUSHED_ANSWERED;
	case ERRAND_REFUSED_URL:
	case ERRAND_REFUSED_ADDRESS:
		return PUSHED_FORBIDDEN;
	case ERRAND_NO_NAME:
	case ERRAND_NO_CONNECTION:
	case ERRAND_NO_TRUST:
	case ERRAND_TIMEOUT:
	case ERRAND_NO_HTTP:
	case ERRAND_BUSY:
	case ERRAND_LOST:
		break;
	}
	return PUSHED_UNREACHABLE;
}

// One of a subscription is under way at a time: its number is that of the errand.
static void on_told(void *arg, const struct errand_answer *a)
{
	struct pushed *told = pushed_new((int64_t)a->number, result_of(a->outcome));

	told->status = a->status;
	told->retry_after = a->retry_after_s;
	tell(arg, told);
}

// Whom a push service may write to about what comes from here.
static void add_contact(const struct server *s, struct buf *out)
{
	if (s->config.push_contact)
		buf_add_str(out, s->config.push_contact);
	else
		buf_printf(out, "https://%s", s->config.name);
}

// The header Authorization; false: the key that the subscription was made for is gone.
static bool add_sender(const struct server *s, const struct push *p, struct buf *out)
{
	struct buf contact = {0};
	bool is_known;

	add_contact(s, &contact);
	is_known = vapid_sign(s->push_keys, p->target.vapid, span_of(p->endpoint),
			      buf_span(&contact), clock_wall_ms(), out);
	buf_clear(&contact);
	return is_known;
}

static enum errand_posted post(struct server *s, const struct push *p, struct span sender,
			       struct span body)
{
	struct errands *errands = s->beside ? beside_errands(s->beside) : NULL;
	struct errand_request r = {.number = (uint64_t)p->subscription,
				   .kind = ERRAND_PUSH,
				   .url = span_of(p->endpoint),
				   .body = body};
	struct buf ttl = {0};
	enum errand_posted posted;

	buf_printf(&ttl, "%lld", (long long)p->ttl_s);
	r.headers[ERRAND_HEADER_TTL] = buf_span(&ttl);
	r.headers[ERRAND_HEADER_URGENCY] = p->is_urgent ? SPAN("high") : SPAN("normal");
	r.headers[ERRAND_HEADER_TOPIC] = span_of(p->topic);
	r.headers[ERRAND_HEADER_TYPE] = SPAN("application/octet-stream");
	r.headers[ERRAND_HEADER_ENCODING] = SPAN("aes128gcm");
	r.headers[ERRAND_HEADER_AUTHORIZATION] = sender;
	posted = errands ? errand_post(errands, &r, on_told, s) : ERRAND_LATER;
	buf_clear(&ttl);
	return posted;
}

// Why it does not leave; PUSHED_ANSWERED: it did.
static enum pushed_result send_out(struct server *s, const struct push *p)
{
	const struct push_to to = {p->target.point, p->target.auth};
	enum pushed_result result = PUSHED_ANSWERED;
	struct buf body = {0}, sender = {0};

	if (!push_seal(&body, &to, span_of(p->text)))
		result = PUSHED_KEYS;
	else if (!s->push_keys || !add_sender(s, p, &sender))
		result = PUSHED_OUTDATED;
	else
		switch (post(s, p, buf_span(&sender), buf_span(&body))) {
		case ERRAND_POSTED:
			break;
		case ERRAND_LATER:
			result = PUSHED_UNREACHABLE;
			break;
		case ERRAND_NEVER:
			result = PUSHED_FORBIDDEN;
			break;
		}
	buf_clear(&body);
	buf_clear(&sender);
	return result;
}

void server_push(struct server *s, struct push *p)
{
	enum pushed_result result = send_out(s, p);

	if (result != PUSHED_ANSWERED)
		tell(s, pushed_new(p->subscription, result));
	push_free(p);
}
