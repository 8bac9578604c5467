// SPDX-License-Identifier: MIT
// Files and folders that were named, looked at before a verb begins: the same mistake ends with
// the same status, whatever the verb (snugd.8, EXIT STATUS).
#include "server/cli.h"

#include "server/backup/folder.h"
#include "server/state.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_refuse_no_folder(const char *dir, const char *words)
{
	struct stat about;

	if (stat(dir, &about) < 0)
		return cli_say(ADMIN_NOT_FOUND, "there is no %s", dir);
	return S_ISDIR(about.st_mode) ? ADMIN_DONE : cli_say(ADMIN_USAGE, "%s %s", dir, words);
}

int cli_refuse_no_backup(const char *dir)
{
	return cli_refuse_no_folder(dir,
				    "is no backup: one is a folder, as  snugd backup create  "
				    "makes it");
}

int cli_refuse_no_file(const char *file)
{
	struct stat about;

	if (stat(file, &about) < 0 || access(file, R_OK) < 0)
		return cli_say(errno == EACCES ? ADMIN_DENIED : ADMIN_NOT_FOUND,
			       "cannot read %s: %s", file, strerrordesc_np(errno));
	return S_ISDIR(about.st_mode)
		       ? cli_say(ADMIN_USAGE, "cannot read %s: it is a folder", file)
		       : ADMIN_DONE;
}

int cli_refuse_no_place(const char *file)
{
	char *folder = folder_of(file);
	struct stat about;
	int code = ADMIN_DONE;

	if (stat(folder, &about) < 0 || !S_ISDIR(about.st_mode))
		code = cli_say(ADMIN_NOT_FOUND,
			       "there is no %s: make it\n  install -d -m 700 %s", folder,
			       folder);
	free(folder);
	return code;
}

int cli_refuse_taken(const char *file)
{
	return path_exists(file) ? cli_say(ADMIN_CONFLICT,
					   "%s is there already: nothing is overwritten", file)
				 : cli_refuse_no_place(file);
}

int cli_refuse_no_database(const struct cli *c)
{
	struct buf words = {0};
	int code = (int)state_check_database(&c->paths, &words);

	if (code != ADMIN_DONE)
		cli_say(0, "%s", buf_str(&words));
	buf_clear(&words);
	return code;
}

int cli_refuse_elsewhere(const struct cli *c, const char *mend)
{
	return paths_has_file(&c->paths)
		       ? ADMIN_DONE
		       : cli_say(ADMIN_CONFLICT, "%s says that the store is %s: %s",
				 c->paths.config, c->paths.store, mend);
}
