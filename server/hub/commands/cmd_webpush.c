// SPDX-License-Identifier: MIT
// WEBPUSH (draft/webpush, soju.im/webpush): where a device is woken (subscription.h).
#include "server/hub/commands/command.h"
#include "server/hub/push/trial.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include "common/encode.h"
#include "common/wipe.h"

static void refuse(struct session *s, const struct msg *m, const char *code, const char *why)
{
	trial_refuse(s, m->params[0], m->params[1], code, why, NULL);
}

// Some write base64 with its padding.
static bool take_key(struct span text, uint8_t *out, size_t len)
{
	struct buf bytes = {0};
	bool is_fine;

	while (text.len && text.at[text.len - 1] == '=')
		text.len--;
	is_fine = decode_b64url(&bytes, text) && bytes.len == len;
	if (is_fine)
		memcpy(out, bytes.at, len);
	buf_clear(&bytes);
	return is_fine;
}

// p256dh=…;auth=…, written like tags; whatever else stands there is of another extension.
static bool take_keys(struct span text, struct push_target *target)
{
	bool has_point = false, has_auth = false;
	struct span key, value;

	while (msg_tag_next(&text, &key, &value)) {
		if (span_eq(key, SPAN("p256dh")))
			has_point = take_key(value, target->point, sizeof(target->point));
		else if (span_eq(key, SPAN("auth")))
			has_auth = take_key(value, target->auth, sizeof(target->auth));
	}
	return has_point && has_auth && target->point[0] == 4;
}

static bool need_parts(struct session *s, const struct msg *m, struct push_target *target)
{
	memcpy(target->vapid, s->hub->push_key, sizeof(target->vapid));
	if (!push_endpoint_is_valid(m->params[1]))
		refuse(s, m, "INVALID_PARAMS",
		       "An endpoint is https://HOST/..., of at most 1024 characters");
	else if (!take_keys(msg_param(m, 2), target))
		refuse(s, m, "INVALID_PARAMS",
		       "The keys are p256dh=POINT;auth=SECRET, of 65 and 16 bytes, base64url");
	else
		return need_disk(s, "WEBPUSH");
	return false;
}

// What is there already: false, it is something else now and goes.
static bool is_known(struct session *s, const struct msg *m, const struct push_target *target)
{
	struct subscription *old = subscription_find(s->account, m->params[1]);

	if (!old)
		return false;
	if (old->trial) {
		refuse(s, m, "INTERNAL_ERROR", "It is being tried: wait for the answer");
		return true;
	}
	if (memcmp(&old->target, target, sizeof(*target)) != 0) {
		subscription_remove(old);
		return false;
	}
	subscription_is_alive(old);
	trial_say(s, "REGISTER", m->params[1], NULL);
	return true;
}

static void add(struct session *s, const struct msg *m)
{
	struct push_target target = {0};

	if (need_parts(s, m, &target) && !is_known(s, m, &target)) {
		if (s->account->n_subscriptions >= SUBSCRIPTIONS_PER_ACCOUNT)
			refuse(s, m, "MAX_REGISTRATIONS",
			       "Sixteen of your devices are woken already: take one back");
		else
			trial_start(s, subscription_new(s, m->params[1], &target));
	}
	wipe_bytes(&target, sizeof(target));
}

static void del(struct session *s, const struct msg *m)
{
	struct subscription *old = subscription_find(s->account, m->params[1]);

	if (old && !need_disk_to_mend(s, "WEBPUSH"))
		return;
	if (old)
		subscription_remove(old);
	trial_say(s, "UNREGISTER", m->params[1], NULL);
}

// WEBPUSH REGISTER <endpoint> <keys> | UNREGISTER <endpoint>
void cmd_webpush(struct session *s, const struct msg *m)
{
	if (span_eq_fold(m->params[0], SPAN("REGISTER")))
		add(s, m);
	else if (span_eq_fold(m->params[0], SPAN("UNREGISTER")))
		del(s, m);
	else
		refuse(s, m, "INVALID_PARAMS", "It is REGISTER or UNREGISTER");
}
