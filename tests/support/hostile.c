// SPDX-License-Identifier: MIT
// A template is text with a letter behind each '%': what stands there is chosen from a pool.
#include "tests/support/hostile.h"

#include <string.h>

static const char *const sources[] = {"ann",     "ann!a@h", "bob!b@h", "cem!c@h",
				      "dee!d@h", "h",       "srv.x"};
static const char *const nicks[] = {"ann",
				    "bob",
				    "cem",
				    "dee",
				    "*",
				    "ann_",
				    "B\xc3\xb6"
				    "b"};
static const char *const rooms[] = {"#den", "#pit", "#a", "#", "##", "#d\xc3\xa9n", "&x"};
static const char *const ids[] = {"m1", "m2", "m3", "m4", "0000000000001", "0000000000002", ""};
static const char *const refs[] = {"p", "q", "r", "s", "t"};
static const char *const batches[] = {"chathistory",
				      "draft/multiline",
				      "soju.im/search",
				      "labeled-response",
				      "draft/chathistory-targets",
				      "netsplit",
				      "x"};
static const char *const texts[] = {"hi",
				    "ann: hi",
				    "",
				    "\1ACTION waves\1",
				    "\1VERSION\1",
				    "\x02"
				    "bold\x03"
				    "4,2red",
				    "\xe2\x80\xae"
				    "backwards",
				    "https://example.org/\xc3\xa4",
				    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
				    "\x1b]0;title\x07",
				    "a\tb",
				    "e\xcc\x81\xcc\x81\xcc\x81",
				    "\xd7\x90\xd7\x91 abc",
				    "*"};
static const char *const caps[] = {
	"message-tags server-time batch labeled-response echo-message draft/chathistory "
	"draft/read-marker draft/multiline draft/message-editing soju.im/search "
	"snug.chat/exactly-once snug.chat/sequence sasl",
	"batch",
	"-batch",
	"labeled-response",
	"draft/chathistory",
	"draft/multiline=max-bytes=9",
	"x",
	""};
static const char *const numerics[] = {"001", "005", "221", "301", "305", "306", "311", "317",
				       "319", "322", "324", "330", "331", "332", "341", "352",
				       "353", "366", "367", "372", "401", "403", "404", "433",
				       "461", "473", "900", "903", "904", "999"};
static const char *const facts[] = {
	"CHATHISTORY=%d",        "CHANTYPES=#&",     "CHANTYPES=b",
	"PREFIX=(qaohv)~&@%+",   "PREFIX=(o)@",      "PREFIX=()",
	"MSGREFTYPES=timestamp", "LINELEN=%d",       "NETWORK=N\xc3\xa9t",
	"CHANMODES=b,k,l,n",     "MSGREFTYPES=msgid"};
static const char *const modes[] = {"+o", "-o", "+v",  "+ov", "+b",
				    "+k", "+l", "+nt", "-n",  "+\xc3\xa9\xc3\xaa"};
static const char *const tags[] = {"time=2026-11-22T12:00:0%d.000Z",
				   "msgid=%i",
				   "batch=%b",
				   "label=c%d",
				   "snug.chat/seq=%d",
				   "account=%n",
				   "+draft/reply=%i",
				   "+draft/edit=%i",
				   "+draft/react=\xf0\x9f\x91\x8d",
				   "+draft/unreact=\xf0\x9f\x91\x8d",
				   "+react=x",
				   "+reply=%i",
				   "+typing=active",
				   "+typing=paused",
				   "draft/multiline-concat",
				   "time=x"};
static const char *const lines[] = {
	"%@:%s PRIVMSG %r :%t",
	"%@:%s PRIVMSG %n :%t",
	"%@:%s NOTICE %r :%t",
	"%@:%s TAGMSG %r",
	"%@:%s PRIVMSG @%r :%t",
	"%@BATCH +%b %B %r",
	"%@:%s BATCH +%b %B %r",
	"%@:h BATCH -%b",
	"BATCH -%b",
	"%@:%s JOIN %r",
	"%@:ann!a@h JOIN %r %n :real",
	"%@:%s PART %r :%t",
	"%@:%s QUIT :%t",
	"%@:%s KICK %r %n :%t",
	"%@:%s NICK %n",
	"%@:%s TOPIC %r :%t",
	"%@:%s MODE %r %m %n %n",
	"%@:%s INVITE %n %r",
	"%@:%s AWAY :%t",
	"%@:%s ACCOUNT %n",
	"%@:%s RENAME %r %r :%t",
	"%@:%s REDACT %r %i :%t",
	"%@:h MARKREAD %r timestamp=2026-11-22T12:00:0%d.000Z",
	":h CAP * LS :%c",
	":h CAP * ACK :%c",
	":h CAP * DEL :%c",
	":h CAP * NEW :%c",
	":h CAP * NAK :%c",
	"%@FAIL %C %C %r :%t",
	"%@WARN * %C :%t",
	"%@FAIL CHATHISTORY X :%t",
	"FAIL CERT CONFIRM_NEEDED %d :%t",
	"ERROR :%t",
	"PING :%t",
	":h PONG h snug-call-%d",
	":h PONG h snug-alive-%d",
	"%@:h ACK",
	":h 005 ann %f %f :are",
	"%@:h %N ann %r :%t",
	"%@:h %N ann %n %r :%t",
	"%@:h %N %n %n u h * :%t",
	":h 353 ann = %r :~%n @%n +%n",
	":h 366 ann %r :end",
	":h 352 ann %r u h s %n G@ :0 r",
	"%@:h CHATHISTORY TARGETS %n 2026-11-22T12:00:00.000Z",
	"%@:h CERT LIST 1 p 2026-11-22T12 2026-11-23 :%t",
	"AUTHENTICATE +",
	"REGISTER SUCCESS %n :%t",
	"%@:%s METADATA %n x * :%t",
	"!break",
	"!login",
	"!show %d",
	"!up %d",
	"!down %d",
	"!history",
	"!draw",
	"!say %t",
	"!retry %d",
	"!answer y",
	"!answer n",
	"!answer e",
	"!drop %d",
	"!ask {\"op\":\"history\",\"target\":\"%r\",\"count\":%d}",
	"!ask {\"op\":\"history\",\"target\":\"%r\",\"since\":\"2026-11-22T12:00:00Z\"}",
	"!ask {\"op\":\"search\",\"text\":\"%n\"}",
	"!ask {\"op\":\"channels\"}",
	"!ask {\"op\":\"status\"}",
	"!ask {\"op\":\"members\",\"target\":\"%r\"}",
	"!ask {\"op\":\"follow\"}",
	"!ask {\"op\":\"react\",\"target\":\"%r\",\"id\":\"%i\",\"text\":\"x\"}",
	"!ask {\"op\":\"send\",\"target\":\"%r\",\"text\":\"x\\ny\"}",
	"!ask {\"op\":\"read\",\"target\":\"%r\"}",
	"!fill %d:x?!x@h JOIN #den",
	"!fill %d@batch=%b;msgid=?;time=2026-11-22T12:00:01.000Z :x?!x@h PRIVMSG %r :%t",
	"!fill %d:h 353 ann = %r :n? o? p?",
	"!fill %d:ann!a@h JOIN #r?",
	"!fill %d@+react=?;+reply=%i :y?!y@h TAGMSG %r",
	"!fill %dBATCH +? draft/multiline %r",
	"!fill %d@batch=%b PRIVMSG %r :",
	"!fill %d:h CAP * ACK :c?",
	"!fill %d:x?!x@h PRIVMSG ann :%t",
	"!fill %d@batch=%b;msgid=? :bob!b@h PRIVMSG %r :%t"};

uint32_t hostile_below(uint32_t *seed, uint32_t bound)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % bound;
}

static void expand(struct buf *out, const char *template, uint32_t *seed);

static void add_tags(struct buf *out, uint32_t *seed)
{
	uint32_t count = hostile_below(seed, 5);

	for (uint32_t i = 0; i < count; i++) {
		buf_add_char(out, i ? ';' : '@');
		expand(out, tags[hostile_below(seed, ARRAY_LEN(tags))], seed);
	}
	if (count)
		buf_add_char(out, ' ');
}

#define ONE(pool) pool[hostile_below(seed, ARRAY_LEN(pool))]

// What a letter stands for; NULL: for something else than a word of a pool.
static const char *word_of(char letter, uint32_t *seed)
{
	switch (letter) {
	case 's':
		return ONE(sources);
	case 'n':
		return ONE(nicks);
	case 'r':
		return hostile_below(seed, 3) ? "#den" : ONE(rooms);
	case 'i':
		return ONE(ids);
	case 'b':
		return ONE(refs);
	case 'B':
		return hostile_below(seed, 2) ? batches[hostile_below(seed, 3)] : ONE(batches);
	case 't':
		return ONE(texts);
	case 'c':
		return ONE(caps);
	case 'N':
		return ONE(numerics);
	case 'm':
		return ONE(modes);
	case 'C':
		return hostile_below(seed, 2) ? "CERT" : "PRIVMSG";
	default:
		return NULL;
	}
}

static void expand(struct buf *out, const char *template, uint32_t *seed)
{
	for (const char *c = template; *c; c++) {
		const char *word = *c == '%' ? word_of(c[1], seed) : NULL;

		if (*c != '%')
			buf_add_char(out, *c);
		else if (word)
			buf_add_str(out, word);
		else if (c[1] == '@')
			add_tags(out, seed);
		else if (c[1] == 'f')
			expand(out, ONE(facts), seed);
		else if (c[1] == 'd')
			buf_printf(out, "%u",
				   hostile_below(seed, hostile_below(seed, 4) ? 10 : 300));
		else
			buf_add_char(out, '%');
		if (word || (*c == '%' && strchr("@fd", c[1])))
			c++;
	}
}

void hostile_line(struct buf *out, uint32_t *seed)
{
	expand(out, ONE(lines), seed);
}
