// SPDX-License-Identifier: MIT
// While a thread is shown, the log is what belongs to it: the places stay those of the log.
#include "client/model/own.h"
#include "client/ui/view_private.h"

const struct answers *view_thread(const struct screen_view *v)
{
	struct answers *th = v->thread;
	if (!th || !th->root || th->target_id != v->model->current->id)
		return NULL;
	answers_follow(th, v->model, v->model->current);
	return th;
}

bool thread_item_before(const struct screen_view *v, const struct answers *th, size_t end,
			struct item *item)
{
	const struct target *t = v->model->current;
	size_t place;
	for (; end > t->log.count; end--) {
		const struct own *o = own_at(t, end - 1 - t->log.count);
		*item = (struct item){.first = end - 1, .last = end - 1, .own = o};
		if (o && answers_has(th, own_answers(o)))
			return true;
	}
	if (!answers_before(th, end, &place))
		return false;
	*item = (struct item){.first = place, .last = place};
	return true;
}

// The first hole behind line `before` and up to line `i`.
const struct log_line *thread_hole_to(const struct screen_view *v, size_t before, size_t i)
{
	for (size_t n = before + 1; n <= i; n++) {
		const struct log_line *l = scrollback_at(&v->model->current->log, n);
		if (l->flags & LINE_GAP)
			return l;
	}
	return NULL;
}

void thread_title(const struct screen_view *v, const struct answers *th, struct buf *out)
{
	buf_printf(out, "thread in ");
	view_add_target(v, out, v->model->current);
	buf_printf(out, ", %zu answer%s", th->n_answers, th->n_answers == 1 ? "" : "s");
	if (th->hole)
		buf_add_str(out, " loaded; Enter loads more");
}
