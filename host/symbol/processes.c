/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/processes.h"

#include <dirent.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "symbol/demangle.h"
#include "symbol/list_names.h"
#include "symbol/modules.h"
#include "symbol/roots.h"

struct process {
	pid_t pid;
	bool known;	   /* its mappings are all there */
	unsigned ended;	   /* so many ticks ago, + 1; 0: it runs */
	struct maps maps;  /* in the order of addresses */
	struct root *root; /* NULL: it sees the files that we see */
	int number;	   /* in its own pid namespace; 0: not known */
	struct list_names *jit;
	off_t jit_size;
	unsigned jit_tick; /* when it was looked at last */
};

struct processes {
	void *by_pid; /* tsearch tree of struct process */
	struct modules *modules;
	struct roots roots;
	unsigned tick; /* from 1 */
	struct list_names *kernel;
	bool kernel_read;
	struct process **gone; /* found while walking */
	size_t ngone;
};

/* A path, and ahead of it where its root is. */
#define FILE_ROOM 4200

static int compare_pids(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

struct processes *processes_new(void)
{
	struct processes *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	all->tick = 1;
	all->modules = modules_new();
	if (all->modules)
		return all;
	free(all);
	return NULL;
}

static void process_free(void *node)
{
	struct process *p = node;

	maps_free(&p->maps);
	list_names_free(p->jit);
	root_drop(p->root);
	free(p);
}

static struct process *process_find(struct processes *all, pid_t pid)
{
	const struct process key = {.pid = pid};
	struct process **found = tfind(&key, &all->by_pid, compare_pids);

	return found ? *found : NULL;
}

static struct process *process_of(struct processes *all, pid_t pid)
{
	struct process *p = process_find(all, pid);

	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->pid = pid;
	if (tsearch(p, &all->by_pid, compare_pids))
		return p;
	free(p);
	return NULL;
}

static void process_empty(struct process *p)
{
	maps_free(&p->maps);
	list_names_free(p->jit);
	p->jit = NULL;
	p->jit_size = 0;
	p->jit_tick = 0;
}

/* The number that a process has in its own namespace, by which it names its map; 0: it has ended.
 */
static int own_number(pid_t pid)
{
	struct buf text = {0};
	char path[64];
	int number = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (buf_read_file(&text, path, 65536) == 0) {
		const char *line = strstr(buf_string(&text), "\nNStgid:");
		const char *end = line ? strchr(line + 1, '\n') : NULL;

		while (end && end > line && strchr("0123456789", end[-1]))
			end--;
		if (end)
			number = (int)strtol(end, NULL, 10);
	}
	buf_free(&text);
	return number;
}

/* What it sees, as long as it is there: of one that has ended, what was seen last stays true. */
static void read_view(struct processes *all, struct process *p)
{
	int number = own_number(p->pid);
	struct root *root;

	if (number)
		p->number = number;
	if (root_of(&all->roots, p->pid, &root) < 0)
		return;
	root_drop(p->root);
	p->root = root;
}

static void process_read(struct processes *all, struct process *p)
{
	if (p->known || maps_read(p->pid, false, &p->maps) < 0)
		return;
	p->known = true;
	read_view(all, p);
}

void processes_read(struct processes *all)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		struct process *p = pid > 0 ? process_of(all, pid) : NULL;

		if (p)
			process_read(all, p);
	}
	if (proc)
		closedir(proc);
}

static void read_anew(const void *node, VISIT which, void *closure)
{
	struct process *p = *(struct process *const *)node;
	struct maps maps;

	if (which != postorder && which != leaf)
		return;
	/* One that has ended and is not waited for yet has none. */
	if (maps_read(p->pid, false, &maps) == 0 && maps.n) {
		process_empty(p);
		p->maps = maps;
		p->known = true;
		p->ended = 0;
		read_view(closure, p);
	} else if (!p->ended) {
		p->ended = 1;
	}
}

void processes_read_again(struct processes *all)
{
	twalk_r(all->by_pid, read_anew, all);
	processes_read(all);
}

void processes_execed(struct processes *all, pid_t pid)
{
	struct process *p = process_of(all, pid);

	if (!p)
		return;
	process_empty(p);
	p->known = true;
	p->ended = 0;
	read_view(all, p);
}

void processes_mapped(struct processes *all, pid_t pid, const struct mapping *mapping)
{
	struct process *p = process_find(all, pid);

	/* One that is not known yet will be read whole when it is asked for. */
	if (p && p->known)
		maps_put(&p->maps, mapping);
}

void processes_forked(struct processes *all, pid_t parent, pid_t child)
{
	struct process *from = process_of(all, parent), *to = process_of(all, child);

	if (!from || !to)
		return;
	/* Its parent's mappings are its own: read them while it is there. */
	process_read(all, from);
	process_empty(to);
	to->ended = 0;
	to->known = from->known;
	root_drop(to->root);
	to->root = root_hold(from->root);
	to->number = 0;
	for (size_t i = 0; i < from->maps.n; i++)
		maps_put(&to->maps, &from->maps.list[i]);
}

void processes_ended(struct processes *all, pid_t pid)
{
	struct process *p = process_find(all, pid);

	if (p)
		p->ended = 1;
}

static void age(const void *node, VISIT which, void *closure)
{
	struct processes *all = closure;
	struct process *p = *(struct process *const *)node;

	if ((which != postorder && which != leaf) || !p->ended)
		return;
	if (p->ended++ < 2)
		return;
	struct process **more = reallocarray(all->gone, all->ngone + 1, sizeof(*more));

	if (more) {
		all->gone = more;
		more[all->ngone++] = p;
	}
}

void processes_tick(struct processes *all)
{
	all->tick++;
	modules_tick(all->modules);
	twalk_r(all->by_pid, age, all);
	for (size_t i = 0; i < all->ngone; i++) {
		tdelete(all->gone[i], &all->by_pid, compare_pids);
		process_free(all->gone[i]);
	}
	free(all->gone);
	all->gone = NULL;
	all->ngone = 0;
}

static void add_name(struct buf *name, const char *symbol)
{
	char *plain = demangle(symbol, strlen(symbol));

	buf_adds(name, plain ? plain : symbol);
	free(plain);
}

/* Where a file of a process's is found, here. */
static void file_of(const struct process *p, const char *path, char *file, size_t size)
{
	if (p->root)
		root_file(p->root, path, file, size);
	else
		snprintf(file, size, "/proc/%d/root%s", (int)p->pid, path);
}

/* What a JIT has written of its code. It is looked at once a tick, and read again when it has
 * changed. */
static void read_jit(struct processes *all, struct process *p)
{
	char map[64], path[128];
	struct stat st;

	if (p->jit_tick == all->tick)
		return;
	p->jit_tick = all->tick;
	if (!p->number)
		read_view(all, p);
	snprintf(map, sizeof(map), "/tmp/perf-%d.map", p->number ? p->number : (int)p->pid);
	file_of(p, map, path, sizeof(path));
	if (stat(path, &st) < 0) {
		snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)p->pid);
		if (stat(path, &st) < 0)
			return;
	}
	if (st.st_size == p->jit_size)
		return;
	list_names_free(p->jit);
	p->jit = NULL;
	p->jit_size = st.st_size;
	list_names_read(path, LIST_PERF_MAP, &p->jit);
}

static const char *jit_name(struct processes *all, struct process *p, uint64_t address)
{
	read_jit(all, p);
	return p->jit ? list_names_find(p->jit, address) : NULL;
}

static bool kernel_name(struct processes *all, uint64_t address, struct buf *name)
{
	if (!all->kernel_read) {
		all->kernel_read = true;
		if (list_names_read("/proc/kallsyms", LIST_KALLSYMS, &all->kernel) < 0)
			all->kernel = NULL;
	}
	const char *symbol = all->kernel ? list_names_find(all->kernel, address) : NULL;

	if (symbol)
		buf_adds(name, symbol);
	else
		buf_addf(name, "0x%llx", (unsigned long long)address);
	return symbol;
}

static bool user_name(struct processes *all, struct process *p, uint64_t address, struct buf *name)
{
	const struct mapping *m = maps_find(&p->maps, address);
	const char *symbol = NULL;

	if (!m) {
		buf_addf(name, "0x%llx", (unsigned long long)address);
		return false;
	}
	uint64_t offset = address - m->start + m->offset;
	const char *slash = strrchr(m->path, '/');
	char own[ELF_NAME_MAX + 1], file[FILE_ROOM];

	file_of(p, m->path, file, sizeof(file));
	if (modules_name(all->modules, file, m, offset, own))
		symbol = own;
	else
		symbol = jit_name(all, p, address);
	if (symbol)
		add_name(name, symbol);
	else if (m->path[0] == '/' || m->path[0] == '[')
		buf_addf(name, "%s+0x%llx", slash ? slash + 1 : m->path,
			 (unsigned long long)offset);
	else
		buf_addf(name, "0x%llx", (unsigned long long)address);
	return symbol || m->path[0];
}

bool processes_name(struct processes *all, pid_t pid, uint64_t address, struct buf *name)
{
	if (!pid)
		return kernel_name(all, address, name);
	struct process *p = process_of(all, pid);

	if (p) {
		process_read(all, p);
		return user_name(all, p, address, name);
	}
	buf_addf(name, "0x%llx", (unsigned long long)address);
	return false;
}

void processes_free(struct processes *all)
{
	if (!all)
		return;
	tdestroy(all->by_pid, process_free);
	modules_free(all->modules);
	list_names_free(all->kernel);
	free(all);
}
