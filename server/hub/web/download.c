// SPDX-License-Identifier: MIT
#include "server/hub/web/download.h"

#include "server/hub/rooms/reach.h"
#include "server/hub/web/file_who.h"

#define NO_FILE "There is no such file."

static void say(struct hub *h, conn_id conn, unsigned status, unsigned retry_s,
		const char *sentence)
{
	struct buf line = {0};

	buf_printf(&line, "%s\n", sentence);
	outbox_answer(hub_outbox(h, CONN_SHARD(conn)), conn,
		      &(struct web_answer){
			      .status = status, .retry_s = retry_s, .body = buf_span(&line)});
	buf_clear(&line);
}

static void give(struct hub *h, conn_id conn, const struct shared_file *f)
{
	outbox_answer(hub_outbox(h, CONN_SHARD(conn)), conn,
		      &(struct web_answer){.status = 200,
					   .then = WEB_GIVES,
					   .file = f->id,
					   .name = span_of(f->name),
					   .type = span_of(f->type),
					   .size = (uint64_t)f->size});
}

void download(struct hub *h, conn_id conn, const struct web_question *q)
{
	struct file_asker who = file_who(h, q, true);
	const struct shared_file *f = shared_file_find(h, &q->file);

	if (!who.account && who.status != 404)
		say(h, conn, who.status, who.retry_s, who.why);
	else if (who.account && f && may_get(who.account, f))
		give(h, conn, f);
	else
		say(h, conn, 404, 0, NO_FILE);
}
