// SPDX-License-Identifier: MIT
#include "server/hub/pages/dossier_private.h"

#include "server/hub/history/marker.h"
#include "server/hub/pages/hush_say.h"
#include "server/hub/pages/message.h"
#include "server/hub/people/credential.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/hush.h"
#include "server/hub/people/invite.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/subscription.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/people/signin.h"
#include "server/hub/rooms/slip.h"

json_t *dossier_record(const char *kind)
{
	json_t *object = json_object();

	json_set_text(object, "record", span_of(kind));
	return object;
}

void dossier_add(struct buf *out, json_t *object)
{
	json_add_line(out, object);
	json_decref(object);
}

// A hidden room is not named to who is in it no longer.
static bool is_told(const struct stream *stream, const struct account *a)
{
	return !stream->room || !(stream->room->flags & ROOM_SECRET) ||
	       member_find(stream->room, a);
}

void dossier_place(json_t *object, const struct account *a, stream_id id)
{
	const struct stream *stream = history_stream(a->hub, id);

	if (stream && is_told(stream, a))
		json_set_text(object, "in", stream_name(stream, a));
}

static void set_number(json_t *object, const char *key, int64_t n)
{
	json_object_set_new(object, key, json_integer((json_int_t)n));
}

static void add_self(const struct account *a, struct buf *out)
{
	static const char *const classes[] = {"person", "bot", "bridge"};
	json_t *o = dossier_record("account");

	json_set_text(o, "name", span_of(a->name));
	json_set_text(o, "realname", span_of(a->realname));
	json_set_text(o, "role", a->role == ROLE_ADMIN ? SPAN("admin") : SPAN("user"));
	json_set_text(o, "class", span_of(classes[a->class]));
	json_object_set_new(o, "password", json_boolean(a->password[0]));
	json_object_set_new(o, "disabled", json_boolean(a->disabled));
	json_set_time(o, "created", a->created_ms);
	json_set_time(o, "seen", a->seen_ms);
	json_set_time(o, "expires", a->expires_ms);
	json_set_time(o, "new_password", a->next_ms);
	json_set_time(o, "to_be_erased", a->erase_ms);
	set_number(o, "replay", a->replay);
	if (a->away)
		json_set_text(o, "away", span_of(a->away));
	dossier_add(out, o);
}

static void add_metadata(const struct account *a, struct buf *out)
{
	const struct metadata *m;
	size_t cursor = 0;

	while ((m = map_next(&a->metadata, &cursor)) != NULL) {
		json_t *o = dossier_record("metadata");

		json_set_text(o, "key", span_of(m->key));
		json_set_text(o, "value", span_of(m->value));
		dossier_add(out, o);
	}
}

static void add_devices(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);
		bool is_token = c->kind == CREDENTIAL_TOKEN;
		json_t *o = dossier_record(is_token ? "token" : "device");

		json_set_text(o, "label", span_of(c->label));
		json_set_time(o, "created", c->created_ms);
		json_set_time(o, "used", c->used_ms);
		json_set_time(o, "expires", c->expires_ms);
		dossier_add(out, o);
	}
}

static void add_factor(const struct account *a, struct buf *out)
{
	json_t *o;

	if (!a->factor)
		return;
	o = dossier_record("second_factor");
	json_set_text(o, "label", span_of(a->factor->label));
	json_set_text(o, "enabled", a->factor->enabled ? SPAN("yes") : SPAN("no"));
	json_set_time(o, "created", a->factor->created_ms);
	dossier_add(out, o);
}

static void add_bindings(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->bindings) {
		const struct account_binding *b =
			container_of(item, struct account_binding, in_account);
		json_t *o = dossier_record("sign_in");

		json_set_text(o, "way", span_of(identity_way_word(b->way)));
		json_set_text(o, "issuer", span_of(b->issuer));
		json_set_text(o, "subject", span_of(b->subject));
		json_set_text(o, "tenant", span_of(b->tenant));
		json_set_time(o, "confirmed", b->yes_ms);
		json_set_time(o, "created", b->created_ms);
		json_object_set_new(o, "administrator", json_boolean(b->by_group));
		dossier_add(out, o);
	}
}

static void add_rooms(const struct account *a, struct buf *out)
{
	static const char *const roles[] = {[MEMBER_PLAIN] = "member",
					    [MEMBER_VOICE] = "voice",
					    [MEMBER_MODERATOR] = "moderator",
					    [MEMBER_FOUNDER] = "founder"};

	for (size_t i = 0; i < a->n_members; i++) {
		const struct member *m = a->members[i];
		enum member_role role = m->role;
		json_t *o = dossier_record("room");

		while (role & (role - 1))
			role &= role - 1; // the highest
		json_set_text(o, "in", span_of(m->room->name));
		json_set_text(o, "role", span_of(roles[role]));
		json_set_time(o, "joined", m->joined_ms);
		dossier_add(out, o);
	}
}

static void add_markers(const struct account *a, struct buf *out)
{
	const struct marker *m;
	const struct dialog *d;
	size_t cursor = 0;

	while ((d = idmap_next(&a->dialogs, &cursor)) != NULL) {
		json_t *o = dossier_record("conversation");

		dossier_place(o, a, d->stream.id);
		dossier_add(out, o);
	}
	cursor = 0;
	while ((m = idmap_next(&a->markers, &cursor)) != NULL) {
		json_t *o = dossier_record("read");

		dossier_place(o, a, m->stream);
		json_set_time(o, "time", m->time_ms);
		dossier_add(out, o);
	}
}

static void add_saved(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->saved) {
		const struct saved *v = container_of(item, struct saved, in_account);
		json_t *o = dossier_record("saved");

		dossier_place(o, a, v->stream);
		json_set_id(o, "id", v->message);
		json_set_time(o, "time", v->time_ms);
		dossier_add(out, o);
	}
}

static void add_hushes(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->hushes) {
		const struct hush *q = container_of(item, struct hush, in_account);
		const struct account *about =
			q->kind == HUSH_IGNORE ? account_by_id(a->hub, q->about) : NULL;
		json_t *o = dossier_record("quiet");

		json_set_text(o, "kind", span_of(hush_word(q->kind)));
		if (about)
			json_set_text(o, "about", span_of(about->name));
		if (q->kind == HUSH_MUTE || (q->kind == HUSH_PUSH && q->about))
			dossier_place(o, a, q->about);
		json_set_time(o, "until", q->until_ms);
		if (q->text[0])
			json_set_text(o, q->kind == HUSH_PUSH ? "level" : "hours",
				      span_of(q->text));
		dossier_add(out, o);
	}
}

static void add_subscriptions(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->subscriptions) {
		const struct subscription *s =
			container_of(item, struct subscription, in_account);
		json_t *o = dossier_record("push");

		json_set_text(o, "endpoint", span_of(s->endpoint));
		json_set_time(o, "created", s->created_ms);
		json_set_time(o, "alive", s->alive_ms);
		dossier_add(out, o);
	}
}

static void add_slips(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->slips) {
		const struct slip *s = container_of(item, struct slip, in_account);
		json_t *o = dossier_record("notice");

		json_set_time(o, "time", s->at_ms);
		json_set_text(o, "text", span_of(s->text));
		dossier_add(out, o);
	}
}

static void add_signins(const struct account *a, struct buf *out)
{
	list_for_each(item, &a->signins) {
		const struct signin *i = container_of(item, struct signin, in_account);
		json_t *o = dossier_record("login");

		json_set_time(o, "first", i->first_ms);
		json_set_time(o, "last", i->last_ms);
		set_number(o, "times", i->times);
		json_object_set_new(o, "failed", json_boolean(i->failed));
		json_set_text(o, "way", span_of(signin_way(i->way)));
		json_set_text(o, "source", span_of(i->source));
		json_set_text(o, "device", span_of(i->device));
		dossier_add(out, o);
	}
}

static void add_invites(const struct account *a, struct buf *out)
{
	const struct invite *i;
	size_t cursor = 0;

	while ((i = idmap_next(&a->hub->invites, &cursor)) != NULL) {
		json_t *o;

		if (i->maker != a->id)
			continue;
		o = dossier_record("invite");
		dossier_place(o, a, i->room);
		json_set_time(o, "created", i->created_ms);
		json_set_time(o, "expires", i->expires_ms);
		set_number(o, "uses_left", i->uses_left);
		json_set_text(o, "note", span_of(i->note));
		dossier_add(out, o);
	}
}

static void add_files(const struct account *a, struct buf *out)
{
	char id[FILE_ID_TEXT + 1];

	if (!a->files.count)
		return;
	list_for_each(item, &a->files.list) {
		const struct shared_file *f =
			container_of(item, struct shared_file, in_account);
		json_t *o = dossier_record("file");

		file_id_text(&f->id, id);
		json_set_text(o, "file", span_from(id, FILE_ID_TEXT));
		json_set_text(o, "name", span_of(f->name));
		json_set_text(o, "type", span_of(f->type));
		set_number(o, "bytes", f->size);
		json_set_time(o, "sent", f->created_ms);
		if (f->stream)
			dossier_place(o, a, f->stream->id);
		dossier_add(out, o);
	}
}

void dossier_account(const struct account *a, struct buf *out)
{
	add_self(a, out);
	add_metadata(a, out);
	add_devices(a, out);
	add_factor(a, out);
	add_bindings(a, out);
	add_rooms(a, out);
	add_markers(a, out);
	add_saved(a, out);
	add_hushes(a, out);
	add_subscriptions(a, out);
	add_slips(a, out);
	add_signins(a, out);
	add_invites(a, out);
	add_files(a, out);
}
