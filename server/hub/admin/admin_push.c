// SPDX-License-Identifier: MIT
// user push list|remove: where the devices of an account are woken. Of the address only the
// push service is shown: who has all of it may try to wake the device.
#include "server/hub/admin/admin.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/subscription.h"

static struct span device_name(const struct subscription *s)
{
	const struct credential *c =
		idmap_find(&s->account->hub->credentials, (uint64_t)s->device);

	return span_of(c ? c->label : "");
}

void verb_user_push_list(struct verb_call *c)
{
	static const char *const columns[] = {"id",      "device", "service", "page",
					      "created", "alive",  "waiting"};
	const struct account *a = verb_account(c, verb_word(c, 0));

	if (!a)
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &a->subscriptions) {
		const struct subscription *s =
			container_of(item, struct subscription, in_account);

		if (s->trial)
			continue;
		verb_number(c, s->id);
		verb_text(c, device_name(s));
		verb_text(c, push_origin(span_of(s->endpoint)));
		verb_bool(c, s->is_page);
		verb_time(c, s->created_ms);
		verb_time(c, s->alive_ms);
		verb_number(c, (int64_t)s->n_parcels + (s->out != NULL));
	}
	verb_end(c, ADMIN_DONE, "%zu devices of %s are woken", c->answer->n_rows, a->name);
}

// The one of that number; "all": the first there is.
static struct subscription *find(const struct account *a, struct span which)
{
	uint64_t id;

	list_for_each(item, &a->subscriptions) {
		struct subscription *s = container_of(item, struct subscription, in_account);

		if (!s->trial && (span_eq(which, SPAN("all")) ||
				  (span_to_u64(which, &id) && id == (uint64_t)s->id)))
			return s;
	}
	return NULL;
}

void verb_user_push_remove(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	struct span which = verb_word(c, 1);
	bool is_all = span_eq(which, SPAN("all"));
	struct buf detail = {0};
	struct subscription *s;
	size_t n = 0;

	if (!a)
		return;
	if (!find(a, which)) {
		verb_end(c, ADMIN_NOT_FOUND, "no device of %s is woken by " SPAN_FMT, a->name,
			 SPAN_ARG(which));
		return;
	}
	if (!verb_may_write(c))
		return;
	while ((s = find(a, which))) {
		subscription_remove(s);
		n++;
	}
	buf_printf(&detail, "%s " SPAN_FMT, a->name, SPAN_ARG(which));
	verb_audit(c, buf_span(&detail));
	buf_clear(&detail);
	verb_end(c, ADMIN_DONE, "%zu device%s of %s %s not woken any more%s", n,
		 n == 1 ? "" : "s", a->name, n == 1 ? "is" : "are",
		 is_all ? ", until they register again" : "");
}
