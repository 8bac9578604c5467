// SPDX-License-Identifier: MIT
// RPL_ISUPPORT: one row a token, in the order of the alphabet.
#include "server/hub/door/isupport.h"

#include "server/hub/door/login.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/room.h"
#include "server/hub/wire/reply.h"

#define TOKENS_A_LINE 12

static void add_number(struct buf *out, int64_t n)
{
	buf_add_i64(out, n);
}

static void add_network(const struct hub *h, struct buf *out)
{
	// A value cannot hold a space: \x20 stands for it.
	for (size_t i = 0; i < h->config.network.len; i++) {
		if (h->config.network.at[i] == ' ')
			buf_add_str(out, "\\x20");
		else
			buf_add_char(out, h->config.network.at[i]);
	}
}

static void add_icon(const struct hub *h, struct buf *out)
{
	buf_add_span(out, h->config.icon);
}

// A row: the token, its value as text or number, or a function that adds it.
static const struct token {
	const char *name;
	const char *text;
	int64_t number;
	void (*add)(const struct hub *h, struct buf *out);
} tokens[] = {
	{"ACCOUNTEXTBAN", "a", 0, NULL},
	{"ACCOUNTREQUIRED", NULL, 0, NULL},
	{"AWAYLEN", NULL, AWAY_MAX, NULL},
	{"BOT", "B", 0, NULL},
	{"CASEMAPPING", "ascii", 0, NULL},
	{"CHANLIMIT", "#:200", 0, NULL},
	{"CHANMODES", "Ibe,k,l,Cimnst", 0, NULL},
	{"CHANNELLEN", NULL, ROOM_NAME_MAX, NULL},
	{"CHANTYPES", "#", 0, NULL},
	{"CHATHISTORY", NULL, HISTORY_PAGE_MAX, NULL},
	{"ELIST", "CMNTU", 0, NULL},
	{"EXCEPTS", "e", 0, NULL},
	{"EXTBAN", "~,amt", 0, NULL},
	{"HOSTLEN", NULL, 64, NULL},
	{"INVEX", "I", 0, NULL},
	{"KEYLEN", NULL, KEY_MAX, NULL},
	{"KICKLEN", NULL, REASON_MAX, NULL},
	{"MAXLIST", "beI:200", 0, NULL},
	{"MAXTARGETS", NULL, TARGETS_MAX, NULL},
	{"MODES", NULL, MODES_PER_LINE, NULL},
	{"MONITOR", NULL, MONITOR_MAX, NULL},
	{"MSGREFTYPES", "msgid,timestamp", 0, NULL},
	{"NAMELEN", NULL, REALNAME_MAX, NULL},
	{"NETWORK", NULL, 0, add_network},
	{"NICKLEN", NULL, ACCOUNT_NAME_MAX, NULL},
	{"PREFIX", "(qov)~@+", 0, NULL},
	{"SAFELIST", NULL, 0, NULL},
	{"SAFERATE", NULL, 0, NULL},
	{"STATUSMSG", "~@+", 0, NULL},
	{"TARGMAX",
	 "JOIN:20,KICK:20,LIST:1,NAMES:20,NOTICE:20,PART:20,PRIVMSG:20,TAGMSG:20,WHOIS:20", 0,
	 NULL},
	{"TOPICLEN", NULL, TOPIC_MAX, NULL},
	{"USERLEN", NULL, USERNAME_MAX, NULL},
	{"UTF8ONLY", NULL, 0, NULL},
	{"WHOX", NULL, 0, NULL},
	{"draft/ICON", NULL, 0, add_icon},
	{"soju.im/SAFERATE", NULL, 0, NULL},
};

static void add_token(const struct hub *h, const struct token *t, struct buf *out)
{
	struct buf value = {0};

	if (t->text)
		buf_add_str(&value, t->text);
	else if (t->number)
		add_number(&value, t->number);
	else if (t->add)
		t->add(h, &value);
	buf_add_str(out, t->name);
	if (value.len) {
		buf_add_char(out, '=');
		buf_add_span(out, buf_span(&value));
	}
	buf_clear(&value);
}

static bool is_shown(const struct hub *h, const struct token *t)
{
	return t->add != add_icon || h->config.icon.len;
}

// One line of tokens from *i on; *i moves behind them.
static void say_some(struct session *s, size_t *i, const char *batch)
{
	struct line l;
	size_t n = 0;

	reply_start(&l, s, RPL_ISUPPORT);
	for (; *i < ARRAY_LEN(tokens) && n < TOKENS_A_LINE; ++*i) {
		struct buf text = {0};

		if (!is_shown(s->hub, &tokens[*i]))
			continue;
		add_token(s->hub, &tokens[*i], &text);
		line_param(&l, buf_span(&text));
		buf_clear(&text);
		n++;
	}
	line_text(&l, span_of(numeric_text(RPL_ISUPPORT)));
	l.batch = span_of(batch);
	if (n)
		session_say(s, &l);
	line_clear(&l);
}

void isupport_say(struct session *s)
{
	char batch[BATCH_REF_LEN + 1] = "";

	if (session_has(s, CAP_EXTENDED_ISUPPORT))
		batch_open(s, "draft/isupport", NULL, 0, (struct span){0}, batch);
	for (size_t i = 0; i < ARRAY_LEN(tokens);)
		say_some(s, &i, batch);
	batch_close(s, batch);
}
