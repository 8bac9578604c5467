// SPDX-License-Identifier: MIT
// RPL_ISUPPORT: one row a token, in the order of the alphabet.
#include "server/hub/door/isupport.h"

#include "common/encode.h"
#include "server/hub/door/login.h"
#include "server/hub/files/file_url.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/rooms/room.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

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

// Of a token without a value that is not always shown.
static void add_nothing(const struct hub *h UNUSED, struct buf *out UNUSED)
{
}

static void add_history(const struct hub *h, struct buf *out)
{
	encode_hex(out, h->history, sizeof(h->history));
}

static void add_chanlimit(const struct hub *h UNUSED, struct buf *out)
{
	buf_printf(out, "#:%d", ROOMS_PER_ACCOUNT);
}

static void add_chanmodes(const struct hub *h UNUSED, struct buf *out)
{
	static const unsigned classes[] = {MODE_LIST, MODE_KEY, MODE_LIMIT | MODE_WAIT,
					   MODE_FLAG};

	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (i)
			buf_add_char(out, ',');
		modes_letters(classes[i], out);
	}
}

static void add_excepts(const struct hub *h UNUSED, struct buf *out)
{
	buf_add_char(out, modes_of(MODE_LIST, BAN_EXCEPT)->letter);
}

static void add_invex(const struct hub *h UNUSED, struct buf *out)
{
	buf_add_char(out, modes_of(MODE_LIST, BAN_INVITE)->letter);
}

static void add_maxlist(const struct hub *h UNUSED, struct buf *out)
{
	modes_letters(MODE_LIST, out);
	buf_printf(out, ":%d", BANS_PER_ROOM);
}

static void add_prefix(const struct hub *h UNUSED, struct buf *out)
{
	buf_add_char(out, '(');
	modes_letters(MODE_RANK, out);
	buf_add_char(out, ')');
	modes_prefixes(out);
}

static void add_statusmsg(const struct hub *h UNUSED, struct buf *out)
{
	modes_prefixes(out);
}

static void add_vapid(const struct hub *h, struct buf *out)
{
	encode_b64url(out, h->push_key, sizeof(h->push_key));
}

static void add_targmax(const struct hub *h UNUSED, struct buf *out)
{
	static const struct {
		const char *command;
		int max;
	} rows[] = {{"JOIN", TARGETS_MAX},    {"KICK", TARGETS_MAX},   {"LIST", 1},
		    {"NAMES", TARGETS_MAX},   {"NOTICE", TARGETS_MAX}, {"PART", TARGETS_MAX},
		    {"PRIVMSG", TARGETS_MAX}, {"TAGMSG", TARGETS_MAX}, {"WHOIS", TARGETS_MAX}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		buf_printf(out, "%s%s:%d", i ? "," : "", rows[i].command, rows[i].max);
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
	{"CHANLIMIT", NULL, 0, add_chanlimit},
	{"CHANMODES", NULL, 0, add_chanmodes},
	{"CHANNELLEN", NULL, ROOM_NAME_MAX, NULL},
	{"CHANTYPES", "#", 0, NULL},
	{"CHATHISTORY", NULL, HISTORY_PAGE_MAX, NULL},
	{"ELIST", "CMNTU", 0, NULL},
	{"EXCEPTS", NULL, 0, add_excepts},
	{"EXTBAN", "~,amt", 0, NULL},
	{"HOSTLEN", NULL, HOST_MAX, NULL},
	{"INVEX", NULL, 0, add_invex},
	{"KEYLEN", NULL, KEY_MAX, NULL},
	{"KICKLEN", NULL, REASON_MAX, NULL},
	{"MAXLIST", NULL, 0, add_maxlist},
	{"MAXTARGETS", NULL, TARGETS_MAX, NULL},
	{"MODES", NULL, MODES_PER_LINE, NULL},
	{"MONITOR", NULL, MONITOR_MAX, NULL},
	{"MSGREFTYPES", "msgid,timestamp", 0, NULL},
	{"NAMELEN", NULL, REALNAME_MAX, NULL},
	{"NETWORK", NULL, 0, add_network},
	{"NICKLEN", NULL, ACCOUNT_NAME_MAX, NULL},
	{"PREFIX", NULL, 0, add_prefix},
	{"SAFELIST", NULL, 0, NULL},
	{"SAFERATE", NULL, 0, NULL},
	{"STATUSMSG", NULL, 0, add_statusmsg},
	{"TARGMAX", NULL, 0, add_targmax},
	{"TOPICLEN", NULL, TOPIC_MAX, NULL},
	{"USERLEN", NULL, USERNAME_MAX, NULL},
	{"UTF8ONLY", NULL, 0, NULL},
	{"VAPID", NULL, 0, add_vapid},
	{"WHOX", NULL, 0, NULL},
	{"draft/AUTHTOKEN", NULL, 0, add_nothing},
	{"draft/FILEHOST", NULL, 0, file_space_url},
	{"draft/ICON", NULL, 0, add_icon},
	{"snug.chat/HISTORY", NULL, 0, add_history},
	{"soju.im/FILEHOST", NULL, 0, file_space_url},
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

static bool is_shown(const struct session *s, const struct token *t)
{
	const struct hub *h = s->hub;

	if (t->add == file_space_url || t->add == add_nothing)
		return h->config.has_files;
	if (t->add == add_vapid)
		return session_is_pushed(s);
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

		if (!is_shown(s, &tokens[*i]))
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
