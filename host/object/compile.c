/* SPDX-License-Identifier: Apache-2.0 */
#include "object/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"
#include "object/diagnostics.h"
#include "object/formats.h"
#include "object/sandbox.h"
#include "object/too_new.h"

#define COMPILER "kwhile-compile"
#define OBJECT_FD 3
#define DIAGNOSTICS_LIMIT (1u << 20)
/* Half a second as a rule; in an emulated machine beside others it was seen to take two minutes. */
#define DEFAULT_SECONDS 300u
/* Headers that are years newer than libbcc took one. */
#define MOST_MENDINGS 4
/* LLVM needs 140 MB for a large text; address space, not memory, is what RLIMIT_AS counts. */
#define COMPILER_ADDRESS_SPACE (4ull << 30)

/* One compiler process. */
struct job {
	pid_t pid;
	int text;	 /* memfd: its standard input */
	int object;	 /* memfd: what it writes */
	int diagnostics; /* pipe: its standard output and error */
	int status;	 /* how it ended, once it is reaped */
	bool reaped;
	bool formats; /* all that the text names can be read */
	struct sandbox sandbox;
	struct buf said;
};

/* Beside the program in the build tree, in libexec when installed. */
static int compiler_path(char *path, size_t size, struct error *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		char *slash = strrchr(self, '/');

		if (slash)
			*slash = '\0';
		if ((size_t)snprintf(path, size, "%s/" COMPILER, self) < size &&
		    access(path, X_OK) == 0)
			return 0;
	}
	if ((size_t)snprintf(path, size, "%s/" COMPILER, KW_LIBEXEC) < size &&
	    access(path, X_OK) == 0)
		return 0;
	return error_failed(err, -ENOENT,
			    "no " COMPILER " beside this program or in %s: install kwhile whole",
			    KW_LIBEXEC);
}

static int text_memfd(const char *text)
{
	int fd = memfd_create("kwhile-text", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	int rc = bytes_write(fd, text, strlen(text));

	if (rc < 0) {
		close(fd);
		return rc;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/*
 * A compiler that goes astray shall not take the machine with it. A limit that is lower already is
 * somebody's wish. AddressSanitizer reserves terabytes of address space and uses little of it.
 */
static void limit_address_space(void)
{
#ifndef __SANITIZE_ADDRESS__
	struct rlimit room;

	if (getrlimit(RLIMIT_AS, &room) < 0)
		return;
	if (room.rlim_max > COMPILER_ADDRESS_SPACE)
		room.rlim_max = COMPILER_ADDRESS_SPACE;
	if (room.rlim_cur > room.rlim_max)
		room.rlim_cur = room.rlim_max;
	setrlimit(RLIMIT_AS, &room);
#endif
}

static unsigned seconds_of(const struct compile_options *options)
{
	return options->seconds ? options->seconds : DEFAULT_SECONDS;
}

/* What the child is to run, and for whom. */
struct child {
	const char *path;
	int program; /* its file, for it may lie where the child cannot go */
	char **argv;
	char **env;
	pid_t parent;
	unsigned seconds;
};

/* In the child: this process has one thread, so what its parent could do, it can. */
__attribute__((noreturn)) static void child_exec(const struct job *job, int diagnostics,
						 const struct child *child)
{
	sigset_t none;

	/* Our own clock is first: it says that this took too long, and not that it crashed. */
	sandbox_enter(&job->sandbox, child->seconds + 1);
	/* Whoever asked is gone: so are we. A change of user has to be behind us for this. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != child->parent)
		_exit(126);
	/* The object may be on a low descriptor itself: move it first, above those we set. */
	int object = fcntl(job->object, F_DUPFD_CLOEXEC, 10);

	if (object < 0 || dup2(job->text, STDIN_FILENO) < 0 ||
	    dup2(diagnostics, STDOUT_FILENO) < 0 || dup2(diagnostics, STDERR_FILENO) < 0 ||
	    dup2(object, OBJECT_FD) < 0) {
		dprintf(diagnostics, "%s\n", strerror(errno));
		_exit(126);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	limit_address_space();
	execve(child->path, child->argv, child->env);
	if (errno == EACCES)
		syscall(SYS_execveat, child->program, "", child->argv, child->env, AT_EMPTY_PATH);
	dprintf(STDERR_FILENO, "%s: %s\n", child->path, strerror(errno));
	_exit(127);
}

/* @search: -iquoteDIR, or NULL */
static char **child_arguments(const char *const *cflags, const char *search)
{
	size_t n = 0;

	while (cflags && cflags[n])
		n++;
	char **argv = calloc(n + 3, sizeof(*argv));

	if (!argv)
		return NULL;
	argv[0] = (char *)COMPILER;
	for (size_t i = 0; i < n; i++)
		argv[i + 1] = (char *)cflags[i];
	argv[n + 1] = (char *)search;
	return argv;
}

/* Our environment, with BCC_KERNEL_SOURCE set to @headers where that is not NULL. */
static char **child_environment(const char *headers, char **variable)
{
	size_t n = 0, kept = 0;

	while (environ[n])
		n++;
	char **env = calloc(n + 2, sizeof(*env));

	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!headers || strncmp(environ[i], "BCC_KERNEL_SOURCE=", 18) != 0)
			env[kept++] = environ[i];
	if (headers && asprintf(variable, "BCC_KERNEL_SOURCE=%s", headers) < 0) {
		*variable = NULL;
		free(env);
		return NULL;
	}
	if (headers)
		env[kept] = *variable;
	return env;
}

static int job_spawn(struct job *job, const struct compile_options *options, struct error *err)
{
	char path[PATH_MAX];
	char *variable = NULL, *search = NULL;
	int ends[2] = {-1, -1};
	int rc = compiler_path(path, sizeof(path), err);

	if (rc < 0)
		return rc;
	if (options->beside && asprintf(&search, "-iquote%s", options->beside) < 0)
		return error_nomem(err);
	const struct child child = {
		.path = path,
		.program = open(path, O_PATH | O_CLOEXEC),
		.argv = child_arguments(options->cflags, search),
		.env = child_environment(options->headers, &variable),
		.parent = getpid(),
		.seconds = seconds_of(options),
	};

	job->object = memfd_create("kwhile-object", MFD_CLOEXEC);
	if (!child.argv || !child.env) {
		rc = error_nomem(err);
		goto out;
	}
	if (child.program < 0 || job->object < 0 || pipe2(ends, O_CLOEXEC) < 0) {
		rc = error_failed(err, -errno, "cannot start the compiler: %s", strerror(errno));
		goto out;
	}
	job->pid = fork();
	if (job->pid == 0)
		child_exec(job, ends[1], &child);
	if (job->pid < 0) {
		rc = error_failed(err, -errno, "cannot start the compiler: %s", strerror(errno));
		goto out;
	}
	job->diagnostics = ends[0];
	ends[0] = -1;
out:
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (child.program >= 0)
		close(child.program);
	free(child.argv);
	free(child.env);
	free(variable);
	free(search);
	return rc;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* It has closed its output, and is about to end; should it not, it is not waited for without end.
 */
static int job_reap(struct job *job, const struct compile_options *options, long long end)
{
	const struct timespec nap = {.tv_nsec = 1000000};

	for (;;) {
		if (waitpid(job->pid, &job->status, WNOHANG) == job->pid) {
			job->reaped = true;
			return 0;
		}
		if (options->stop && *options->stop)
			return -EINTR;
		if (now_ms() >= end)
			return -ETIMEDOUT;
		nanosleep(&nap, NULL);
	}
}

/* Take what it says until it ends. Return: 0, -ETIMEDOUT or -EINTR. */
static int job_listen(struct job *job, const struct compile_options *options)
{
	long long begin = now_ms(), end = begin + 1000ll * seconds_of(options);

	for (;;) {
		struct pollfd p = {.fd = job->diagnostics, .events = POLLIN};
		long long left = end - now_ms();

		if (options->stop && *options->stop)
			return -EINTR;
		if (left <= 0)
			return -ETIMEDOUT;
		/* A signal may come between the look at *stop and poll(): wake up by ourselves too.
		 */
		int n = poll(&p, 1, left < 100 ? (int)left : 100);

		if (options->waiting)
			options->waiting((unsigned)(now_ms() - begin));

		if (n <= 0)
			continue;
		char chunk[4096];
		ssize_t got = read(job->diagnostics, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return job_reap(job, options, end);
		if (job->said.len < DIAGNOSTICS_LIMIT)
			buf_add(&job->said, chunk, (size_t)got);
	}
}

/* It did not come to its main(): say what the loader or our own child said. */
static int never_started(const char *said, struct error *err)
{
	static const char loader[] = "error while loading shared libraries: ";
	const char *why = strstr(said, loader);

	if (strstr(said, "libbcc.so.0: cannot open shared object"))
		return error_failed(
			err, -ENOENT,
			"the compiler cannot start: libbcc is not installed (package libbpfcc)");
	why = why ? why + sizeof(loader) - 1 : said;
	struct rlimit room;

	if (strstr(why, "failed to map segment") && getrlimit(RLIMIT_AS, &room) == 0 &&
	    room.rlim_cur != RLIM_INFINITY)
		return error_failed(
			err, -ENOENT,
			"the compiler cannot start: no more than %llu kB of address space "
			"are allowed (ulimit -v); 300000 are enough for "
			"most texts",
			(unsigned long long)room.rlim_cur >> 10);
	return error_failed(err, -ENOENT, "the compiler cannot start: %.*s",
			    (int)strcspn(why, "\n"), why);
}

/* How it ended, as an errno and a line; its own words are added where they say more. */
static int job_verdict(const struct job *job, const struct compile_options *options,
		       struct error *err)
{
	const char *file = options->file;
	int status = job->status;
	const char *said = buf_string(&job->said);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status) && diagnostics_has_error(said))
		return error_failed(err, -EINVAL, "%s does not compile", file);
	if (WIFSIGNALED(status))
		return error_failed(
			err, -EIO,
			"the compiler crashed on %s (signal %d, %s): libbcc cannot take "
			"something in it; what was written last is the first to leave out",
			file, WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) >= 126)
		return never_started(said, err);
	if (strstr(said, "Unable to find kernel headers"))
		return error_failed(
			err, -ENOENT,
			"no headers for this kernel: install them or give --kernel-headers DIR");
	const struct too_new *headers = too_new_find(said);

	if (headers)
		return error_failed(
			err, -EINVAL,
			"%s does not compile: the kernel's headers, of %s or later, are "
			"too new for the libbcc that is installed; version %s or later "
			"mends that",
			file, headers->since, headers->mended);
	if (!job->formats)
		return error_failed(err, -EINVAL,
				    "%s does not compile; it names tracepoints, whose formats in "
				    "%s we may not read: try sudo",
				    file, options->tracefs);
	return error_failed(err, -EINVAL, "%s does not compile", file);
}

static int job_end(struct job *job, const struct compile_options *options, struct object *object,
		   struct error *err)
{
	int rc = job_listen(job, options);

	if (rc < 0)
		kill(job->pid, SIGKILL);
	while (!job->reaped && waitpid(job->pid, &job->status, 0) < 0 && errno == EINTR)
		;
	if (rc == -ETIMEDOUT)
		return error_failed(err, rc, "the compiler took more than %u s on %s and was ended",
				    seconds_of(options), options->file);
	if (rc == -EINTR || (options->stop && *options->stop))
		return error_failed(err, -EINTR, "interrupted while compiling");
	rc = job_verdict(job, options, err);
	if (rc < 0) {
		if (rc != -ENOENT)
			error_detail(err, diagnostics_clean(buf_string(&job->said), options->file,
							    options->source));
		return rc;
	}
	if (job->said.len && say_verbosity > 0) {
		char *warnings =
			diagnostics_clean(buf_string(&job->said), options->file, options->source);

		say_detail("the compiler says:\n%s", warnings ? warnings : "");
		free(warnings);
	}
	struct error why = {0};

	lseek(job->object, 0, SEEK_SET);
	rc = object_read_fd(job->object, object, &why);
	if (rc < 0)
		error_failed(err, rc, "what the compiler made of %s is %s; install kwhile whole",
			     options->file, why.text);
	error_clear(&why);
	return rc;
}

/* One run of the compiler; @said gets its words. */
static int compile_once(const char *text, const struct compile_options *options,
			struct object *object, struct buf *said, struct error *err)
{
	struct job job = {.pid = -1, .text = -1, .object = -1, .diagnostics = -1};
	int rc;

	job.text = text_memfd(text);
	if (job.text < 0)
		return error_failed(err, job.text, "cannot start the compiler: %s",
				    strerror(-job.text));
	job.formats = formats_readable(text, options->tracefs);
	rc = sandbox_prepare(text, options->beside, options->tracefs, options->headers,
			     &job.sandbox);
	if (rc < 0)
		error_nomem(err);
	if (rc == 0)
		rc = job_spawn(&job, options, err);
	if (rc == 0)
		rc = job_end(&job, options, object, err);
	close(job.text);
	if (job.object >= 0)
		close(job.object);
	if (job.diagnostics >= 0)
		close(job.diagnostics);
	sandbox_free(&job.sandbox);
	*said = job.said;
	return rc;
}

/* Once more with what its headers lacked; @said is from the time before, and then from this. */
static int compile_mended(const char *text, const struct compile_options *options,
			  const struct mending *m, struct object *object, struct buf *said,
			  struct error *err)
{
	struct compile_options more = *options;
	char *mended = too_new_text(m, text);
	size_t n = 0;

	while (options->cflags && options->cflags[n])
		n++;
	const char **cflags = calloc(n + 2, sizeof(*cflags));
	int rc = -ENOMEM;

	if (mended && cflags) {
		for (size_t i = 0; i < n; i++)
			cflags[i] = options->cflags[i];
		cflags[n] = m->argument ? TOO_NEW_ARGUMENT : NULL;
		more.cflags = cflags;
		error_clear(err);
		buf_free(said);
		rc = compile_once(mended, &more, object, said, err);
	}
	if (rc == 0)
		say_detail("the kernel's headers are newer than libbcc: %u name%s declared for "
			   "them%s",
			   m->n, m->n == 1 ? "" : "s", m->argument ? ", " TOO_NEW_ARGUMENT : "");
	free(mended);
	free(cflags);
	return rc;
}

int compile(const char *text, const struct compile_options *options, struct object *object,
	    struct error *err)
{
	struct mending mending = {0};
	struct buf said = {0};
	int rc = compile_once(text, options, object, &said, err);

	/* What lacks one thing may be read as far as the next: each time less is left. */
	for (int i = 0; i < MOST_MENDINGS && rc == -EINVAL; i++) {
		if (!too_new_mend(&mending, buf_string(&said), text))
			break;
		rc = compile_mended(text, options, &mending, object, &said, err);
	}
	buf_free(&mending.declarations);
	buf_free(&said);
	return rc == -ENOMEM ? error_nomem(err) : rc;
}
