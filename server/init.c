// SPDX-License-Identifier: MIT
// `snugd init`: from nothing to a server one can invite people to.
//
// Nothing that exists is written over, and whatever was made is taken away again when a
// later step fails, or by the next init when this one is cut short (unfinished.h), so that
// the same command can be given once more. The link is printed when all stands.
#include "server/cli.h"

#include "common/die.h"
#include "common/file.h"
#include "common/names.h"
#include "server/admin_json.h"
#include "server/init_acme.h"
#include "server/init_config.h"
#include "server/init_folder.h"
#include "server/offline.h"
#include "server/state.h"
#include "server/store/store.h"
#include "server/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CERTIFICATE_DAYS 3650 // clients pin its key, so nobody has to see a new one
#define FIRST_ROOM "#lounge"
#define NAME_SPACE (ACCOUNT_NAME_MAX + 2)

struct init {
	const struct cli *cli;
	const struct paths *paths;
	struct config config;
	struct offline *offline;
	char admin[NAME_SPACE]; // "" none
	struct buf password;
	struct buf link; // "": there is none to be had yet
	struct buf page; // the same for a browser; "": none would take the certificate
	int mark;
	bool made_folder;
	bool has_start;     // the store is elsewhere, and another machine made it
	bool only_database; // beside the key, certificate and configuration that are there
};

static int refuse_place(const struct paths *p, const char *file)
{
	cli_say(0,
		"%s is there already: init never overwrites. Name another directory with "
		"--state, or",
		file);
	if (path_exists(p->database))
		fprintf(stderr, "run what is there with\n  snugd run --state %s\n", p->state);
	else
		fprintf(stderr,
			"make the database that is missing beside it with\n  snugd init "
			"--new-database --state %s\n",
			p->state);
	return ADMIN_CONFLICT;
}

static int check_place(const struct init *in)
{
	const struct paths *p = in->paths;
	const char *const files[] = {p->database, p->config, p->certificate, p->key};
	size_t n = in->only_database ? 1 : ARRAY_LEN(files);
	int code = ADMIN_DONE;

	for (size_t i = 0; i < n && code == ADMIN_DONE; i++) {
		if (path_exists(files[i]))
			code = refuse_place(p, files[i]);
	}
	if (code == ADMIN_DONE && state_has_log(p))
		code = cli_say(
			ADMIN_CONFLICT,
			"%s-wal is there without its database: put that back, or move the "
			"log away",
			p->database);
	return code;
}

static int check_listen(const struct cli *c)
{
	const char *text;

	for (size_t i = 0; (text = cli_value(c, "--listen", i)); i++) {
		struct config_place place;

		if (!config_place(&place, span_of(text)))
			return cli_say(
				ADMIN_USAGE,
				"--listen %s is no address: write ircs://ADDRESS:PORT, as in "
				"ircs://0.0.0.0:6697 or ircs://[::]:6697",
				text);
	}
	return ADMIN_DONE;
}

static int check_words(const struct cli *c)
{
	const char *room = cli_value(c, "--room", 0), *admin = cli_value(c, "--admin", 0);
	char name[ROOM_NAME_MAX + 1];
	bool is_named = !room || room[0] != '#' || name_of_room(span_of(room), name);

	if (cli_flag(c, "--new-database") &&
	    (cli_value(c, "--cert", 0) || cli_value(c, "--name", 0) ||
	     cli_value(c, "--listen", 0) || cli_value(c, "--web", 0) ||
	     cli_value(c, "--store", 0)))
		return cli_say(ADMIN_USAGE,
			       "--new-database keeps configuration and key: change "
			       "name, addresses, store and certificate in snugd.conf");
	if (admin && !name_is_account(span_of(admin)))
		return cli_say(ADMIN_USAGE,
			       "--admin %s: a name has 1 to %d letters, digits, - and _", admin,
			       ACCOUNT_NAME_MAX);
	if (!is_named)
		return cli_say(ADMIN_USAGE, "--room %s is no name for a room", room);
	if ((c->password_stdin || cli_flag(c, "--generate")) && !admin)
		return cli_say(ADMIN_USAGE, "%s is the password of --admin NAME",
			       c->password_stdin ? "--password-stdin" : "--generate");
	return check_listen(c);
}

// A second machine takes what the first one made.
static int look_for_start(struct init *in)
{
	struct store_report facts = {0};
	char *error = NULL;

	if (paths_has_file(in->paths))
		return ADMIN_DONE;
	// One that cannot be read, or holds nothing yet, is told of when it is to be filled.
	in->has_start = store_facts(in->paths->store, &facts, &error) &&
			(facts.accounts || facts.rooms);
	free(error);
	store_report_clear(&facts);
	if (!in->has_start || !cli_value(in->cli, "--admin", 0))
		return ADMIN_DONE;
	return cli_say(ADMIN_CONFLICT, "the database is there already, with its people: leave "
				       "out --admin, or name a new one in --store");
}

// On a terminal the first administrator is asked for; a script names it, or has none.
static bool ask_admin(struct init *in)
{
	const char *name = cli_value(in->cli, "--admin", 0), *user = getenv("USER");
	char *line = NULL;
	size_t space = 0;
	struct span typed;

	if (name) {
		snprintf(in->admin, sizeof(in->admin), "%s", name);
		return true;
	}
	if (in->has_start || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	if (!user || !name_is_account(span_of(user)) || !strcmp(user, "root"))
		user = "admin";
	fprintf(stderr, "Account name of the administrator [%s]: ", user);
	typed = getline(&line, &space, stdin) > 0 ? span_trim(span_of(line)) : SPAN("");
	if (!typed.len)
		typed = span_of(user);
	if (name_is_account(typed))
		snprintf(in->admin, sizeof(in->admin), SPAN_FMT, SPAN_ARG(typed));
	else
		cli_say(0, "a name has 1 to %d letters, digits, - and _", ACCOUNT_NAME_MAX);
	free(line);
	return in->admin[0];
}

static bool ask_password(struct init *in)
{
	if (!in->admin[0] || cli_flag(in->cli, "--generate"))
		return true;
	if (in->cli->password_stdin)
		return cli_read_secret(&in->password);
	return cli_prompt_password(in->admin, &in->password);
}

static bool write_new(const char *path, struct span text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_fine;

	if (fd < 0)
		return false;
	is_fine = file_write(fd, text) && fsync(fd) == 0;
	return close(fd) == 0 && is_fine;
}

static int make_config(struct init *in)
{
	struct buf text = {0};
	bool is_fine;

	init_config_text(in->cli, &text);
	is_fine = write_new(in->paths->config, buf_span(&text));
	buf_clear(&text);
	if (!is_fine)
		return cli_say(ADMIN_FAILED, "cannot write %s: %s", in->paths->config,
			       strerrordesc_np(errno));
	if (config_read(&in->config, in->paths, &text))
		return ADMIN_DONE;
	fputs(buf_str(&text), stderr);
	buf_clear(&text);
	return ADMIN_USAGE;
}

static int make_key(struct init *in)
{
	struct tls_context *tls = NULL;
	char *error = NULL;
	bool is_fine = true;

	if (!in->config.certificate)
		is_fine = tls_make_certificate(in->paths->certificate, in->paths->key,
					       in->config.name, CERTIFICATE_DAYS, &error);
	if (is_fine)
		tls = config_tls(&in->config, in->paths, &error);
	if (!tls)
		cli_say(0, "%s", error);
	free(error);
	tls_context_free(tls);
	return tls ? ADMIN_DONE : ADMIN_FAILED;
}

// Asks the hub for one verb; its words are shown only when it fails. NULL on failure.
static struct admin_answer *ask(struct init *in, const char *const *words, size_t n_words,
				struct span secret, int *code)
{
	struct admin_request *request = admin_request_new();
	struct admin_answer *answer;
	char *error = NULL;

	for (size_t i = 0; i < n_words; i++)
		admin_request_word(request, span_of(words[i]));
	if (secret.len)
		request->secret = arena_dup(&request->arena, secret);
	answer = offline_ask(in->offline, request, &error);
	*code = answer ? (int)answer->code : ADMIN_FAILED;
	if (*code == ADMIN_DONE)
		return answer;
	if (answer)
		cli_say(0, SPAN_FMT, SPAN_ARG(answer->words));
	else
		cli_say(0, "%s", error);
	free(error);
	admin_answer_free(answer);
	return NULL;
}

static int add_admin(struct init *in)
{
	const char *const words[] = {"user", "add", in->admin, "--role", "admin", "--generate"};
	bool is_made_up = cli_flag(in->cli, "--generate");
	struct admin_answer *answer;
	int code = ADMIN_DONE;

	if (!in->admin[0])
		return code;
	answer = ask(in, words, is_made_up ? 6 : 5, buf_span(&in->password), &code);
	if (answer && is_made_up)
		buf_add_span(&in->password, answer->plain);
	admin_answer_free(answer);
	return code;
}

static int add_room(struct init *in, const char *room)
{
	// Whoever has the link gets in; nobody else needs to know of it.
	const char *const words[] = {"room", "add", room, "--unlisted", "--founder", in->admin};
	int code;

	admin_answer_free(ask(in, words, in->admin[0] ? 6 : 4, (struct span){0}, &code));
	return code;
}

static int add_invite(struct init *in, const char *room)
{
	const char *const words[] = {"invite", "create", "--room",    room,
				     "--uses", "10",     "--expires", "7d"};
	struct admin_answer *answer;
	int code;

	// A port that the system picks is known only while the server runs.
	if (address_port(&in->config.places[0].address) == 0)
		return ADMIN_DONE;
	answer = ask(in, words, ARRAY_LEN(words), (struct span){0}, &code);
	if (!answer)
		return code;
	buf_add_span(&in->link, answer->plain);
	buf_add_span(&in->page, answer->page);
	admin_answer_free(answer);
	return ADMIN_DONE;
}

static int fill_database(struct init *in)
{
	const char *room = cli_value(in->cli, "--room", 0);
	struct buf name = {0};
	char *error = NULL;
	int code = ADMIN_DONE;

	if (in->has_start)
		return code;
	in->offline = offline_open(in->paths, &in->config, &code, &error);
	if (!in->offline) {
		cli_say(0, "%s", error);
		free(error);
		return ADMIN_FAILED;
	}
	buf_printf(&name, "%s%s", !room || room[0] == '#' ? "" : "#", room ? room : FIRST_ROOM);
	code = add_admin(in);
	if (code == ADMIN_DONE)
		code = add_room(in, buf_str(&name));
	if (code == ADMIN_DONE)
		code = add_invite(in, buf_str(&name));
	buf_clear(&name);
	return code;
}

// Of what is there nothing may be missing either.
static int find_kept(struct init *in)
{
	struct buf words = {0};
	int code = ADMIN_FAILED;

	if (!config_read(&in->config, in->paths, &words))
		fputs(buf_str(&words), stderr);
	else if (state_check_key(in->paths, &in->config, &words) != ADMIN_DONE)
		cli_say(0, "%s", buf_str(&words));
	else
		code = ADMIN_DONE;
	buf_clear(&words);
	return code;
}

// For browsers, and for the camera of a telephone.
static void say_page(struct init *in)
{
	if (in->page.len)
		fprintf(stderr, "In a browser it is  %s\n", buf_str(&in->page));
	else if (isatty(STDERR_FILENO))
		fputs("For browsers it takes a certificate that an authority vouches for, and "
		      "[web] listen: see snugd.conf(5).\n",
		      stderr);
	if (in->page.len && isatty(STDERR_FILENO))
		cli_qr(buf_str(&in->page));
}

static void say_link(struct init *in)
{
	if (cli_flag(in->cli, "--generate"))
		fprintf(stderr, "The password of %s is  %s\n", in->admin,
			buf_str(&in->password));
	if (!in->link.len)
		return;
	printf("%s\n", buf_str(&in->link));
	fflush(stdout);
	if (isatty(STDERR_FILENO) && isatty(STDOUT_FILENO))
		fputs("The line above joins; ten people may use it, for 7 days.\n", stderr);
	say_page(in);
}

static void say_how_to_run(const struct init *in)
{
	const char *state = in->paths->state;

	if (in->has_start)
		fputs("The store is there already, and taken as it is. Both machines need the "
		      "same key: docs/TWO_MACHINES.md says how it comes here.\n",
		      stderr);

	if (geteuid() == 0)
		fprintf(stderr,
			"%s belongs to root, so that `run` wants to be told whom to serve as. "
			"Give it to a user of its own\n  chown -R USER: %s\nand start it, as "
			"root or as that user, or serve as root with\n"
			"  snugd run --user root --state %s\n",
			state, state, state);
	else if (isatty(STDERR_FILENO))
		fprintf(stderr, "Made %s. Start it with\n  snugd run --state %s\n", state,
			state);
}

// What starts the server looks for a database here or, where that is elsewhere, for the lock
// that a server takes all the same.
static int mark_state(const struct init *in)
{
	char *error = NULL;
	int lock, code = ADMIN_DONE;

	if (paths_has_file(in->paths))
		return code;
	lock = store_hold(in->paths->database, &error);
	if (lock < 0)
		code = cli_say(ADMIN_FAILED, "%s", error);
	else
		close(lock);
	free(error);
	return code;
}

static int make_all(struct init *in)
{
	int code = in->only_database ? find_kept(in) : make_config(in);

	if (code == ADMIN_DONE && !in->only_database)
		code = make_key(in);
	if (code == ADMIN_DONE)
		code = fill_database(in);
	if (code == ADMIN_DONE)
		code = mark_state(in);
	offline_close(in->offline);
	config_clear(&in->config);
	if (code != ADMIN_DONE)
		unfinished_undo(in->paths, in->only_database, in->mark);
	else if (!unfinished_end(in->paths, in->mark))
		code = cli_say(ADMIN_FAILED, "cannot finish %s: %s", in->paths->state,
			       strerrordesc_np(errno));
	return code;
}

// As the user whose it will be.
static int make_anew(struct init *in)
{
	struct buf error = {0};
	bool had_left;
	int code = ADMIN_FAILED;

	in->mark = unfinished_begin(in->paths, in->only_database, &had_left, &error);
	if (in->mark < 0)
		cli_say(0, "%s", buf_str(&error));
	else if (had_left)
		fprintf(stderr,
			"An init was cut short in %s: what it had made is taken away, "
			"and this one begins anew.\n",
			in->paths->state);
	buf_clear(&error);
	if (in->mark < 0)
		return code;
	code = check_place(in);
	if (code == ADMIN_DONE)
		return make_all(in);
	(void)!unfinished_end(in->paths, in->mark);
	return code;
}

static int make_place(struct init *in)
{
	if (!init_folder_make(in->paths->state, &in->made_folder) ||
	    chmod(in->paths->state, 0700) < 0)
		return cli_say(ADMIN_FAILED, "cannot make %s: %s", in->paths->state,
			       strerrordesc_np(errno));
	return init_folder_settle(in->paths->state, cli_value(in->cli, "--user", 0))
		       ? make_anew(in)
		       : ADMIN_FAILED;
}

int cli_init(const struct cli *c)
{
	struct init in = {
		.cli = c, .paths = &c->paths, .only_database = cli_flag(c, "--new-database")};
	int code = check_words(c);

	if (code == ADMIN_DONE)
		code = init_acme_check(c);
	if (code == ADMIN_DONE && !unfinished_is_there(in.paths))
		code = check_place(&in);
	if (code == ADMIN_DONE)
		code = look_for_start(&in);
	if (code != ADMIN_DONE)
		return code;
	if (!ask_admin(&in) || !ask_password(&in))
		return ADMIN_USAGE;
	code = make_place(&in);
	if (code == ADMIN_DONE) {
		say_link(&in);
		say_how_to_run(&in);
		init_acme_say_next(c);
	} else if (in.made_folder) {
		rmdir(in.paths->state);
	}
	buf_clear(&in.link);
	buf_clear(&in.page);
	cli_wipe(&in.password);
	return code;
}
