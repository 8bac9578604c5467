// SPDX-License-Identifier: MIT
#include "server/state.h"

#include "common/die.h"
#include "server/owner.h"
#include "server/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// SQLite's file format, 1.3: the magic, and the number of the program it is of.
#define HEADER_LEN 100
#define APPLICATION_AT 68

static const char magic[16] = "SQLite format 3";
static const char application[4] = "snug";

static bool may(const char *path, int how)
{
	return faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0;
}

// Of a path that is there: who would be let in, and how to let this user in.
static enum admin_code refuse_access(const char *path, const char *how, struct buf *words)
{
	struct owner self, owner;

	if (errno == EROFS) {
		buf_printf(words, "%s is on a file system that cannot be written", path);
		return ADMIN_FAILED;
	}
	owner_self(&self);
	owner_of(&owner, path);
	buf_printf(words, "the user %s may not %s %s", self.name, how, path);
	if (owner.uid == self.uid)
		buf_printf(words, ":\n  chmod u+rwX %s", path);
	else
		buf_printf(words,
			   ", which belongs to %s: do it as that user, or give it away, as "
			   "root\n  chown %s: %s",
			   owner.name, self.name, path);
	return ADMIN_DENIED;
}

enum admin_code state_check_folder(const struct paths *p, struct buf *words)
{
	struct stat about;

	if (stat(p->state, &about) < 0 && errno != ENOENT && errno != ENOTDIR) {
		buf_printf(words, "cannot look at %s: %s", p->state, strerrordesc_np(errno));
		return errno == EACCES ? ADMIN_DENIED : ADMIN_FAILED;
	}
	if (stat(p->state, &about) < 0) {
		buf_printf(words,
			   "there is no state directory %s: name another with --state, or make "
			   "one with\n  snugd init --state %s",
			   p->state, p->state);
		return ADMIN_NOT_FOUND;
	}
	if (!S_ISDIR(about.st_mode)) {
		buf_printf(words, "%s is no directory: name another with --state", p->state);
		return ADMIN_NOT_FOUND;
	}
	if (!may(p->state, R_OK | W_OK | X_OK))
		return refuse_access(p->state, "use", words);
	if (unfinished_is_there(p)) {
		buf_printf(words,
			   "init is at work in %s, or was cut short there: then give it once "
			   "more, with the same words\n  snugd init --state %s",
			   p->state, p->state);
		return ADMIN_CONFLICT;
	}
	return ADMIN_DONE;
}

static void add_mend(const struct paths *p, struct buf *words)
{
	buf_printf(words,
		   "restore a backup\n  snugd restore DIR --state %s\nor begin anew, with the "
		   "same key and nobody in it\n  snugd init --new-database --state %s",
		   p->state, p->state);
}

bool state_has_log(const struct paths *p)
{
	char *log = path_in(p->state, "snug.db-wal");
	struct stat about;
	bool has_log = stat(log, &about) == 0 && about.st_size > 0;

	free(log);
	return has_log;
}

static enum admin_code refuse_missing(const struct paths *p, struct buf *words)
{
	if (state_has_log(p)) {
		buf_printf(words,
			   "there is no database %s, but its log, %s-wal: put back the file it "
			   "belongs to, or move the log away and ",
			   p->database, p->database);
	} else if (path_exists(p->key) || path_exists(p->certificate) ||
		   path_exists(p->config)) {
		buf_printf(words, "there is no database %s: ", p->database);
	} else {
		buf_printf(words,
			   "there is no database in %s: name another with --state, or make one "
			   "with\n  snugd init --state %s",
			   p->state, p->state);
		return ADMIN_NOT_FOUND;
	}
	add_mend(p, words);
	return ADMIN_NOT_FOUND;
}

// What is wrong with the file itself; NULL: nothing.
static const char *find_fault(const char *path)
{
	char head[HEADER_LEN];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	if (got == 0)
		return "is empty";
	if (got != sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0)
		return "is damaged or no database";
	if (memcmp(head + APPLICATION_AT, application, sizeof(application)) != 0)
		return "is a database of another program";
	return NULL;
}

static enum admin_code check_file(const struct paths *p, struct buf *words)
{
	const char *fault;

	if (!may(p->database, R_OK | W_OK))
		return refuse_access(p->database, "read and write", words);
	fault = find_fault(p->database);
	if (!fault)
		return ADMIN_DONE;
	buf_printf(words, "%s %s: move it away and ", p->database, fault);
	add_mend(p, words);
	return ADMIN_FAILED;
}

// Left by another user, they would stop the database from being opened.
static enum admin_code check_beside(const struct paths *p, struct buf *words)
{
	const char *const names[] = {"snug.db-wal", "snug.db-shm", "lock"};
	enum admin_code code = ADMIN_DONE;

	for (size_t i = 0; i < ARRAY_LEN(names) && code == ADMIN_DONE; i++) {
		char *path = path_in(p->state, names[i]);

		if (path_exists(path) && !may(path, R_OK | W_OK))
			code = refuse_access(path, "read and write", words);
		free(path);
	}
	return code;
}

enum admin_code state_check_database(const struct paths *p, struct buf *words)
{
	enum admin_code code = state_check_folder(p, words);

	if (!paths_has_file(p))
		return code;
	if (code == ADMIN_DONE && !path_exists(p->database))
		code = refuse_missing(p, words);
	if (code == ADMIN_DONE)
		code = check_file(p, words);
	return code == ADMIN_DONE ? check_beside(p, words) : code;
}

static enum admin_code refuse_no_key(const struct config *c, const char *key, const char *cert,
				     bool has_cert, struct buf *words)
{
	buf_printf(
		words,
		"there is no key %s%s: put it back from your backup; if it is lost, make a new "
		"pair, of which people must be given a new link\n"
		"  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "
		"3650 -subj /CN=%s -addext subjectAltName=DNS:%s -keyout %s -out %s",
		key, has_cert ? ", though there is a certificate" : "", c->name, c->name, key,
		cert);
	return ADMIN_FAILED;
}

static enum admin_code refuse_no_certificate(const struct config *c, const char *key,
					     const char *cert, struct buf *words)
{
	buf_printf(
		words,
		"there is no certificate %s, though there is a key: put it back, or make one "
		"for the same key, so that links stay right\n"
		"  openssl req -x509 -key %s -days 3650 -subj /CN=%s -addext "
		"subjectAltName=DNS:%s -out %s",
		cert, key, c->name, c->name, cert);
	return ADMIN_FAILED;
}

enum admin_code state_check_key(const struct paths *p, const struct config *c,
				struct buf *words)
{
	char *cert = path_beside_config(p, c->certificate ? c->certificate : p->certificate);
	char *key = path_beside_config(p, c->key ? c->key : p->key);
	enum admin_code code = ADMIN_DONE;

	// The folder of another user's key tells nothing of what is in it.
	if (access(key, F_OK) < 0 && errno == ENOENT)
		code = refuse_no_key(c, key, cert, path_exists(cert), words);
	else if (access(cert, F_OK) < 0 && errno == ENOENT)
		code = refuse_no_certificate(c, key, cert, words);
	else if (!may(key, R_OK))
		code = refuse_access(key, "read", words);
	else if (!may(cert, R_OK))
		code = refuse_access(cert, "read", words);
	free(cert);
	free(key);
	return code;
}

// Whether somebody has a right of `denied` on what is there.
static bool is_open(const char *path, mode_t denied)
{
	struct stat about;

	return stat(path, &about) == 0 && about.st_mode & denied;
}

enum admin_code state_check_modes(const struct paths *p, const struct config *c,
				  struct buf *words)
{
	char *key = path_beside_config(p, c->key ? c->key : p->key);

	if (is_open(p->state, 077))
		buf_printf(words,
			   "others may enter the state directory %s, where history and keys "
			   "are:\n  chmod 700 %s",
			   p->state, p->state);
	else if (is_open(p->config, 022))
		buf_printf(words,
			   "others may change the configuration %s, which says what the server "
			   "lets in:\n  chmod go-w %s",
			   p->config, p->config);
	else if (is_open(key, 027))
		buf_printf(words,
			   "others may %s the key %s; whoever read it can pass for this "
			   "server:\n  chmod 600 %s",
			   is_open(key, 022) ? "change" : "read", key, key);
	free(key);
	return words->len ? ADMIN_FAILED : ADMIN_DONE;
}
