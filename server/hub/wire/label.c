// SPDX-License-Identifier: MIT
// The first line is held back until it is known whether a second one follows.
#include "server/hub/wire/label.h"

#include "common/die.h"
#include "server/hub/wire/wire_private.h"
#include "server/hub/wire/reply.h"

#include <assert.h>
#include <stdlib.h>

struct capture {
	struct buf label;            // as received, escaped
	char ref[BATCH_REF_LEN + 1]; // "": no batch yet
	size_t n_lines;
	bool has_batch;        // the first line stands in a batch of its own
	struct buf tags, body; // the first line
};

void label_start(struct session *s, const struct msg *m)
{
	struct span label;

	assert(!s->capture);
	if (!session_has(s, CAP_LABELED_RESPONSE))
		return;
	if (!msg_tag(m, SPAN("label"), &label) || !label.len || label.len > LABEL_MAX)
		return;
	s->capture = xcalloc(1, sizeof(*s->capture));
	buf_add_span(&s->capture->label, label);
}

static void send_with(struct session *s, const char *key, struct span value, struct span tags,
		      struct span body)
{
	struct buf all = {0}, text = {0};

	if (value.len) {
		buf_add_str(&all, key);
		buf_add_char(&all, '=');
		buf_add_span(&all, value);
		if (tags.len)
			buf_add_char(&all, ';');
	}
	buf_add_span(&all, tags);
	line_render(buf_span(&all), body, &text);
	session_send(s, buf_span(&text), true);
	buf_clear(&all);
	buf_clear(&text);
}

// A line of the server that carries the label: ACK, or the start of the batch.
static void send_labeled(struct session *s, struct line *l)
{
	struct buf tags = {0};

	line_render_tags(l, s->caps, &tags);
	send_with(s, "label", buf_span(&s->capture->label), buf_span(&tags),
		  buf_span(&l->body));
	buf_clear(&tags);
	line_clear(l);
}

static void send_first(struct session *s)
{
	struct capture *c = s->capture;

	send_with(s, "batch", span_of(c->has_batch ? NULL : c->ref), buf_span(&c->tags),
		  buf_span(&c->body));
}

static void open_batch(struct session *s)
{
	struct capture *c = s->capture;
	struct line l;
	struct buf ref = {0};

	batch_ref(s->hub, c->ref);
	line_start(&l, s->hub, NULL, "BATCH");
	buf_printf(&ref, "+%s", c->ref);
	line_param(&l, buf_span(&ref));
	line_str(&l, "labeled-response");
	send_labeled(s, &l);
	buf_clear(&ref);
	send_first(s);
}

void label_capture(struct session *s, const struct line *l, struct span tags)
{
	struct capture *c = s->capture;

	if (c->n_lines++ == 0) {
		c->has_batch = l->batch.len != 0;
		buf_add_span(&c->tags, tags);
		buf_add_span(&c->body, buf_span(&l->body));
		return;
	}
	if (!session_has(s, CAP_BATCH)) {
		// Without batches only the first line can be told to belong to the label.
		if (c->n_lines == 2)
			send_with(s, "label", buf_span(&c->label), buf_span(&c->tags),
				  buf_span(&c->body));
		send_with(s, "", (struct span){0}, tags, buf_span(&l->body));
		return;
	}
	if (c->n_lines == 2)
		open_batch(s);
	send_with(s, "batch", span_of(l->batch.len ? NULL : c->ref), tags, buf_span(&l->body));
}

static void send_ack(struct session *s)
{
	struct line l;

	line_start(&l, s->hub, NULL, "ACK");
	send_labeled(s, &l);
}

static void close_batch(struct session *s)
{
	struct capture *c = s->capture;
	struct buf tags = {0};
	struct line l;

	batch_end(&l, s, c->ref);
	line_render_tags(&l, s->caps, &tags);
	send_with(s, "", (struct span){0}, buf_span(&tags), buf_span(&l.body));
	buf_clear(&tags);
	line_clear(&l);
}

void label_end(struct session *s)
{
	struct capture *c = s->capture;

	if (!c)
		return;
	if (c->ref[0])
		close_batch(s);
	else if (c->n_lines == 0)
		send_ack(s);
	else if (c->n_lines == 1)
		send_with(s, "label", buf_span(&c->label), buf_span(&c->tags),
			  buf_span(&c->body));
	s->capture = NULL;
	label_free(c);
}

void label_put_back(struct session *s, struct capture *open)
{
	label_free(s->capture);
	s->capture = open;
}

void label_take(struct session *s, struct buf *out)
{
	struct capture *c = s->capture;

	if (!c)
		return;
	buf_add_span(out, buf_span(&c->label));
	s->capture = NULL;
	label_free(c);
}

void label_answer(struct session *s, struct span label, struct line *l)
{
	struct buf tags = {0};

	line_render_tags(l, line_session_caps(l, s), &tags);
	send_with(s, "label", label, buf_span(&tags), buf_span(&l->body));
	buf_clear(&tags);
}

void label_free(struct capture *c)
{
	if (!c)
		return;
	buf_clear(&c->label);
	buf_clear(&c->tags);
	buf_clear(&c->body);
	free(c);
}
