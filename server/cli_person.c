// SPDX-License-Identifier: MIT
// A person's data: `snugd user export`, and `snugd user erase`, which names the copies of the
// database that it cannot reach.
//
// An export reads by handles of its own, beside a running server or without one, so that a long
// history costs the server nothing and is never in memory at once.
#include "server/cli.h"

#include "common/die.h"
#include "server/admin_json.h"
#include "server/backup/leftover.h"
#include "server/backup/places.h"
#include "server/backup/shelf.h"
#include "server/offline.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool put(void *arg, struct buf *lines)
{
	FILE *to = arg;
	bool is_put = fwrite(lines->at, 1, lines->len, to) == lines->len;

	cli_wipe(lines);
	*lines = (struct buf){0};
	return is_put;
}

// The name of an account is that of a file.
static FILE *open_file(const char *folder, const char *name, char **path)
{
	struct buf text = {0};
	int fd;

	buf_printf(&text, "%s/%s.jsonl", folder, name);
	*path = buf_take(&text);
	fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static struct offline *look(const struct cli *c, int *code)
{
	struct offline *offline = NULL;
	struct buf errors = {0};
	struct config config;
	char *error = NULL;

	*code = ADMIN_FAILED;
	if (config_read(&config, &c->paths, &errors))
		offline = offline_try(&c->paths, &config, code, &error);
	if (!offline)
		cli_say(*code, "%s", error ? error : buf_str(&errors));
	free(error);
	config_clear(&config);
	buf_clear(&errors);
	return offline;
}

static int tell(struct offline *offline, const char *name, FILE *to)
{
	enum admin_code code = offline_dossier(offline, span_of(name), put, to);

	if (code == ADMIN_NOT_FOUND)
		return cli_say(code, "there is no account %s", name);
	if (code != ADMIN_DONE)
		return cli_say(code, "the history could not be read to its end");
	if (fflush(to) != 0 || ferror(to))
		return cli_say(ADMIN_FAILED, "cannot write: %s", strerrordesc_np(errno));
	return ADMIN_DONE;
}

// As backup create says it.
static int say_why_not(const char *folder, const char *path)
{
	int why = errno;

	if (why == EEXIST)
		return cli_say(ADMIN_CONFLICT, "%s is there already: nothing is overwritten",
			       path);
	if (why == ENOENT)
		return cli_say(ADMIN_NOT_FOUND,
			       "there is no %s: make it\n  install -d -m 700 %s", folder,
			       folder);
	return cli_say(ADMIN_FAILED, "cannot make %s: %s", path, strerrordesc_np(why));
}

// What is not whole is not left behind.
static int tell_file(struct offline *offline, const char *name, const char *folder)
{
	char *path = NULL;
	FILE *to = open_file(folder, name, &path);
	int code;

	if (!to) {
		code = say_why_not(folder, path);
	} else {
		code = tell(offline, name, to);
		fclose(to);
		if (code != ADMIN_DONE)
			unlink(path);
		else
			cli_say(0, "wrote %s", path);
	}
	free(path);
	return code;
}

int cli_user_export(const struct cli *c)
{
	const char *name = cli_word(c, 0), *folder = cli_value(c, "--to", 0);
	struct offline *offline;
	int code;

	if (folder && strchr(name, '/'))
		return cli_say(ADMIN_NOT_FOUND, "there is no account %s", name);
	offline = look(c, &code);
	if (!offline)
		return code;
	code = folder && strcmp(folder, "-") != 0 ? tell_file(offline, name, folder)
						  : tell(offline, name, stdout);
	offline_close(offline);
	return code == ADMIN_DONE ? cli_note(c, name) : code;
}

static bool is_copy(const char *name)
{
	return strncmp(name, "snug.db.before-", 15) == 0 || strncmp(name, "before-", 7) == 0;
}

// Copies that `snugd` made by itself, before it changed the schema, and what was put aside for
// a restore.
static void name_aside(const char *state)
{
	DIR *folder = opendir(state);
	const struct dirent *file;

	while (folder && (file = readdir(folder)) != NULL) {
		if (is_copy(file->d_name))
			cli_say(0, "%s/%s still holds it: remove it", state, file->d_name);
	}
	if (folder)
		closedir(folder);
}

static void name_backups(const char *place)
{
	struct shelf s;
	char *error = NULL;

	if (!shelf_read(&s, place, &error))
		cli_say(0, "%s: what is there may still hold it", error);
	for (size_t i = 0; i < s.n_rows; i++)
		cli_say(0, "%s/%s%s still holds it: make a new one and remove it", place,
			s.rows[i].name, s.rows[i].manifest.is_sealed ? ", sealed," : "");
	shelf_clear(&s);
	free(error);
}

static void name_place(void *arg, const char *place)
{
	struct stat about;

	(void)arg;
	if (stat(place, &about) < 0)
		cli_say(0, "cannot look at %s: %s: what was written there may still hold it",
			place, strerrordesc_np(errno));
	else if (S_ISDIR(about.st_mode))
		name_backups(place);
	else
		cli_say(0, "%s still holds it: make a new one and remove it", place);
}

static void name_copies(const char *state)
{
	leftover_remove(state);
	name_aside(state);
	places_each(state, name_place, NULL);
	cli_say(0, "copies in other places still hold it: replace them by new ones");
}

int cli_erase(const struct cli *c)
{
	struct admin_answer *answer;
	int code;

	answer = cli_ask(c, cli_request(c), &code);
	if (!answer)
		return code;
	code = cli_show(c, answer);
	if (answer->changed == ADMIN_CHANGED || answer->code == ADMIN_PARTLY)
		name_copies(c->paths.state);
	admin_answer_free(answer);
	return code;
}
