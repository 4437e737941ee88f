/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What addresses are called: lists of names, mappings that change, processes that fork, exec and
 * end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "symbol/elf_file.h"
#include "symbol/elf_names.h"
#include "symbol/kernel_names.h"
#include "symbol/list_names.h"
#include "symbol/processes.h"

/* Bytes that are allocated; the sanitizers' own allocator tells mallinfo2() nothing. */
#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

static size_t memory_used(void)
{
#ifdef __SANITIZE_ADDRESS__
	return __sanitizer_get_current_allocated_bytes();
#else
	return mallinfo2().uordblks;
#endif
}

static struct list_names *list(const char *text, enum list_form form)
{
	struct list_names *names;

	assert_int_equal(list_names_parse(strdup(text), form, &names), 0);
	return names;
}

static void test_kallsyms(void **state)
{
	struct list_names *names = list("ffffffff81000100 T second\n"
					"ffffffff81000000 T first\n"
					"ffffffff81000050 d data\n"
					"garbage\n"
					"ffffffffc0000000 t in_module\t[module]\n"
					"ffffffff81000100 t alias",
					LIST_KALLSYMS);

	(void)state;
	assert_string_equal(list_names_find(names, 0xffffffff81000000), "first");
	assert_string_equal(list_names_find(names, 0xffffffff81000099), "first");
	assert_non_null(list_names_find(names, 0xffffffff81000100));
	assert_string_equal(list_names_find(names, 0xffffffffc0000010), "in_module");
	assert_null(list_names_find(names, 0xffffffff80ffffff));
	list_names_free(names);
	/* Hidden addresses are no addresses. */
	names = list("0000000000000000 T first\n", LIST_KALLSYMS);
	assert_null(list_names_find(names, 5));
	list_names_free(names);
}

static void test_perf_map(void **state)
{
	struct list_names *names =
		list("7f00 10 Lfoo; bar\n7f20 10 old\n7f20 10 new\n7f30 0 empty\n"
		     "zz 10 bad\n7f40 10\n",
		     LIST_PERF_MAP);

	(void)state;
	assert_string_equal(list_names_find(names, 0x7f0f), "Lfoo; bar");
	assert_null(list_names_find(names, 0x7f10));
	assert_string_equal(list_names_find(names, 0x7f20), "new");
	assert_null(list_names_find(names, 0x7f30));
	assert_null(list_names_find(names, 0));
	list_names_free(names);
}

static struct mapping piece(uint64_t start, uint64_t end, uint64_t offset, char *path)
{
	return (struct mapping){
		.start = start, .end = end, .offset = offset, .executable = true, .path = path};
}

static void test_maps_put(void **state)
{
	static char a[] = "/a", b[] = "/b", c[] = "/c";
	struct maps maps = {0};
	struct mapping m;

	(void)state;
	m = piece(0x3000, 0x6000, 0x1000, a);
	assert_int_equal(maps_put(&maps, &m), 0);
	m = piece(0x1000, 0x2000, 0, b);
	assert_int_equal(maps_put(&maps, &m), 0);
	/* Over the end of b and the beginning of a. */
	m = piece(0x1800, 0x4000, 0, c);
	assert_int_equal(maps_put(&maps, &m), 0);
	assert_int_equal(maps.n, 3);
	assert_int_equal(maps.list[0].end, 0x1800);
	assert_string_equal(maps_find(&maps, 0x17ff)->path, "/b");
	assert_string_equal(maps_find(&maps, 0x1800)->path, "/c");
	assert_string_equal(maps_find(&maps, 0x4000)->path, "/a");
	assert_int_equal(maps_find(&maps, 0x4000)->offset, 0x2000);
	assert_null(maps_find(&maps, 0x6000));
	m = piece(0, 0x10000, 0, b);
	assert_int_equal(maps_put(&maps, &m), 0);
	assert_int_equal(maps.n, 1);
	/* In its middle, as where code is patched: it goes on behind it. */
	m = piece(0x4000, 0x5000, 0, c);
	assert_int_equal(maps_put(&maps, &m), 0);
	assert_int_equal(maps.n, 3);
	assert_string_equal(maps_find(&maps, 0x3fff)->path, "/b");
	assert_string_equal(maps_find(&maps, 0x4000)->path, "/c");
	assert_string_equal(maps_find(&maps, 0x5000)->path, "/b");
	assert_int_equal(maps_find(&maps, 0x5000)->offset, 0x5000);
	/* Over the ends of two, and all that is between them. */
	m = piece(0x3000, 0x6000, 0, a);
	assert_int_equal(maps_put(&maps, &m), 0);
	assert_int_equal(maps.n, 3);
	assert_string_equal(maps_find(&maps, 0x2fff)->path, "/b");
	assert_string_equal(maps_find(&maps, 0x5fff)->path, "/a");
	assert_int_equal(maps_find(&maps, 0x6000)->offset, 0x6000);
	maps_free(&maps);
}

static bool name_is(struct processes *all, pid_t pid, uint64_t address, const char *wanted)
{
	struct buf name = {0};

	processes_name(all, pid, address, &name);
	bool same = strcmp(buf_string(&name), wanted) == 0;

	if (!same)
		print_message("%s, not %s\n", buf_string(&name), wanted);
	buf_free(&name);
	return same;
}

static void test_self(void **state)
{
	struct processes *all = processes_new();
	uint64_t here = (uintptr_t)test_self;

	(void)state;
	assert_true(name_is(all, getpid(), here + 4, "test_self"));
	assert_true(name_is(all, getpid(), 16, "0x10"));
	assert_true(name_is(all, 0x7ffffff0, 16, "0x10"));
	processes_free(all);
}

/* What was told of a process that never was: it stays for a tick after its end, and then goes. */
static void test_told(void **state)
{
	static char file[] = "/nosuch/lib.so";
	struct processes *all = processes_new();
	const pid_t parent = 0x7ffffff0, child = 0x7ffffff1;
	struct mapping m = piece(0x1000, 0x2000, 0x5000, file);

	(void)state;
	processes_execed(all, parent);
	processes_mapped(all, parent, &m);
	assert_true(name_is(all, parent, 0x1010, "lib.so+0x5010"));
	processes_forked(all, parent, child);
	assert_true(name_is(all, child, 0x1010, "lib.so+0x5010"));
	processes_ended(all, child);
	processes_tick(all);
	assert_true(name_is(all, child, 0x1010, "lib.so+0x5010"));
	processes_tick(all);
	processes_tick(all);
	assert_true(name_is(all, child, 0x1010, "0x1010"));
	processes_execed(all, parent);
	assert_true(name_is(all, parent, 0x1010, "0x1010"));
	processes_free(all);
}

/* A process that was another program, and one that has the number of another: stacks are of either.
 */
static void test_replaced(void **state)
{
	static char first[] = "/nosuch/first", second[] = "/nosuch/second",
		    third[] = "/nosuch/third";
	const uint64_t of_first[] = {0x1010, 0x9010}, of_second[] = {0x1010, 0x8010};
	struct processes *all = processes_new();
	const pid_t pid = 0x7ffffff0, parent = 0x7ffffff1;
	struct mapping m = piece(0x1000, 0x2000, 0, first);

	(void)state;
	processes_execed(all, pid);
	processes_mapped(all, pid, &m);
	m = piece(0x9000, 0xa000, 0, first);
	processes_mapped(all, pid, &m);
	processes_execed(all, pid);
	m = piece(0x1000, 0x2000, 0x100, second);
	processes_mapped(all, pid, &m);
	m = piece(0x8000, 0x9000, 0x100, second);
	processes_mapped(all, pid, &m);
	assert_true(name_is(all, pid, 0x1010, "second+0x110"));
	processes_stack(all, pid, of_first, 2);
	assert_true(name_is(all, pid, 0x1010, "first+0x10"));
	assert_true(name_is(all, pid, 0x9010, "first+0x10"));
	processes_stack(all, pid, of_second, 2);
	assert_true(name_is(all, pid, 0x1010, "second+0x110"));
	/* What both have mapped is the later one's. */
	processes_stack(all, pid, of_first, 1);
	assert_true(name_is(all, pid, 0x1010, "second+0x110"));
	processes_tick(all);
	processes_stack(all, pid, of_first, 2);
	assert_true(name_is(all, pid, 0x9010, "first+0x10"));
	processes_tick(all);
	processes_stack(all, pid, of_first, 2);
	assert_true(name_is(all, pid, 0x9010, "0x9010"));
	assert_true(name_is(all, pid, 0x1010, "second+0x110"));
	/* It ends, and its number comes again. */
	processes_ended(all, pid);
	processes_execed(all, parent);
	m = piece(0x5000, 0x6000, 0, third);
	processes_mapped(all, parent, &m);
	processes_forked(all, parent, pid);
	assert_true(name_is(all, pid, 0x5010, "third+0x10"));
	processes_stack(all, pid, of_second, 2);
	assert_true(name_is(all, pid, 0x8010, "second+0x110"));
	/* A process that starts anew again and again. */
	for (int i = 0; i < 100; i++) {
		processes_execed(all, pid);
		m = piece(0x1000 * (1 + (uint64_t)i), 0x1000 * (2 + (uint64_t)i), 0, first);
		processes_mapped(all, pid, &m);
	}
	const uint64_t recent = 0x1000 * 90, old = 0x1000 * 9;

	processes_stack(all, pid, &recent, 1);
	assert_true(name_is(all, pid, recent, "first+0x0"));
	processes_stack(all, pid, &old, 1);
	assert_true(name_is(all, pid, old, "0x9000"));
	processes_free(all);
}

/* What was heard of a process that runs, and is not so. */
static void test_read_again(void **state)
{
	static char file[] = "/nosuch/lib.so";
	struct processes *all = processes_new();
	const pid_t ended = 0x7ffffff0;
	struct mapping m = piece(0x1000, 0x2000, 0, file);
	uint64_t here = (uintptr_t)test_read_again;

	(void)state;
	processes_execed(all, getpid());
	processes_mapped(all, getpid(), &m);
	processes_execed(all, ended);
	processes_mapped(all, ended, &m);
	assert_true(name_is(all, getpid(), 0x1010, "lib.so+0x10"));
	processes_read_again(all);
	assert_true(name_is(all, getpid(), 0x1010, "0x1010"));
	assert_true(name_is(all, getpid(), here + 4, "test_read_again"));
	assert_true(name_is(all, ended, 0x1010, "lib.so+0x10"));
	processes_tick(all);
	processes_tick(all);
	processes_tick(all);
	assert_true(name_is(all, ended, 0x1010, "0x1010"));
	processes_free(all);
}

/* What a process no longer maps is not heard: one that maps its code anew for ever is read again.
 */
static void test_mappings_do_not_add_up(void **state)
{
	static char file[] = "/nosuch/code";
	struct processes *all = processes_new();
	size_t early = 0;

	(void)state;
	processes_execed(all, getpid());
	for (uint64_t i = 1; i <= 50000; i++) {
		struct mapping m = piece(i << 16, (i << 16) + 4096, 0, file);

		processes_mapped(all, getpid(), &m);
		if (i == 10000)
			early = memory_used();
	}
	assert_true(memory_used() <= early + 500000);
	assert_true(name_is(all, getpid(), (uintptr_t)test_told + 4, "test_told"));
	processes_free(all);
}

/* As many mappings as a process may have: its children have them too, and soon. */
static void test_many_mappings_are_inherited(void **state)
{
	static char file[] = "/nosuch/code";
	struct processes *all = processes_new();
	const pid_t parent = 0x7ffffff0;

	(void)state;
	alarm(60);
	processes_execed(all, parent);
	for (uint64_t i = 1; i <= 60000; i++) {
		struct mapping m = piece(i << 16, (i << 16) + 4096, 0, file);

		processes_mapped(all, parent, &m);
	}
	for (pid_t child = parent + 1; child < parent + 10; child++)
		processes_forked(all, parent, child);
	assert_true(name_is(all, parent + 9, (60000ull << 16) + 8, "code+0x8"));
	processes_free(all);
	alarm(0);
}

/* However many end in one interval, the last of them are remembered, and no more. */
static void test_ended_are_bounded(void **state)
{
	static char file[] = "/nosuch/lib.so";
	struct processes *all = processes_new();
	struct mapping m = piece(0x1000, 0x2000, 0, file);
	const pid_t parent = 0x7fff0000;
	size_t early = 0;

	(void)state;
	processes_execed(all, parent);
	processes_mapped(all, parent, &m);
	for (pid_t i = 1; i <= 60000; i++) {
		processes_forked(all, parent, parent - i);
		processes_ended(all, parent - i);
		if (i == 20000)
			early = memory_used();
	}
	assert_true(memory_used() <= early + 4096);
	assert_true(name_is(all, parent - 60000, 0x1010, "lib.so+0x10"));
	assert_true(name_is(all, parent - 50000, 0x1010, "lib.so+0x10"));
	assert_true(name_is(all, parent, 0x1010, "lib.so+0x10"));
	/* Those that are asked for and were never there are remembered no longer. */
	for (pid_t i = 1; i <= 20000; i++)
		assert_true(name_is(all, parent - 100000 - i, 0x1010, "0x1010"));
	for (int i = 0; i < 3; i++)
		processes_tick(all);
	assert_true(memory_used() <= early / 2);
	processes_free(all);
}

/* Where nobody tells, a process is looked at again; and forgotten when it is not asked for. */
static void test_unheard(void **state)
{
	struct processes *all = processes_new();
	int fd = open("/etc/passwd", O_RDONLY);
	struct buf none = {0};
	pid_t children[50];

	(void)state;
	processes_unheard(all);
	assert_true(name_is(all, getpid(), 16, "0x10"));
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	assert_true(at != MAP_FAILED);
	close(fd);
	assert_true(name_is(all, getpid(), (uintptr_t)at + 8, "passwd+0x8"));
	munmap(at, 4096);
	processes_tick(all);
	processes_name(all, getpid(), (uintptr_t)at + 8, &none);
	assert_null(strchr(buf_string(&none), '+'));
	buf_free(&none);
	size_t before = memory_used();

	for (int i = 0; i < 50; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
			_exit(0);
		}
		assert_true(name_is(all, children[i], 16, "0x10"));
	}
	size_t most = memory_used();

	for (int i = 0; i < 3; i++)
		processes_tick(all);
	assert_true(most >= before + 20000);
	assert_true(memory_used() <= before + (most - before) / 4);
	for (int i = 0; i < 50; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	processes_free(all);
}

static void *last_thread(void *started)
{
	assert_int_equal(write(*(int *)started, "x", 1), 1);
	pause();
	return NULL;
}

/* A process goes on without its first thread, and has its functions until the last has ended. */
static void test_first_thread_ends(void **state)
{
	const uint64_t here = (uintptr_t)test_first_thread_ends + 4;
	struct processes *all = processes_new();
	pid_t child;
	char text[64];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		pthread_t thread;

		pthread_create(&thread, NULL, last_thread, &ends[1]);
		pthread_exit(NULL);
	}
	assert_int_equal(read(ends[0], text, 1), 1);
	/* Until its first thread has no memory any more. */
	for (int i = 0; i < 1000; i++) {
		struct maps maps;

		assert_int_equal(maps_read(child, false, &maps), 0);
		bool gone = maps.n == 0;

		maps_free(&maps);
		if (gone)
			break;
		usleep(10000);
	}
	assert_true(name_is(all, child, here, "test_first_thread_ends"));
	processes_ended(all, child);
	for (int i = 0; i < 4; i++) {
		processes_tick(all);
		assert_true(name_is(all, child, here, "test_first_thread_ends"));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int i = 0; i < 4; i++)
		processes_tick(all);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)here);
	assert_true(name_is(all, child, here, text));
	close(ends[0]);
	close(ends[1]);
	processes_free(all);
}

/* The map of a process that never was, with what stands in it. */
static char jit_path[64], linked[64];
static pid_t jit_pid;

static struct processes *jit_new(const char *text)
{
	static char none[] = "";
	struct processes *all = processes_new();
	struct mapping m = piece(0x1000, 0x2000, 0, none);
	FILE *f;

	/* As another test's no process has it: more than there can be. */
	jit_pid = (1 << 30) + getpid();
	snprintf(jit_path, sizeof(jit_path), "/tmp/perf-%d.map", (int)jit_pid);
	snprintf(linked, sizeof(linked), "/tmp/kwhile-jit-%d", (int)jit_pid);
	unlink(jit_path);
	f = fopen(jit_path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	processes_execed(all, jit_pid);
	processes_mapped(all, jit_pid, &m);
	return all;
}

static void test_jit(void **state)
{
	struct processes *all = jit_new("1000 10 one\n");

	(void)state;
	assert_true(name_is(all, jit_pid, 0x1001, "one"));
	processes_free(all);
	/* Of a user whom it has nothing to do with. */
	all = jit_new("1000 10 planted\n");
	if (geteuid() == 0) {
		assert_int_equal(chown(jit_path, 65534, 65534), 0);
		assert_true(name_is(all, jit_pid, 0x1001, "0x1001"));
	}
	processes_free(all);
	/* A link that root made leads to a map; one that somebody else made may lead anywhere. */
	all = jit_new("1000 10 linked\n");
	assert_int_equal(rename(jit_path, linked), 0);
	assert_int_equal(symlink(linked, jit_path), 0);
	assert_true(name_is(all, jit_pid, 0x1001, "linked"));
	processes_free(all);
	all = jit_new("");
	unlink(jit_path);
	assert_int_equal(symlink(linked, jit_path), 0);
	if (geteuid() == 0) {
		assert_int_equal(lchown(jit_path, 65534, 65534), 0);
		assert_true(name_is(all, jit_pid, 0x1001, "0x1001"));
	}
	processes_free(all);
	unlink(linked);
	unlink(jit_path);
}

/* A FIFO that takes the place of a map: nobody will ever write to it. */
static void test_jit_that_never_ends(void **state)
{
	struct processes *all = jit_new("1000 10 one\n");

	(void)state;
	assert_true(name_is(all, jit_pid, 0x1001, "one"));
	unlink(jit_path);
	assert_int_equal(mkfifo(jit_path, 0666), 0);
	processes_tick(all);
	alarm(10);
	assert_true(name_is(all, jit_pid, 0x1001, "one"));
	alarm(0);
	unlink(jit_path);
	processes_free(all);
}

/* Does it sleep? Once it does, it is in open(). */
static bool sleeps(pid_t pid)
{
	char path[64], text[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *stat = fopen(path, "r");

	assert_non_null(stat);
	size_t n = fread(text, 1, sizeof(text) - 1, stat);

	fclose(stat);
	return n && strstr(text, ") S ");
}

/* Has whoever waits for a reader of that FIFO found one within that time? */
static bool opened(const char *path, void (*by)(const char *path), unsigned ms)
{
	const struct timespec nap = {.tv_nsec = 10000000};
	pid_t child = fork();

	if (child == 0) {
		int fd = open(path, O_WRONLY);

		_exit(fd < 0);
	}
	for (int i = 0; i < 1000 && !sleeps(child); i++)
		nanosleep(&nap, NULL);
	by(path);
	bool found = false;

	for (unsigned past = 0; past < ms && !found; past += 10) {
		nanosleep(&nap, NULL);
		found = waitpid(child, NULL, WNOHANG) == child;
	}
	if (!found) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return found;
}

static void read_as_file(const char *path)
{
	struct elf_names *names;

	assert_true(elf_names_read(path, 0, &names) < 0);
}

static void just_open(const char *path)
{
	close(open(path, O_RDONLY | O_NONBLOCK));
}

/* A process may map a device; to look whether it is a file we do not open it. */
static void test_only_files_are_opened(void **state)
{
	char path[] = "/tmp/kwhile-fifo-XXXXXX";

	(void)state;
	close(mkstemp(path));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true(opened(path, just_open, 10000));
	assert_false(opened(path, read_as_file, 200));
	unlink(path);
}

static void test_elf_names(void **state)
{
	char name[ELF_NAME_MAX + 1];
	struct elf_names *names;

	(void)state;
	assert_int_equal(elf_names_read("/proc/self/exe", 0, &names), 0);
	assert_false(elf_names_find(names, 0, name));
	assert_in_range(elf_names_bytes(names), 1000, 1 << 20);
	elf_names_free(names);
	assert_true(elf_names_read("/proc/self/exe", 1, &names) < 0);
	assert_true(elf_names_read("/etc/passwd", 0, &names) < 0);
}

struct vdso {
	struct processes *all;
	uint64_t base;
	size_t n;
};

/* Some functions have several names: what is said is one of them. */
static int vdso_named(void *ctx, const struct elf_function *function)
{
	struct vdso *v = ctx;
	struct buf name = {0};

	assert_true(processes_name(v->all, getpid(), v->base + function->address, &name));
	assert_null(strchr(buf_string(&name), '+'));
	if (strncmp(buf_string(&name), function->name, function->len) == 0)
		v->n++;
	buf_free(&name);
	return 0;
}

static void test_vdso(void **state)
{
	struct vdso v = {.all = processes_new(), .base = getauxval(AT_SYSINFO_EHDR)};
	struct error err = {0};
	struct elf_file *file;

	(void)state;
	/* Its sections are in its first page or two; libelf looks no further than the size it is
	 * told. */
	assert_int_equal(elf_file_image((const char *)v.base, 8192, "vdso", &file, &err), 0);
	assert_int_equal(elf_file_each(file, vdso_named, &v), 0);
	assert_true(v.n >= 3);
	elf_file_close(file);
	processes_free(v.all);
}

/* What a thousand files of processes that have ended left is not kept for ever. */
static void test_modules_are_forgotten(void **state)
{
	struct processes *all = processes_new();
	const pid_t pid = 0x7ffffff0;
	size_t early = 0;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char path[32], wanted[40];
		struct mapping m = piece(0x1000, 0x2000, 0, path);

		snprintf(path, sizeof(path), "/nosuch/%d", round);
		snprintf(wanted, sizeof(wanted), "%d+0x10", round);
		processes_execed(all, pid);
		processes_mapped(all, pid, &m);
		assert_true(name_is(all, pid, 0x1010, wanted));
		processes_tick(all);
		if (round == 1000)
			early = memory_used();
	}
	assert_true(memory_used() <= early + 4096);
	processes_free(all);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Modules come and go during a run. That one is used more often changes no address. */
static void test_kernel_names(void **state)
{
	char dir[] = "/tmp/kwhile-kernel-XXXXXX", kallsyms[64], modules[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(kallsyms, sizeof(kallsyms), "%s/kallsyms", dir);
	snprintf(modules, sizeof(modules), "%s/modules", dir);
	struct kernel_names names = {.kallsyms = kallsyms, .modules = modules};

	write_file(kallsyms, "ffffffff81000000 T first\n");
	write_file(modules, "dummy 16384 0 - Live 0xffffffffc0000000\n");
	assert_string_equal(kernel_names_find(&names, 0xffffffffc1000010), "first");
	write_file(kallsyms, "ffffffff81000000 T first\nffffffffc1000000 t added\t[new]\n");
	write_file(modules, "dummy 16384 7 new, Live 0xffffffffc0000000\n");
	kernel_names_tick(&names);
	assert_string_equal(kernel_names_find(&names, 0xffffffffc1000010), "first");
	write_file(modules, "new 16384 0 - Live 0xffffffffc1000000 (OE)\n"
			    "dummy 16384 7 new, Live 0xffffffffc0000000\n");
	assert_string_equal(kernel_names_find(&names, 0xffffffffc1000010), "first");
	kernel_names_tick(&names);
	assert_string_equal(kernel_names_find(&names, 0xffffffffc1000010), "added");
	/* Loaded once more, elsewhere. */
	write_file(kallsyms, "ffffffff81000000 T first\nffffffffc2000000 t added\t[new]\n");
	write_file(modules, "new 16384 0 - Live 0xffffffffc2000000 (OE)\n"
			    "dummy 16384 7 new, Live 0xffffffffc0000000\n");
	kernel_names_tick(&names);
	assert_string_equal(kernel_names_find(&names, 0xffffffffc1000010), "first");
	unlink(kallsyms);
	unlink(modules);
	kernel_names_tick(&names);
	assert_null(kernel_names_find(&names, 0xffffffffc1000010));
	kernel_names_free(&names);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_names),
		cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_perf_map),
		cmocka_unit_test(test_maps_put),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_mappings_do_not_add_up),
		cmocka_unit_test(test_many_mappings_are_inherited),
		cmocka_unit_test(test_ended_are_bounded),
		cmocka_unit_test(test_unheard),
		cmocka_unit_test(test_first_thread_ends),
		cmocka_unit_test(test_jit),
		cmocka_unit_test(test_jit_that_never_ends),
		cmocka_unit_test(test_only_files_are_opened),
		cmocka_unit_test(test_elf_names),
		cmocka_unit_test(test_vdso),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_modules_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
