// SPDX-License-Identifier: MIT
#include "client/ui/path_complete.h"
#include "client/text/filter.h"
#include "common/buf.h"
#include "common/die.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

static size_t word_start(struct span text, size_t cursor)
{
	size_t at = cursor;
	while (at > 0 && text.at[at - 1] != ' ' && text.at[at - 1] != '\n')
		at--;
	return at;
}

static bool is_path(struct span word)
{
	return span_starts(word, SPAN("/")) || span_starts(word, SPAN("./")) ||
	       span_starts(word, SPAN("../")) || span_starts(word, SPAN("~/"));
}

// As the system knows the directory that the user wrote.
static void add_real(struct buf *out, struct span typed)
{
	const char *home = getenv("HOME");
	bool is_home = typed.at[0] == '~' && home;
	if (is_home)
		buf_add_str(out, home);
	buf_add_span(out, span_after(typed, is_home));
}

// What would have to be changed to be shown is not offered.
static bool is_clean(const char *name)
{
	struct buf clean = {0};
	filter_add_line(&clean, span_of(name));
	bool is_same = span_eq(buf_span(&clean), span_of(name));
	buf_clear(&clean);
	return is_same;
}

static bool is_offered(const char *name, struct span part)
{
	bool is_self = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
	bool is_hidden = name[0] == '.' && !part.len;
	return !is_self && !is_hidden && span_starts(span_of(name), part) && is_clean(name);
}

static void add(struct completion *out, struct span typed, struct span real, const char *name)
{
	struct stat info;
	struct buf file = {0}, item = {0};
	buf_printf(&file, SPAN_FMT "%s", SPAN_ARG(real), name);
	bool is_dir = stat(buf_str(&file), &info) == 0 && S_ISDIR(info.st_mode);
	buf_printf(&item, SPAN_FMT "%s%c", SPAN_ARG(typed), name, is_dir ? '/' : ' ');
	out->items = xreallocarray(out->items, out->count + 1, sizeof(char *));
	out->items[out->count++] = buf_take(&item);
	buf_clear(&file);
}

static int by_name(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

bool path_complete(struct span text, size_t cursor, struct completion *out)
{
	size_t start = word_start(text, cursor);
	struct span word = span_from(text.at + start, cursor - start);
	if (!start || !is_path(word))
		return false;
	*out = (struct completion){.start = start};
	size_t slash = word.len;
	while (word.at[slash - 1] != '/')
		slash--;
	struct span typed = span_from(word.at, slash), part = span_after(word, slash);
	struct buf real = {0};
	add_real(&real, typed);
	DIR *dir = opendir(buf_str(&real));
	for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
		if (out->count < COMPLETIONS_MAX && is_offered(e->d_name, part))
			add(out, typed, buf_span(&real), e->d_name);
	}
	if (dir)
		closedir(dir);
	if (out->count)
		qsort(out->items, out->count, sizeof(char *), by_name);
	buf_clear(&real);
	return true;
}
