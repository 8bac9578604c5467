// SPDX-License-Identifier: MIT
// backup create, key, and the copy of the database alone.
#include "server/acme.h"
#include "server/cli.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/admin_json.h"
#include "server/backup/create.h"
#include "server/backup/folder.h"
#include "server/backup/leftover.h"
#include "server/backup/places.h"
#include "server/pair.h"
#include "server/push_key.h"
#include "server/sealing_keys.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SOURCES_MAX 16 // inside: configuration and keys are fewer

// Takes the error.
static int fail_with(char *error)
{
	cli_say(0, "%s", error);
	free(error);
	return ADMIN_FAILED;
}

// A copy that cannot be remembered is better than none.
static void note_place(const struct cli *c, const char *copy, bool is_file)
{
	char *folder = folder_of(copy), *error = NULL;
	const char *slash = strrchr(copy, '/'), *name = slash ? slash + 1 : copy;

	if (!places_note(c->paths.state, folder, is_file ? name : NULL, &error))
		cli_say(0, "%s: user erase will not name what is written to %s", error, folder);
	free(folder);
	free(error);
}

// It says why where it cannot; the copy is there all the same.
static void note_copy(const struct cli *c, const char *copy)
{
	struct buf detail = {0};

	buf_add_str(&detail, copy);
	if (cli_flag(c, "--with-keys"))
		buf_add_str(&detail, " with keys");
	if (cli_value(c, "--seal", 0))
		buf_printf(&detail, " sealed for %s", cli_value(c, "--seal", 0));
	(void)!cli_note(c, buf_str(&detail));
	buf_clear(&detail);
}

int cli_backup(const struct cli *c)
{
	const char *file = cli_word(c, 0);
	char *error = NULL;
	int code;

	if (!strcmp(file, "-"))
		return cli_say(ADMIN_USAGE, "a copy goes into a file, not to stdout: name one");
	code = cli_refuse_no_database(c);
	if (code != ADMIN_DONE)
		return code;
	code = cli_refuse_taken(file);
	if (code != ADMIN_DONE)
		return code;
	leftover_remove(c->paths.state);
	if (!store_backup(c->paths.store, file, &error))
		return fail_with(error);
	note_place(c, file, true);
	fprintf(stderr, "written to %s\n", file);
	note_copy(c, file);
	return ADMIN_DONE;
}

// What goes in.

struct sources {
	struct backup_source rows[SOURCES_MAX];
	char *paths[SOURCES_MAX];
	size_t n;
};

// Takes the path.
static void add_source(struct sources *s, const char *name, char *path)
{
	s->paths[s->n] = path;
	s->rows[s->n++] = (struct backup_source){name, path};
}

// All keys of the state, and the configured pair by the names that it has there.
static int add_keys(struct sources *s, const struct cli *c, const struct config *config)
{
	static const char *const names[] = {
		"held.key",   "held.pem",    "next.key",   "next.pem",    "served.key",
		"served.pem", "vouches.pem", ACME_ACCOUNT, PUSH_KEY_NAME, SIGN_IN_KEY_NAME};
	struct pair pair;
	int code = ADMIN_DONE;

	pair_find(&pair, &c->paths, config, PAIR_CONFIGURED);
	if (access(pair.key, R_OK) < 0 || access(pair.cert, R_OK) < 0)
		code = cli_say(ADMIN_NOT_FOUND, "cannot read certificate and key, %s and %s",
			       pair.cert, pair.key);
	add_source(s, "cert.pem", xstrdup(pair.cert));
	add_source(s, "key.pem", xstrdup(pair.key));
	pair_clear(&pair);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		add_source(s, names[i], path_in(c->paths.state, names[i]));
	return code;
}

// Whether a backup has, or may have, something else by this name.
static bool is_taken(const struct sources *s, const char *name)
{
	static const char *const names[] = {BACKUP_DATABASE, BACKUP_PAGES, BACKUP_MANIFEST,
					    BACKUP_MANIFEST_SUM, BACKUP_FILES};
	struct span rest = span_of(name), first = span_cut(&rest, '/');
	bool is = false;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		is = is || span_eq(first, span_of(names[i]));
	for (size_t i = 0; i < s->n; i++)
		is = is || span_eq(first, span_of(s->rows[i].name));
	return is;
}

// What stands beside the configuration, and comes back beside it, has the name that it has
// there; what comes from elsewhere is `motd`.
static void add_motd(struct sources *s, const struct cli *c, const struct config *config)
{
	const char *name = config->motd_file;

	if (!name)
		return;
	if (!manifest_is_name(span_of(name)) || is_taken(s, name))
		name = "motd";
	add_source(s, name, path_beside_config(&c->paths, config->motd_file));
}

// The configuration, and the files that it names. What is wrong with it matters to keys alone.
static int add_sources(struct sources *s, const struct cli *c, struct config *config)
{
	struct buf errors = {0};
	bool is_read = config_read(config, &c->paths, &errors);
	int code = ADMIN_DONE;

	add_source(s, BACKUP_CONFIG, xstrdup(c->paths.config));
	if (cli_flag(c, "--with-keys"))
		code = is_read ? add_keys(s, c, config)
			       : cli_say(ADMIN_FAILED, "%s", buf_str(&errors));
	add_motd(s, c, config);
	buf_clear(&errors);
	return code;
}

static void clear_sources(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->paths[i]);
}

// Where it goes.

static int refuse_name(const char *dir)
{
	const char *slash = strrchr(dir, '/'), *name = slash ? slash + 1 : dir;

	if (*name && *name != '.' && !strstr(name, FOLDER_UNFINISHED))
		return ADMIN_DONE;
	return cli_say(ADMIN_USAGE,
		       "a backup's folder is not called %s: a name does not begin with a dot, "
		       "nor has %s in it",
		       dir, FOLDER_UNFINISHED);
}

// The folder's name; with --dated, one of the time in it. The caller frees.
static char *wanted_folder(const struct cli *c)
{
	struct span given = span_of(cli_word(c, 0));
	char text[CLOCK_TEXT_LEN + 1];
	struct buf dir = {0};

	while (given.len > 1 && given.at[given.len - 1] == '/')
		given.len--;
	buf_add_span(&dir, given);
	if (cli_flag(c, "--dated")) {
		buf_add_char(&dir, '/');
		clock_text(clock_wall_ms(), text);
		for (const char *at = text; *at != '.'; at++) {
			if (*at != '-' && *at != ':')
				buf_add_char(&dir, *at);
		}
		buf_add_char(&dir, 'Z');
	}
	return buf_take(&dir);
}

static int check_place(const char *dir)
{
	int code = refuse_name(dir);

	return code == ADMIN_DONE ? cli_refuse_taken(dir) : code;
}

// What was made.

static void add(struct admin_answer *a, const char *name, enum cell_kind kind, struct span text,
		int64_t number)
{
	admin_answer_column(a, name);
	admin_answer_cell(a, &(struct cell){.kind = kind, .text = text, .number = number});
}

static int show_made(const struct cli *c, const char *dir, const struct backup_manifest *m,
		     size_t n_linked)
{
	struct admin_answer *a = admin_answer_new(0);
	int code;

	a->is_record = true;
	add(a, "folder", CELL_TEXT, span_of(dir), 0);
	add(a, "made", CELL_TIME, SPAN(""), m->made_ms);
	add(a, "accounts", CELL_NUMBER, SPAN(""), m->accounts);
	add(a, "rooms", CELL_NUMBER, SPAN(""), m->rooms);
	add(a, "messages", CELL_NUMBER, SPAN(""), m->messages);
	add(a, "files", CELL_NUMBER, SPAN(""), (int64_t)m->n_files);
	add(a, "linked", CELL_NUMBER, SPAN(""), (int64_t)n_linked);
	add(a, "bytes", CELL_NUMBER, SPAN(""), manifest_bytes(m));
	add(a, "sealed", CELL_BOOL, SPAN(""), m->is_sealed);
	code = cli_show(c, a);
	admin_answer_free(a);
	return code;
}

static int create(const struct cli *c, const char *dir, const struct backup_order *order)
{
	struct backup_manifest made;
	char *error = NULL;
	size_t n_linked = 0;
	int code;

	leftover_remove(c->paths.state);
	// Before it is made, since what is cut short holds a copy, too.
	note_place(c, dir, false);
	if (backup_create(order, dir, &made, &n_linked, &error)) {
		note_copy(c, dir);
		code = show_made(c, dir, &made, n_linked);
	} else {
		code = fail_with(error);
	}
	manifest_clear(&made);
	return code;
}

int cli_backup_create(const struct cli *c)
{
	const char *key = cli_value(c, "--seal", 0);
	char *dir = wanted_folder(c);
	struct sources sources = {0};
	struct config config = {0};
	struct seal_public public = {0};
	struct backup_order order = {.state = c->paths.state,
				     .database = c->paths.store,
				     .sources = sources.rows,
				     .is_incremental = cli_flag(c, "--incremental"),
				     .seal = key ? &public : NULL};
	int code = ADMIN_DONE;

	if (key && !seal_public_parse(span_of(key), &public))
		code = cli_say(
			ADMIN_USAGE,
			"--seal wants a public key, as  snugd backup key FILE  prints it");
	if (code == ADMIN_DONE)
		code = check_place(dir);
	if (code == ADMIN_DONE)
		code = cli_refuse_no_database(c);
	if (code == ADMIN_DONE)
		code = add_sources(&sources, c, &config);
	order.n_sources = sources.n;
	if (code == ADMIN_DONE)
		code = create(c, dir, &order);
	clear_sources(&sources);
	config_clear(&config);
	free(dir);
	return code;
}

int cli_backup_key(const struct cli *c)
{
	const char *file = cli_word(c, 0);
	struct admin_answer *a;
	struct seal_public public;
	struct seal_secret secret;
	struct buf text = {0};
	char *error = NULL;
	bool is_saved;
	int code;

	if (!strcmp(file, "-"))
		return cli_say(ADMIN_USAGE, "a key goes into a file, not to stdout: name one");
	code = cli_refuse_taken(file);
	if (code != ADMIN_DONE)
		return code;
	seal_pair(&public, &secret);
	is_saved = seal_save(file, &secret, &error);
	seal_wipe(&secret);
	if (!is_saved)
		return fail_with(error);
	seal_public_text(&public, &text);
	a = admin_answer_new(0);
	a->plain = buf_span(&text);
	a->words =
		SPAN("backups are sealed for it by  snugd backup create DIR --seal PUBLICKEY: "
		     "keep the file away from this machine, and a copy of it, since without "
		     "it nobody opens them");
	code = cli_show(c, a);
	admin_answer_free(a);
	buf_clear(&text);
	return code;
}
