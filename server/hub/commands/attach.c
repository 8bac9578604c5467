// SPDX-License-Identifier: MIT
#include "server/hub/commands/attach.h"

#include "server/hub/people/account.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

#define NO_FILE "There is no such file of yours: nothing was sent"
#define ELSEWHERE "A file is for the one place that it was sent to: nothing was sent"
#define UNKEPT                                                                                 \
	"What is said to some members alone is not kept, and has no file: nothing was sent"

// The files of one message, each once.
struct named {
	struct file_id ids[FILES_PER_MESSAGE];
	size_t n;
};

static bool refuse(struct session *s, const struct utterance *u, const char *code,
		   struct span target, struct span id, const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, message_command(u->kind));
	line_str(&l, code);
	line_param(&l, target);
	line_param(&l, id);
	line_text(&l, span_of(text));
	reply_end(&l, s);
	return false;
}

static bool refuse_file(struct session *s, const struct utterance *u, struct span target,
			const struct file_id *id, const char *code, const char *text)
{
	char name[FILE_ID_TEXT + 1];

	file_id_text(id, name);
	return refuse(s, u, code, target, span_of(name), text);
}

static bool add_name(struct named *named, const struct file_id *id)
{
	for (size_t i = 0; i < named->n; i++) {
		if (file_id_eq(&named->ids[i], id))
			return true;
	}
	if (named->n == FILES_PER_MESSAGE)
		return false;
	named->ids[named->n++] = *id;
	return true;
}

// What the tag names comes first: it is that of which the tags tell.
static bool find_names(struct session *s, const struct utterance *u, struct span target,
		       struct named *named)
{
	struct file_url url = {0};
	struct file_id id;

	if (u->file.len && !file_id_parse(u->file, &id))
		return refuse(s, u, "NO_SUCH_FILE", target, u->file, NO_FILE);
	if (u->file.len)
		(void)!add_name(named, &id);
	while (file_url_next(s->hub, u->text, url.at + url.len, &url)) {
		if (!add_name(named, &url.id))
			return refuse(s, u, "TOO_MANY_FILES", target, SPAN("*"),
				      "A message has at most four files: nothing was sent");
	}
	return true;
}

static bool is_of_place(const struct shared_file *f, const struct attach_place *place)
{
	return !f->stream || f->stream == place->stream;
}

static bool has_space(struct session *s, const struct utterance *u, const struct shared_file *f,
		      const struct attach_place *place)
{
	int64_t most = s->hub->config.files_room;

	if (f->stream || !most || !place->stream || !place->stream->room ||
	    place->stream->files.bytes + shared_file_weight(f->size) <= most)
		return true;
	return refuse_file(s, u, place->target, &f->id, "QUOTA_EXCEEDED",
			   "The room has as many files as it may keep: nothing was sent");
}

// One that the sender sent, or may quote.
static bool take_one(struct session *s, const struct utterance *u, const struct file_id *id,
		     const struct attach_place *place, struct attached *out)
{
	struct shared_file *f = shared_file_find(s->hub, id);
	bool is_own = f && f->account == s->account;

	if (!is_own && f && f->message && f->stream == place->stream && may_get(s->account, f))
		return true;
	if (!is_own)
		return refuse_file(s, u, place->target, id, "NO_SUCH_FILE", NO_FILE);
	if (!is_of_place(f, place))
		return refuse_file(s, u, place->target, id, "FILE_OF_ANOTHER_TARGET",
				   ELSEWHERE);
	if (f->message)
		return true;
	if (!place->is_kept)
		return refuse_file(s, u, place->target, id, "FILE_OF_ANOTHER_TARGET", UNKEPT);
	out->fresh[out->n_fresh++] = f;
	return has_space(s, u, f, place);
}

// What clients that know of files show in the URL's place: of the first of the sender's own.
static void add_tags(const struct session *s, const struct named *named, struct attached *out)
{
	const struct shared_file *f = NULL;
	char id[FILE_ID_TEXT + 1];

	buf_add_span(&out->tags, out->u.tags);
	for (size_t i = 0; i < named->n && (!f || f->account != s->account); i++)
		f = shared_file_find(s->hub, &named->ids[i]);
	if (f && f->account == s->account) {
		file_id_text(&f->id, id);
		buf_printf(&out->tags,
			   "%ssnug.chat/file=%s;snug.chat/file-name=", out->tags.len ? ";" : "",
			   id);
		msg_tag_escape(&out->tags, span_of(f->name));
		buf_add_str(&out->tags, ";snug.chat/file-type=");
		msg_tag_escape(&out->tags, span_of(f->type));
		buf_printf(&out->tags, ";snug.chat/file-size=%lld", (long long)f->size);
	}
	out->u.tags = buf_span(&out->tags);
}

static struct span bare(const struct session *s, struct span text, struct attached *out)
{
	struct buf kept = {0};
	struct span copy;

	file_urls_bare(s->hub, text, &kept);
	copy = arena_dup(&out->arena, buf_span(&kept));
	buf_clear(&kept);
	return copy;
}

static bool fits(struct session *s, struct span text, const struct attach_place *place)
{
	if (text.len + FILE_SIGNED_MORE * file_urls_count(s->hub, text) <= place->room)
		return true;
	reply(s, ERR_INPUTTOOLONG);
	return false;
}

// Each line must hold its links also as who does not know of files is shown them.
static bool take_text(struct session *s, const struct attach_place *place, struct attached *out)
{
	const struct pieces *sent = out->u.pieces;

	out->u.text = bare(s, out->u.text, out);
	if (!sent)
		return fits(s, out->u.text, place);
	for (size_t i = 0; i < sent->n; i++) {
		struct span text = bare(s, sent->at[i].text, out);

		if (file_urls_count(s->hub, text) && !fits(s, text, place))
			return false;
		pieces_add(&out->pieces, text, sent->at[i].concat);
	}
	out->u.pieces = &out->pieces;
	return true;
}

bool attach_take(struct session *s, const struct utterance *u, const struct attach_place *place,
		 struct attached *out)
{
	struct named named = {0};

	*out = (struct attached){.u = *u};
	if (!find_names(s, u, place->target, &named))
		return false;
	for (size_t i = 0; i < named.n; i++) {
		if (!take_one(s, u, &named.ids[i], place, out))
			return false;
	}
	if (named.n == 0)
		return true;
	if (!take_text(s, place, out))
		return false;
	add_tags(s, &named, out);
	return true;
}

void attach_bind(const struct attached *a, struct stream *stream, message_id message)
{
	for (size_t i = 0; i < a->n_fresh; i++)
		shared_file_bind(a->fresh[i], stream, message);
}

void attach_clear(struct attached *a)
{
	pieces_clear(&a->pieces);
	buf_clear(&a->tags);
	arena_clear(&a->arena);
}
