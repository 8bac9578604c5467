// SPDX-License-Identifier: MIT
#include "server/hub/people/hush.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <stdlib.h>

bool hush_is_over(const struct account *a, const struct hush *h)
{
	return h->until_ms && h->until_ms <= a->hub->now.wall_ms;
}

static void hush_free(struct account *a, struct hush *h)
{
	list_remove(&h->in_account);
	a->n_hushes--;
	free(h->text);
	free(h);
}

static struct hush *find(const struct account *a, enum hush_kind kind, int64_t about)
{
	list_for_each(item, &a->hushes) {
		struct hush *h = container_of(item, struct hush, in_account);

		if (h->kind == kind && h->about == about)
			return h;
	}
	return NULL;
}

struct hush *hush_of(const struct account *a, enum hush_kind kind, int64_t about)
{
	struct hush *h = find(a, kind, about);

	return h && !hush_is_over(a, h) ? h : NULL;
}

static struct hush *put(struct account *a, enum hush_kind kind, int64_t about, int64_t until_ms,
			struct span text)
{
	struct hush *h = find(a, kind, about);

	if (!h) {
		h = xcalloc(1, sizeof(*h));
		h->kind = kind;
		h->about = about;
		list_add(&a->hushes, &h->in_account);
		a->n_hushes++;
	}
	free(h->text);
	h->text = span_dup(text);
	h->until_ms = until_ms;
	return h;
}

void hush_remove(struct account *a, struct hush *h)
{
	post(a->hub,
	     &(struct entry){.kind = ENTRY_HUSH_GONE, .hush_gone = {a->id, h->kind, h->about}});
	hush_free(a, h);
}

static void remove_those_over(struct account *a)
{
	list_for_each_safe(item, after, &a->hushes) {
		struct hush *h = container_of(item, struct hush, in_account);

		if (hush_is_over(a, h))
			hush_remove(a, h);
	}
}

struct hush *hush_put(struct account *a, enum hush_kind kind, int64_t about, int64_t until_ms,
		      struct span text)
{
	struct hush *h;

	remove_those_over(a);
	if (!find(a, kind, about) && a->n_hushes >= HUSHES_MAX)
		return NULL;
	h = put(a, kind, about, until_ms, text);
	post(a->hub, &(struct entry){.kind = ENTRY_HUSH,
				     .hush = {.account = a->id,
					      .kind = kind,
					      .about = about,
					      .until_ms = until_ms,
					      .text = span_of(h->text)}});
	return h;
}

void hush_load(struct hub *hub, const struct entry_hush *row)
{
	struct account *a = account_by_id(hub, row->account);

	if (a)
		(void)put(a, row->kind, row->about, row->until_ms, row->text);
}

void hushes_free(struct account *a)
{
	list_for_each_safe(item, after, &a->hushes)
		hush_free(a, container_of(item, struct hush, in_account));
}
