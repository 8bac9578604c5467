// SPDX-License-Identifier: MIT
#include "client/app/profile.h"

#include "common/clock.h"
#include "common/conf.h"
#include "common/die.h"
#include "common/file.h"
#include "common/tls.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROW_MAX 150            // bytes of a value that is split
#define DEVICE_DAYS (20 * 365) // the server knows the key, not the dates

// The file as text; the struct above is made from it.
struct profile_file {
	char *host, *port, *account, *next_pin, *pinned, *room, *password_cmd, *last;
	struct conf_list also, pins, rooms, caps;
	bool device, open, ticket;
};

#define ROW(key_, type_, member, fallback_)                                                    \
	{                                                                                      \
		.section = "server", .key = key_, .type = type_,                               \
		.offset = offsetof(struct profile_file, member), .fallback = fallback_         \
	}

static const struct conf_row rows[] = {
	ROW("host", CONF_TEXT, host, NULL),
	ROW("port", CONF_TEXT, port, LINK_PORT),
	ROW("also", CONF_LIST, also, NULL),
	ROW("last", CONF_TEXT, last, NULL),
	ROW("account", CONF_TEXT, account, ""),
	ROW("pin", CONF_LIST, pins, NULL),
	ROW("next_pin", CONF_TEXT, next_pin, NULL),
	ROW("pinned", CONF_TEXT, pinned, NULL),
	ROW("device", CONF_BOOL, device, "no"),
	ROW("open", CONF_BOOL, open, "no"),
	ROW("ticket", CONF_BOOL, ticket, "no"),
	ROW("room", CONF_TEXT, room, ""),
	ROW("join", CONF_LIST, rooms, NULL),
	ROW("caps", CONF_LIST, caps, NULL),
	ROW("password_cmd", CONF_TEXT, password_cmd, NULL),
};

void profile_init(struct profile *p, const struct folders *paths, const char *name,
		  const char *host, const char *port)
{
	*p = (struct profile){
		.name = xstrdup(name ? name : host),
		.host = xstrdup(host),
		.port = xstrdup(port),
		.account = xstrdup(""),
		.room = xstrdup(""),
		.caps = xstrdup(""),
	};
	p->dir = path_join(paths->data, p->name, NULL);
	p->key_file = path_join(p->dir, "device.key", NULL);
	p->cert_file = path_join(p->dir, "device.crt", NULL);
}

void profile_clear(struct profile *p)
{
	char *texts[] = {p->name, p->dir,  p->host,         p->port,     p->account,
			 p->room, p->caps, p->password_cmd, p->key_file, p->cert_file};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < p->n_rooms; i++)
		free(p->rooms[i]);
	free(p->rooms);
	*p = (struct profile){0};
}

bool profile_name_is_valid(struct span name)
{
	if (!name.len || name.len > PROFILE_NAME_MAX || name.at[0] == '.' || name.at[0] == '-')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(c >= '0' && c <= '9') && !strchr(".-_:%", c))
			return false;
	}
	return true;
}

static char *last_name(const struct folders *paths)
{
	char *file = path_join(paths->data, "last", NULL);
	struct buf text = {0};
	char *name = NULL;

	if (path_read(file, &text)) {
		struct span trimmed = span_trim(buf_span(&text));
		if (profile_name_is_valid(trimmed))
			name = span_dup(trimmed);
	}
	buf_clear(&text);
	free(file);
	return name;
}

// Without a note of the last one, the only one is meant.
static char *default_name(const struct folders *paths)
{
	char *name = last_name(paths);
	size_t count = 0;

	if (name)
		return name;
	char **names = profile_names(paths, &count);
	if (count == 1)
		name = xstrdup(names[0]);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return name;
}

// Lines of the file are short: a long list stands in several.
static char *join_words(const struct conf_list *rows_of_words)
{
	struct buf words = {0};

	for (size_t i = 0; i < rows_of_words->count; i++)
		buf_printf(&words, "%s%s", i ? " " : "", rows_of_words->items[i]);
	return buf_take(&words);
}

static bool take_pins(const struct conf_list *rows_of_pins, struct pins *out)
{
	uint8_t pin[TLS_PIN_LEN];

	*out = (struct pins){0};
	for (size_t i = 0; i < rows_of_pins->count; i++) {
		if (!pin_parse(span_of(rows_of_pins->items[i]), pin) || !pins_add(out, pin))
			return false;
	}
	return true;
}

static bool take_also(const struct conf_list *hosts, struct link_others *out)
{
	*out = (struct link_others){0};
	for (size_t i = 0; i < hosts->count; i++) {
		if (out->count == LINK_OTHERS_MAX ||
		    link_host_parse(span_of(hosts->items[i]), &out->at[out->count++]))
			return false;
	}
	return true;
}

// What is none of the places is no harm: the first is tried first then.
static size_t find_place(const struct link_others *others, const char *text)
{
	struct link_host host;

	if (!text || link_host_parse(span_of(text), &host))
		return 0;
	for (size_t i = 0; i < others->count; i++) {
		if (strcmp(others->at[i].name, host.name) == 0 &&
		    strcmp(others->at[i].port, host.port) == 0)
			return i + 1;
	}
	return 0;
}

static void fill(struct profile *p, struct profile_file *f)
{
	free(p->account);
	free(p->room);
	free(p->caps);
	p->account = xstrdup(f->account);
	p->room = xstrdup(f->room);
	p->caps = join_words(&f->caps);
	p->has_device = f->device;
	p->is_open = f->open;
	p->by_ticket = f->ticket;
	p->password_cmd = f->password_cmd ? xstrdup(f->password_cmd) : NULL;
	(void)take_also(&f->also, &p->others);
	p->at = find_place(&p->others, f->last);
	(void)take_pins(&f->pins, &p->pins);
	p->has_next_pin = f->next_pin && pin_parse(span_of(f->next_pin), p->next_pin);
	if (!f->pinned || !clock_parse(span_of(f->pinned), &p->pinned_at))
		p->pinned_at = 0;
	p->rooms = f->rooms.items;
	p->n_rooms = f->rooms.count;
	f->rooms = (struct conf_list){0};
}

static char *check_file(const struct profile_file *f, const char *path)
{
	struct buf words = {0};
	struct pins pins;
	struct link_others others;

	if (!f->host || !f->host[0])
		buf_printf(&words,
			   "%s: host is missing; remove its folder, then run `snug login HOST`",
			   path);
	else if (!take_pins(&f->pins, &pins))
		buf_printf(&words,
			   "%s: pin is malformed; remove that line, then run `snug trust %s`",
			   path, f->host);
	else if (!take_also(&f->also, &others))
		buf_printf(&words,
			   "%s: also is malformed; it is up to 3 lines of HOST or HOST:PORT; "
			   "remove what is not",
			   path);
	return words.len ? buf_take(&words) : NULL;
}

static char *check_modes(const struct profile *p, const char *file)
{
	const char *paths[] = {p->dir, file, p->key_file};
	char *error = NULL;

	for (size_t i = 0; i < ARRAY_LEN(paths) && !error; i++)
		error = path_check_private(paths[i]);
	return error;
}

static char *read_file(struct profile *p, const struct folders *paths, const char *name,
		       const char *file)
{
	struct profile_file f = {0};
	struct buf text = {0}, errors = {0};
	char *error = NULL;

	if (!path_read(file, &text))
		buf_printf(&errors, "%s: %s", file, strerror(errno));
	else if (conf_parse(rows, ARRAY_LEN(rows), &f, buf_span(&text), file, &errors))
		error = check_file(&f, file);
	if (errors.len)
		error = buf_take(&errors);
	if (!error) {
		profile_init(p, paths, name, f.host, f.port);
		fill(p, &f);
		error = check_modes(p, file);
	}
	conf_clear(rows, ARRAY_LEN(rows), &f);
	buf_clear(&text);
	buf_clear(&errors);
	return error;
}

enum profile_result profile_load(struct profile *p, const struct folders *paths,
				 const char *name, char **error)
{
	char *found = name ? xstrdup(name) : default_name(paths);

	*p = (struct profile){0};
	*error = NULL;
	if (!found || !profile_name_is_valid(span_of(found))) {
		free(found);
		return PROFILE_NONE;
	}
	char *file = path_join(paths->data, found, "profile");
	enum profile_result result = PROFILE_NONE;
	if (access(file, F_OK) == 0) {
		*error = read_file(p, paths, found, file);
		result = *error ? PROFILE_BAD : PROFILE_OK;
	}
	if (*error)
		profile_clear(p);
	free(file);
	free(found);
	return result;
}

static void add_row(struct buf *out, const char *key, const char *value)
{
	if (value && value[0])
		buf_printf(out, "%s = %s\n", key, value);
}

static void add_words(struct buf *out, const char *key, struct span words)
{
	struct buf row = {0};

	while (words.len) {
		struct span word = span_cut(&words, ' ');
		if (row.len && row.len + word.len > ROW_MAX) {
			add_row(out, key, buf_str(&row));
			buf_reset(&row);
		}
		if (row.len)
			buf_add_char(&row, ' ');
		buf_add_span(&row, word);
	}
	add_row(out, key, buf_str(&row));
	buf_clear(&row);
}

static void add_also(struct buf *out, const struct link_others *others)
{
	struct buf address = {0};

	for (size_t i = 0; i < others->count; i++) {
		link_address(&address, others->at[i].name, others->at[i].port);
		add_row(out, "also", buf_str(&address));
		buf_reset(&address);
	}
	buf_clear(&address);
}

static void add_last(struct buf *out, const struct profile *p)
{
	struct buf address = {0};

	if (p->at && p->at <= p->others.count) {
		const struct link_host *host = &p->others.at[p->at - 1];
		link_address(&address, host->name, host->port);
	}
	add_row(out, "last", buf_str(&address));
	buf_clear(&address);
}

static void add_pins(struct buf *out, const struct pins *pins)
{
	char text[PIN_TEXT_MAX];

	for (size_t i = 0; i < pins->count; i++) {
		pin_text(pins->at[i], text);
		add_row(out, "pin", text);
	}
}

static void write_rows(const struct profile *p, struct buf *out)
{
	char next[PIN_TEXT_MAX] = "", when[CLOCK_TEXT_LEN + 1] = "";

	if (p->pins.count && p->has_next_pin)
		pin_text(p->next_pin, next);
	if (p->pinned_at)
		clock_text(p->pinned_at, when);
	buf_add_str(out, "[server]\n");
	add_row(out, "host", p->host);
	add_row(out, "port", p->port);
	add_also(out, &p->others);
	add_last(out, p);
	add_row(out, "account", p->account);
	add_pins(out, &p->pins);
	add_row(out, "next_pin", next);
	add_row(out, "pinned", when);
	add_row(out, "device", p->has_device ? "yes" : "no");
	if (p->is_open)
		add_row(out, "open", "yes");
	if (p->by_ticket)
		add_row(out, "ticket", "yes");
	add_row(out, "room", p->room);
	for (size_t i = 0; i < p->n_rooms; i++)
		add_row(out, "join", p->rooms[i]);
	add_words(out, "caps", span_of(p->caps));
	add_row(out, "password_cmd", p->password_cmd);
}

static char *say_failed(const char *what, const char *path)
{
	struct buf words = {0};

	buf_printf(&words, "cannot %s %s: %s", what, path, strerror(errno));
	return buf_take(&words);
}

char *profile_save(const struct profile *p)
{
	struct buf text = {0};
	char *file = path_join(p->dir, "profile", NULL), *error = NULL;

	write_rows(p, &text);
	if (!path_make_dir(p->dir))
		error = say_failed("make", p->dir);
	else if (!file_put(file, buf_span(&text), 0600))
		error = say_failed("write", file);
	buf_clear(&text);
	free(file);
	return error;
}

char *profile_make_device(struct profile *p)
{
	char label[33], *error = NULL;

	if (!path_make_dir(p->dir))
		return say_failed("make", p->dir);
	if (access(p->key_file, F_OK) == 0 && access(p->cert_file, F_OK) == 0)
		return path_check_private(p->key_file);
	// Half a pair is of no use to anybody.
	unlink(p->key_file);
	unlink(p->cert_file);
	profile_device_label(label);
	if (!tls_make_certificate(p->cert_file, p->key_file, label, DEVICE_DAYS, &error))
		return error;
	if (chmod(p->cert_file, 0600) < 0)
		return say_failed("protect", p->cert_file);
	return NULL;
}

bool profile_know_keys(struct profile *p, const struct pins *pins, const uint8_t *next)
{
	bool is_other = !pins_same(&p->pins, pins);

	if (!is_other && p->has_next_pin == !!next &&
	    (!next || memcmp(p->next_pin, next, TLS_PIN_LEN) == 0))
		return false;
	p->pins = *pins;
	p->has_next_pin = next;
	if (next)
		memcpy(p->next_pin, next, TLS_PIN_LEN);
	if (is_other)
		p->pinned_at = clock_wall_ms();
	return true;
}

bool profile_know_place(struct profile *p, size_t at)
{
	bool is_other = p->at != at;

	p->at = at;
	return is_other;
}

void profile_remove(const struct profile *p)
{
	char *file = path_join(p->dir, "profile", NULL);

	unlink(p->key_file);
	unlink(p->cert_file);
	unlink(file);
	rmdir(p->dir);
	free(file);
}

void profile_set_last(const struct profile *p, const struct folders *paths)
{
	char *file = path_join(paths->data, "last", NULL), *now = last_name(paths);

	// Only a convenience: a failure is not worth a word.
	if (!now || strcmp(now, p->name) != 0) {
		bool unused = file_put(file, span_of(p->name), 0600);
		(void)unused;
	}
	free(now);
	free(file);
}

static int is_profile_dir(const struct dirent *entry)
{
	return profile_name_is_valid(span_of(entry->d_name)) &&
	       strcmp(entry->d_name, "last") != 0;
}

char **profile_names(const struct folders *paths, size_t *count)
{
	struct dirent **found = NULL;
	int n = scandir(paths->data, &found, is_profile_dir, alphasort);
	char **names = xcalloc(n > 0 ? (size_t)n : 1, sizeof(*names));

	*count = 0;
	for (int i = 0; i < n; i++) {
		char *file = path_join(paths->data, found[i]->d_name, "profile");
		if (access(file, F_OK) == 0)
			names[(*count)++] = xstrdup(found[i]->d_name);
		free(file);
		free(found[i]);
	}
	free(found);
	return names;
}

void profile_device_label(char out[static 33])
{
	char host[256] = "";
	size_t n = 0;

	if (gethostname(host, sizeof(host) - 1) < 0)
		host[0] = '\0';
	for (const char *c = host; *c && *c != '.' && n < 32; c++) {
		bool is_letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
		if (is_letter || (*c >= '0' && *c <= '9') || (n && (*c == '-' || *c == '_')))
			out[n++] = *c;
	}
	out[n] = '\0';
	if (!n)
		memcpy(out, "computer", sizeof("computer"));
}
