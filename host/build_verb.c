/* SPDX-License-Identifier: Apache-2.0 */
#include "build_verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prepare.h"
#include "run.h"
#include "sample/session.h"

static int check(struct cli *cli, struct error *err)
{
	size_t len = cli->built ? strlen(cli->built) : 0;

	if (cli->package)
		return error_usage(err, "%s is built already", cli->word);
	if (len < 5 || strcmp(cli->built + len - 4, ".kwo") != 0)
		return error_usage(err, "where to? Write kwhile build %s -o FILE.kwo", cli->word);
	int rc = run_complete(cli, err);

	return rc < 0 ? rc : header_check(&cli->header, err);
}

/* Whole or not at all: written beside its place, and renamed. */
static int write_file(const struct package *package, const char *path)
{
	char *draft;

	if (asprintf(&draft, "%s.%ld", path, (long)getpid()) < 0)
		return -ENOMEM;
	int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int rc = fd < 0 ? -errno : package_write(package, fd);

	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(draft, path) < 0)
		rc = -errno;
	if (rc < 0 && fd >= 0)
		unlink(draft);
	free(draft);
	return rc;
}

int build_verb(struct cli *cli, struct error *err)
{
	struct expansion expansion = {0};
	struct package package = {0};
	int rc = check(cli, err);

	if (rc == 0)
		rc = prepare_object(cli, session_signals(), &expansion, &package.object, err);
	if (rc == 0) {
		kernel_id_running(&package.kernel);
		package.file = (char *)cli->file;
		package.text = cli->text;
		package.options = cli->given;
		package.noptions = cli->ngiven;
		package_code(expansion.text, package.code);
		rc = write_file(&package, cli->built);
		if (rc < 0)
			error_failed(err, rc, "cannot write %s: %s", cli->built, strerror(-rc));
	}
	object_free(&package.object);
	expansion_free(&expansion);
	return rc;
}
