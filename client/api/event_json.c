// SPDX-License-Identifier: MIT
#include "client/api/event_json.h"

#include "client/model/line_file.h"
#include "client/text/filter.h"
#include "common/at_all.h"
#include "common/clock.h"
#include "common/word.h"

#include <time.h>

static void set_span(json_t *event, const char *key, struct span value)
{
	if (value.len)
		json_object_set_new(event, key, json_text(value));
}

static void set_tag(json_t *event, const char *key, const struct msg *m, const char *tag)
{
	struct span value;
	struct buf plain = {0};

	if (!msg_tag(m, span_of(tag), &value))
		return;
	msg_tag_unescape(&plain, value);
	set_span(event, key, buf_span(&plain));
	buf_clear(&plain);
}

static struct span nick_of(const struct msg *m)
{
	struct span source = m->source;

	return span_cut(&source, '!');
}

// Where the server gives no time, event_json sets its own in this place.
static void set_time(json_t *event, const struct msg *m)
{
	struct span time = SPAN("");
	bool has_time = msg_tag(m, SPAN("time"), &time);

	json_object_set_new(event, "time", has_time ? json_text(time) : json_null());
}

// Rooms by their name, conversations by the other side's.
static struct span target_of(const struct msg *m, struct span nick)
{
	struct span target = msg_param(m, 0);

	if (target.len && strchr("@+~%&", target.at[0]))
		target = span_after(target, 1);
	bool is_room = target.len && target.at[0] == '#';
	return is_room || span_eq_fold(nick_of(m), nick) ? target : nick_of(m);
}

static void set_seq(json_t *event, const struct msg *m)
{
	struct span value;
	uint64_t seq;

	if (msg_tag(m, SPAN("snug.chat/seq"), &value) && span_to_u64(value, &seq))
		json_object_set_new(event, "seq", json_integer((json_int_t)seq));
}

static json_t *event_new(const struct msg *m, const char *type, struct span nick)
{
	json_t *event = json_object();

	json_object_set_new(event, "v", json_integer(1));
	json_object_set_new(event, "type", json_string(type));
	set_tag(event, "id", m, "msgid");
	set_time(event, m);
	set_span(event, "target", target_of(m, nick));
	set_span(event, "from", nick_of(m));
	set_tag(event, "account", m, "account");
	return event;
}

static bool calls_all(const struct msg *m)
{
	struct span value, batch;

	if (!msg_tag(m, SPAN("snug.chat/alert"), &value))
		return false;
	enum at_all all = at_all_of_tag(value);
	// Who reads it in a page of history was not called while being here.
	return all == AT_ALL_ROOM || (all == AT_ALL_HERE && !msg_tag(m, SPAN("batch"), &batch));
}

static bool calls_nobody(const struct msg *m)
{
	struct span value;

	return msg_tag(m, SPAN("snug.chat/alert"), &value) && span_eq(value, SPAN("none"));
}

static void set_flags(json_t *event, const struct msg *m, struct span nick, struct span text)
{
	bool is_self = span_eq_fold(nick_of(m), nick);
	bool is_direct = !span_starts(target_of(m, nick), SPAN("#"));
	bool is_named = !calls_nobody(m) && word_stands_in(text, nick);
	bool is_mention = !is_self && (is_direct || is_named || calls_all(m));

	json_object_set_new(event, "self", json_boolean(is_self));
	json_object_set_new(event, "mention", json_boolean(is_mention));
}

// {"id":…,"name":…,"type":…,"size":…} of the file that came with it.
static void set_file(json_t *event, const struct msg *m)
{
	struct span id, value;
	uint64_t size;

	if (!msg_tag(m, SPAN("snug.chat/file"), &id) || !id.len)
		return;
	json_t *file = json_object();
	set_tag(file, "id", m, "snug.chat/file");
	set_tag(file, "name", m, "snug.chat/file-name");
	set_tag(file, "type", m, "snug.chat/file-type");
	if (msg_tag(m, SPAN("snug.chat/file-size"), &value) && span_to_u64(value, &size))
		json_object_set_new(file, "size", json_integer((json_int_t)size));
	json_object_set_new(event, "file", file);
}

static json_t *message(const struct msg *m, struct span nick)
{
	struct span text = msg_param(m, 1);
	bool is_notice = span_eq_fold(m->command, SPAN("NOTICE"));
	bool is_action = span_starts(text, SPAN("\1ACTION "));

	if (is_action)
		text = span_after(text, strlen("\1ACTION "));
	if (text.len && text.at[text.len - 1] == '\1')
		text.len--;
	// A word of the server itself.
	if (!nick_of(m).len)
		return NULL;
	struct span unused;
	bool is_edit = msg_tag(m, SPAN("+draft/edit"), &unused);
	json_t *event = event_new(m, is_edit ? "edit" : "message", nick);
	set_tag(event, "edits", m, "+draft/edit");
	json_object_set_new(event, "text", json_text(text));
	if (is_action || is_notice)
		json_object_set_new(event, "kind",
				    json_string(is_action ? "action" : "notice"));
	set_tag(event, "reply", m, "+reply");
	set_tag(event, "reply", m, "+draft/reply");
	set_file(event, m);
	set_seq(event, m);
	set_flags(event, m, nick, text);
	return event;
}

static json_t *reaction(const struct msg *m, struct span nick)
{
	struct span unused;
	bool is_add = msg_tag(m, SPAN("+draft/react"), &unused) ||
		      msg_tag(m, SPAN("+react"), &unused);

	if (!is_add && !msg_tag(m, SPAN("+draft/unreact"), &unused) &&
	    !msg_tag(m, SPAN("+unreact"), &unused))
		return NULL;
	json_t *event = event_new(m, "reaction", nick);
	set_tag(event, "reply", m, "+draft/reply");
	set_tag(event, "reply", m, "+reply");
	set_tag(event, "text", m, is_add ? "+draft/react" : "+draft/unreact");
	set_tag(event, "text", m, is_add ? "+react" : "+unreact");
	json_object_set_new(event, "removed", json_boolean(!is_add));
	return event;
}

static json_t *redaction(const struct msg *m, struct span nick)
{
	json_t *event = event_new(m, "redact", nick);

	set_span(event, "id", msg_param(m, 1));
	set_span(event, "text", msg_param(m, 2));
	return event;
}

static json_t *marker(const struct msg *m, struct span nick)
{
	struct span time = msg_param(m, 1);

	if (!span_starts(time, SPAN("timestamp=")))
		return NULL;
	json_t *event = event_new(m, "read", nick);
	set_span(event, "target", msg_param(m, 0));
	set_span(event, "time", span_after(time, 10));
	return event;
}

static json_t *with_words(const struct msg *m, const char *type, struct span nick, size_t i)
{
	json_t *event = event_new(m, type, nick);

	set_span(event, "target", msg_param(m, 0));
	set_span(event, "text", msg_param(m, i));
	return event;
}

static json_t *join(const struct msg *m, struct span nick)
{
	return with_words(m, "join", nick, MSG_PARAMS_MAX);
}

static json_t *part(const struct msg *m, struct span nick)
{
	return with_words(m, "part", nick, 1);
}

static json_t *kick(const struct msg *m, struct span nick)
{
	json_t *event = with_words(m, "part", nick, 2);

	set_span(event, "by", nick_of(m));
	set_span(event, "from", msg_param(m, 1));
	return event;
}

static json_t *topic(const struct msg *m, struct span nick)
{
	return with_words(m, "topic", nick, 1);
}

// A refusal that answers no request: FAIL COMMAND CODE [context …] :words.
static json_t *problem(const struct msg *m, struct span nick UNUSED)
{
	struct span label;

	if (msg_tag(m, SPAN("label"), &label) || m->n_params < 3)
		return NULL;
	json_t *event = json_pack("{s:i, s:s}", "v", 1, "type", "error");
	set_time(event, m);
	set_span(event, "command", msg_param(m, 0));
	set_span(event, "code", msg_param(m, 1));
	set_span(event, "text", msg_param(m, m->n_params - 1));
	return event;
}

static const struct {
	const char *command;
	json_t *(*make)(const struct msg *m, struct span nick);
} rows[] = {
	{"PRIVMSG", message}, {"NOTICE", message}, {"TAGMSG", reaction}, {"REDACT", redaction},
	{"MARKREAD", marker}, {"JOIN", join},      {"PART", part},       {"KICK", kick},
	{"TOPIC", topic},     {"FAIL", problem},   {"WARN", problem},
};

static json_t *make(const struct msg *m, struct span nick)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq_fold(m->command, span_of(rows[i].command)))
			return rows[i].make(m, nick);
	}
	return NULL;
}

json_t *event_json(const struct msg *m, struct span nick, int64_t now_ms)
{
	json_t *event = make(m, nick);
	char now[CLOCK_TEXT_LEN + 1];

	if (!json_is_null(json_object_get(event, "time")))
		return event;
	clock_text(now_ms, now);
	json_object_set_new(event, "time", json_string(now));
	return event;
}

// For people.

static struct span field(const json_t *event, const char *key)
{
	const json_t *value = json_object_get(event, key);

	return json_is_string(value)
		       ? span_from(json_string_value(value), json_string_length(value))
		       : SPAN("");
}

static void add_clock(struct buf *out, struct span time)
{
	int64_t at_ms;
	struct tm tm;
	char clock[24];

	if (!clock_parse(time, &at_ms))
		return;
	time_t seconds = (time_t)(at_ms / 1000);
	localtime_r(&seconds, &tm);
	strftime(clock, sizeof(clock), "%Y-%m-%d %H:%M", &tm);
	buf_add_str(out, clock);
	buf_add_char(out, ' ');
}

static const char *words_of(struct span type)
{
	static const char *const words[][2] = {
		{"join", " joined"},         {"part", " left"},
		{"topic", " set the topic"}, {"redact", " took a message back"},
		{"reaction", " reacted"},    {"edit", " edited"},
		{"error", "error"},          {"gap", "gap"},
		{"state", "connection"},
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq(type, span_of(words[i][0])))
			return words[i][1];
	}
	return NULL;
}

// Name and size of the file for the word that ends in its id.
static bool add_file(struct buf *out, const json_t *file, struct span word)
{
	struct span id = field(file, "id"), name = field(file, "name");

	if (!id.len || word.len <= id.len || !span_eq(span_after(word, word.len - id.len), id))
		return false;
	filter_add_line(out, name.len ? name : SPAN("file"));
	buf_add_str(out, " (");
	file_size_add(out, (uint64_t)json_integer_value(json_object_get(file, "size")));
	buf_add_char(out, ')');
	return true;
}

static void add_text(struct buf *out, const json_t *event)
{
	const json_t *file = json_object_get(event, "file");
	struct span rest = field(event, "text");

	if (!file) {
		filter_add_line(out, rest);
		return;
	}
	while (rest.len) {
		struct span word = span_cut(&rest, ' ');
		if (!add_file(out, file, word))
			filter_add_line(out, word);
		if (rest.len)
			buf_add_char(out, ' ');
	}
}

static void add_saying(struct buf *out, const json_t *event)
{
	struct span kind = field(event, "kind"), from = field(event, "from");
	bool is_action = span_eq(kind, SPAN("action")),
	     is_notice = span_eq(kind, SPAN("notice"));

	buf_add_str(out, is_action ? "* " : is_notice ? "-" : "");
	filter_add_line(out, from);
	buf_add_str(out, is_action ? " " : is_notice ? "-: " : ": ");
	add_text(out, event);
}

void event_text(struct buf *out, const json_t *event, bool with_target)
{
	struct span type = field(event, "type"), text = field(event, "text");
	if (!text.len)
		text = field(event, "state");
	bool is_message = span_eq(type, SPAN("message"));
	const char *words = words_of(type);

	if (!is_message && !words)
		return;
	if (json_is_true(json_object_get(event, "mention")) &&
	    span_starts(field(event, "target"), SPAN("#")))
		buf_add_str(out, "Mention ");
	add_clock(out, field(event, "time"));
	if (with_target && field(event, "target").len) {
		filter_add_line(out, field(event, "target"));
		buf_add_char(out, ' ');
	}
	if (is_message) {
		add_saying(out, event);
	} else {
		filter_add_line(out, field(event, "from"));
		buf_add_str(out, words);
		buf_add_str(out, text.len ? ": " : "");
		filter_add_line(out, text);
	}
	buf_add_char(out, '\n');
}
