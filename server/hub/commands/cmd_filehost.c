// SPDX-License-Identifier: MIT
// FILEHOST (draft/FILEHOST) and TOKEN (draft/authtoken): what a client shows over HTTP to send
// and get files (files/file_token.h).
#include "server/hub/commands/command.h"
#include "server/hub/files/file_token.h"
#include "server/hub/files/file_url.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

#include <sodium.h>

#define SERVICE "FILEHOST"

static bool need_files(struct session *s, const char *command)
{
	if (s->hub->config.has_files)
		return true;
	fail(s, command, "NOT_AVAILABLE", (struct span){0}, "No files are taken here");
	return false;
}

static void say_token(struct session *s, const char *command, stream_id scope)
{
	bool is_filehost = strcmp(command, SERVICE) == 0;
	char token[SECRET_TEXT_LEN + 1];
	struct buf url = {0};
	struct line l;

	file_token_new(s, scope, token);
	line_start(&l, s->hub, NULL, command);
	line_str(&l, is_filehost ? "TOKEN" : "GENERATE");
	if (!is_filehost) {
		file_space_url(s->hub, &url);
		line_str(&l, SERVICE);
		line_param(&l, buf_span(&url));
	}
	line_str(&l, token);
	reply_end(&l, s);
	sodium_memzero(token, sizeof(token));
	buf_clear(&url);
}

void cmd_filehost(struct session *s, const struct msg *m)
{
	if (!need_files(s, SERVICE))
		return;
	if (span_eq_fold(msg_param(m, 0), SPAN("TOKEN")))
		say_token(s, SERVICE, 0);
	else
		fail(s, SERVICE, "INVALID_PARAMS", msg_param(m, 0),
		     "The one thing to ask for is TOKEN");
}

static void generate(struct session *s, struct span service, struct span scope)
{
	const struct room *r = scope.len ? room_find(s->hub, scope) : NULL;

	if (!span_eq_fold(service, SPAN(SERVICE)))
		fail(s, "TOKEN", "UNKNOWN_SERVICE", service.len ? service : SPAN("*"),
		     "There is no such service: FILEHOST is one");
	else if (scope.len && (!r || !member_find(r, s->account)))
		fail(s, "TOKEN", "INVALID_SCOPE", scope,
		     "There is no such room that you are in");
	else
		say_token(s, "TOKEN", r ? r->stream.id : 0);
}

static void list(struct session *s)
{
	const struct span none[] = {SPAN("*"), SPAN("*")};
	char batch[BATCH_REF_LEN + 1];
	struct buf url = {0};
	struct line l;

	batch_open(s, "draft/authtoken", none, ARRAY_LEN(none), (struct span){0}, batch);
	line_start(&l, s->hub, NULL, "TOKEN");
	line_str(&l, "SERVICE");
	line_str(&l, SERVICE);
	file_space_url(s->hub, &url);
	line_param(&l, buf_span(&url));
	line_text(&l, SPAN("Files"));
	l.batch = span_of(batch);
	session_say(s, &l);
	line_clear(&l);
	batch_close(s, batch);
	buf_clear(&url);
}

void cmd_token(struct session *s, const struct msg *m)
{
	struct span what = msg_param(m, 0);

	if (!need_files(s, "TOKEN"))
		return;
	if (span_eq_fold(what, SPAN("GENERATE")))
		generate(s, msg_param(m, 1), msg_param(m, 2));
	else if (span_eq_fold(what, SPAN("SERVICELIST")))
		list(s);
	else if (span_eq_fold(what, SPAN("VALIDATE")))
		fail(s, "TOKEN", "NO_PERMISSIONS", (struct span){0},
		     "This server alone looks at its tokens");
	else
		fail(s, "TOKEN", "INVALID_PARAMS", what, "Known are GENERATE and SERVICELIST");
}
