// SPDX-License-Identifier: MIT
// HELP, from the table in help.def.
#include "server/hub/commands/command.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/wire/reply.h"

static const struct help {
	const char *subject, *usage;
	void (*add)(struct buf *out); // what stands before the text, or NULL
	const char *text;
} helps[] = {
#define HELP(subject, usage, text) {subject, usage, NULL, text},
#define HELP_OF(subject, usage, add, text) {subject, usage, add, text},
#include "server/hub/commands/help.def"
#undef HELP
#undef HELP_OF
};

static void help_line(struct session *s, enum numeric n, const char *subject, struct span text)
{
	struct line l;

	reply_start(&l, s, n);
	line_str(&l, subject);
	line_text(&l, text);
	reply_end(&l, s);
}

static void help_subject(struct session *s, const struct help *h)
{
	struct buf text = {0};
	struct span rest;

	if (h->add != NULL)
		h->add(&text);
	buf_add_str(&text, h->text);
	rest = buf_span(&text);
	help_line(s, RPL_HELPSTART, h->subject, span_of(h->usage));
	while (rest.len > 0)
		help_line(s, RPL_HELPTXT, h->subject, span_cut(&rest, '\n'));
	help_line(s, RPL_ENDOFHELP, h->subject, span_of(numeric_text(RPL_ENDOFHELP)));
	buf_clear(&text);
}

static void help_index(struct session *s)
{
	struct buf row = {0};

	help_line(s, RPL_HELPSTART, "index", SPAN("HELP SUBJECT tells more. The subjects:"));
	for (size_t i = 0; i < ARRAY_LEN(helps); i++) {
		buf_printf(&row, "%-14s", helps[i].subject);
		if (i % 5 != 4 && i + 1 < ARRAY_LEN(helps))
			continue;
		help_line(s, RPL_HELPTXT, "index", span_trim(buf_span(&row)));
		buf_reset(&row);
	}
	help_line(s, RPL_ENDOFHELP, "index", span_of(numeric_text(RPL_ENDOFHELP)));
	buf_clear(&row);
}

void cmd_help(struct session *s, const struct msg *m)
{
	struct span subject = msg_param(m, 0);

	if (subject.len == 0) {
		help_index(s);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(helps); i++) {
		if (!span_eq_fold(subject, span_of(helps[i].subject)))
			continue;
		help_subject(s, &helps[i]);
		return;
	}
	reply1(s, ERR_HELPNOTFOUND, subject);
}

// What older clients call it.
void cmd_helpop(struct session *s, const struct msg *m)
{
	cmd_help(s, m);
}
