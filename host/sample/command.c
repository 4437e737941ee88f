/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/say.h"

#define NOT_FOUND 127
#define NOT_EXECUTABLE 126

/* Return: 0, -ENOENT or -EACCES. */
static int is_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -ENOENT;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* Looked up before anything is attached, so that a typing error costs nothing. */
static int find_program(const char *name)
{
	const char *path = getenv("PATH");
	int rc = -ENOENT;

	if (!*name)
		return -ENOENT;
	if (strchr(name, '/'))
		return is_program(name);
	if (!path)
		path = "/usr/bin:/bin";
	while (*path) {
		size_t len = strcspn(path, ":");
		char full[PATH_MAX];
		int n = snprintf(full, sizeof(full), "%.*s/%s", (int)len, len ? path : ".", name);
		int found = n > 0 && (size_t)n < sizeof(full) ? is_program(full) : -ENOENT;

		if (found == 0)
			return 0;
		if (found == -EACCES)
			rc = found;
		path += len + (path[len] == ':');
	}
	return rc;
}

__attribute__((noreturn)) static void child(int gate, char *const *argv)
{
	sigset_t none;
	const char *slash = strrchr(argv[0], '/');
	ssize_t got;
	char c;

	/* On a terminal the group stays ours, so that Ctrl-C and reading from it work as usual. */
	if (!isatty(STDIN_FILENO))
		setpgid(0, 0);
	prctl(PR_SET_NAME, slash ? slash + 1 : argv[0]);

	/* The tracer may die before it lets us go: then there is nothing to run for. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((got = read(gate, &c, 1)) != 1)
		if (got == 0 || errno != EINTR)
			_exit(NOT_EXECUTABLE);
	/* From now on as at any other end of the run: it may tidy up. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Handlers end with exec anyway, but a signal just before it must not be lost. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	say("cannot run %s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

int command_start(struct command *command, char *const *argv, struct error *err)
{
	int ends[2];
	int rc = find_program(argv[0]);

	if (rc < 0)
		return error_set(err, rc == -ENOENT ? NOT_FOUND : NOT_EXECUTABLE, rc,
				 "cannot run '%s': %s", argv[0],
				 rc == -ENOENT ? "there is no such command"
					       : "it is not executable");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_failed(err, -errno, "cannot start %s: %s", argv[0], strerror(errno));
	pid_t pid = fork();

	if (pid == 0) {
		close(ends[1]);
		child(ends[0], argv);
	}
	rc = pid < 0 ? -errno : 0;
	close(ends[0]);
	if (rc < 0) {
		close(ends[1]);
		return error_failed(err, rc, "cannot start %s: %s", argv[0], strerror(-rc));
	}
	*command = (struct command){.pid = pid, .gate = ends[1]};
	return 0;
}

void command_go(struct command *command)
{
	if (command->pid <= 0 || command->gate < 0)
		return;
	/* Should it have died meanwhile, command_ended() says so. */
	ssize_t n = write(command->gate, "g", 1);

	(void)n;
	close(command->gate);
	command->gate = -1;
}

bool command_ended(struct command *command)
{
	int status;

	if (command->pid <= 0)
		return false;
	if (!command->ended && waitpid(command->pid, &status, WNOHANG) == command->pid) {
		command->ended = true;
		command->status =
			WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
	return command->ended;
}

/* All of a pipeline, where it has a process group of its own. */
static void signal_all(const struct command *command, int sig)
{
	if (kill(-command->pid, sig) < 0)
		kill(command->pid, sig);
}

void command_stop(struct command *command)
{
	const struct timespec nap = {.tv_nsec = 10000000};

	if (command->pid <= 0)
		return;
	if (command->gate >= 0)
		close(command->gate);
	command->gate = -1;
	if (!command_ended(command)) {
		command->stopped = true;
		signal_all(command, SIGTERM);
	}
	for (int i = 0; i < 200 && !command_ended(command); i++)
		nanosleep(&nap, NULL);
	if (!command_ended(command)) {
		signal_all(command, SIGKILL);
		while (!command_ended(command))
			nanosleep(&nap, NULL);
	}
}
