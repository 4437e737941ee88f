/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kwhile: parse the command line, go down the floors, say what went wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/say.h"
#include "build_verb.h"
#include "cache_verb.h"
#include "cli.h"
#include "help.h"
#include "list_verb.h"
#include "phases.h"
#include "prepare.h"
#include "run.h"

/* A first start takes the 11th for its compiler (compile.c), and libbcc some more. */
#define FEWEST_DESCRIPTORS 16

/*
 * Descriptors 0 to 2 must be open, or the first map would be taken for standard output. What was
 * closed is opened the wrong way round: using it is an error as before, and is not passed over.
 */
static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
		if (fd == STDIN_FILENO) {
			close(fd);
			fd = open("/dev/null", O_WRONLY);
		}
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Too few, and something innocent would be blamed: the headers, the compiler, a probe. */
static int check_descriptors(struct error *err)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_max >= FEWEST_DESCRIPTORS)
		return 0;
	return error_failed(err, -EMFILE,
			    "no more than %llu open files are allowed (ulimit -n): kwhile needs "
			    "%d, and two for each probe",
			    (unsigned long long)files.rlim_max, FEWEST_DESCRIPTORS);
}

static int act(struct cli *cli, int *status, struct error *err)
{
	int rc;

	switch (cli->verb) {
	case VERB_LIST:
		return cli->word ? list_verb(cli, err) : help_list(err);
	case VERB_HELP:
		rc = prepare_help(cli, err);
		return rc < 0 ? rc : help_print(cli);
	case VERB_DOCTOR:
		return help_doctor(cli);
	case VERB_CACHE:
		return cache_verb(cli, status, err);
	case VERB_VERSION:
		help_version();
		return 0;
	default:
		break;
	}
	if (!cli->word)
		return error_usage(err,
				   "what shall run? Give a kernel function, a program or a FILE.c; "
				   "`kwhile help` says more");
	rc = check_descriptors(err);
	if (rc < 0)
		return rc;
	if (cli->verb == VERB_BUILD)
		return build_verb(cli, err);
	return run_program(cli, status, err);
}

int main(int argc, char **argv)
{
	struct error err = {0};
	struct cli cli = {0};
	int status = EXIT_OK;

	phases_begin();
	open_standard();
	int rc = cli_parse(argc, argv, &cli, &err);

	phase_ended("read");
	if (rc == 0)
		rc = act(&cli, &status, &err);
	if (rc == 0 && fflush(stdout) != 0)
		rc = errno == EPIPE ? -EPIPE
				    : error_failed(&err, -errno, "cannot write the output: %s",
						   strerror(errno));
	if (rc == -EPIPE && !err.text[0]) {
		status = EXIT_EPIPE;
	} else if (rc < 0) {
		say_error(&err);
		status = (int)(err.status ? err.status : EXIT_FAILED);
	}
	cli_free(&cli);
	error_clear(&err);
	return status;
}
