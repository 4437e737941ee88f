/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/processes.h"

#include <dirent.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/demangle.h"
#include "symbol/jit_map.h"
#include "symbol/list_names.h"
#include "symbol/modules.h"
#include "symbol/roots.h"

struct process {
	pid_t pid;
	bool known;	   /* its mappings are all there */
	unsigned ended;	   /* so many ticks ago, + 1; 0: it runs */
	unsigned asked;	   /* in which tick a name was asked for last */
	struct maps maps;  /* in the order of addresses */
	size_t most;	   /* mappings heard of it: with more it is read again */
	struct root *root; /* NULL: it sees the files that we see */
	int number;	   /* in its own pid namespace; 0: not known */
	uid_t user;	   /* (uid_t)-1: not known */
	struct jit_map jit;
	unsigned jit_tick; /* when it was looked at last */
};

/* Processes that have ended and are remembered, at most: 20 MB. */
#define ENDED_MOST 16384

struct processes {
	void *by_pid; /* tsearch tree of struct process */
	struct modules *modules;
	struct roots roots;
	unsigned tick; /* from 1 */
	bool unheard;
	struct list_names *kernel;
	bool kernel_read;
	struct process **gone; /* found while walking */
	size_t ngone;
	pid_t *ended; /* the last ENDED_MOST, in a ring */
	size_t nended;
};

/* A path, and ahead of it where its root is. */
#define FILE_ROOM 4200

/* So many more may be heard of than there were when the process was read. */
#define MAPPINGS_MORE 4096

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
	all->ended = calloc(ENDED_MOST, sizeof(*all->ended));
	if (all->modules && all->ended)
		return all;
	processes_free(all);
	return NULL;
}

static void process_free(void *node)
{
	struct process *p = node;

	maps_free(&p->maps);
	jit_map_free(&p->jit);
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
	p->user = (uid_t)-1;
	if (tsearch(p, &all->by_pid, compare_pids))
		return p;
	free(p);
	return NULL;
}

static void process_forget(struct processes *all, struct process *p)
{
	tdelete(p, &all->by_pid, compare_pids);
	process_free(p);
}

static void process_empty(struct process *p)
{
	maps_free(&p->maps);
	p->most = 0;
	jit_map_free(&p->jit);
	p->jit_tick = 0;
}

/* The last number of a line of /proc/PID/status, or -1. */
static long status_number(const char *status, const char *name)
{
	const char *line = strstr(status, name);
	const char *end = line ? line + strlen(name) + strcspn(line + strlen(name), "\n") : NULL;

	if (!line || end[-1] < '0' || end[-1] > '9')
		return -1;
	while (end[-1] >= '0' && end[-1] <= '9')
		end--;
	return strtol(end, NULL, 10);
}

/* The number that it has in its own namespace, by which it names its map, and the user that its
 * files belong to. */
static void read_status(struct process *p)
{
	struct buf text = {0};
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
	if (buf_read_file(&text, path, 65536) == 0) {
		long number = status_number(buf_string(&text), "\nNStgid:");
		long user = status_number(buf_string(&text), "\nUid:");

		if (number > 0)
			p->number = (int)number;
		if (user >= 0)
			p->user = (uid_t)user;
	}
	buf_free(&text);
}

/* What it sees, as long as it is there: of one that has ended, what was seen last stays true. */
static void read_view(struct processes *all, struct process *p)
{
	struct root *root;

	read_status(p);
	if (root_of(&all->roots, p->pid, &root) < 0)
		return;
	root_drop(p->root);
	p->root = root;
}

static void process_ended(struct processes *all, struct process *p)
{
	pid_t *slot = &all->ended[all->nended++ % ENDED_MOST];
	struct process *oldest = *slot ? process_find(all, *slot) : NULL;

	if (oldest && oldest->ended && oldest != p)
		process_forget(all, oldest);
	*slot = p->pid;
	p->ended = 1;
}

static void process_read(struct processes *all, struct process *p)
{
	if (p->known)
		return;
	if (maps_read(p->pid, false, &p->maps) < 0) {
		/* Nobody will tell its end. */
		if (!p->ended)
			process_ended(all, p);
		return;
	}
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

static bool same_program(const struct maps *a, const struct maps *b)
{
	return a->n && b->n && a->list[0].start == b->list[0].start &&
	       a->list[0].inode == b->list[0].inode &&
	       strcmp(a->list[0].path, b->list[0].path) == 0;
}

/* What it has mapped now. One that has ended and is not waited for yet has nothing. */
static bool process_read_anew(struct processes *all, struct process *p)
{
	struct maps maps;

	if (maps_read(p->pid, false, &maps) < 0)
		return false;
	if (!maps.n) {
		maps_free(&maps);
		return false;
	}
	if (same_program(&p->maps, &maps))
		maps_free(&p->maps);
	else
		process_empty(p);
	p->maps = maps;
	p->known = true;
	p->ended = 0;
	read_view(all, p);
	return true;
}

static void read_anew(const void *node, VISIT which, void *closure)
{
	struct processes *all = closure;
	struct process *p = *(struct process *const *)node;

	if (which != postorder && which != leaf)
		return;
	if (!process_read_anew(all, p) && !p->ended)
		p->ended = 1;
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
	if (!p || !p->known)
		return;
	maps_put(&p->maps, mapping);
	/* What it unmaps is not heard. */
	if (p->maps.n <= p->most + MAPPINGS_MORE)
		return;
	process_read_anew(all, p);
	p->most = p->maps.n;
}

void processes_forked(struct processes *all, pid_t parent, pid_t child)
{
	struct process *from = process_of(all, parent), *to = process_of(all, child);

	if (!from || !to)
		return;
	/* A number that is used again: it must not be forgotten meanwhile. */
	to->ended = 0;
	/* Its parent's mappings are its own: read them while it is there. */
	process_read(all, from);
	process_empty(to);
	to->known = from->known;
	root_drop(to->root);
	to->root = root_hold(from->root);
	to->number = 0;
	to->user = from->user;
	if (maps_copy(&from->maps, &to->maps) < 0)
		to->known = false;
	to->most = from->most;
}

void processes_ended(struct processes *all, pid_t pid)
{
	struct process *p = process_find(all, pid);

	if (p)
		process_ended(all, p);
}

void processes_unheard(struct processes *all)
{
	all->unheard = true;
}

static void age(const void *node, VISIT which, void *closure)
{
	struct processes *all = closure;
	struct process *p = *(struct process *const *)node;

	if (which != postorder && which != leaf)
		return;
	bool ended = p->ended && p->ended++ >= 2;

	/* Those that are not asked for are not looked at: they may have ended. */
	if (!ended && !(all->unheard && all->tick - p->asked > 2))
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
	for (size_t i = 0; i < all->ngone; i++)
		process_forget(all, all->gone[i]);
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

/* It is looked at once a tick. */
static const char *jit_name(struct processes *all, struct process *p, uint64_t address)
{
	char map[64], path[128];

	if (p->jit_tick == all->tick)
		return jit_map_find(&p->jit, address);
	p->jit_tick = all->tick;
	read_status(p);
	snprintf(map, sizeof(map), "/tmp/perf-%d.map", p->number ? p->number : (int)p->pid);
	file_of(p, map, path, sizeof(path));
	if (!jit_map_read(&p->jit, path, !p->root, p->user)) {
		snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)p->pid);
		jit_map_read(&p->jit, path, true, p->user);
	}
	return jit_map_find(&p->jit, address);
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

/* Its mappings, as new as they must be. */
static void process_look(struct processes *all, struct process *p, uint64_t address)
{
	bool first = p->asked != all->tick;

	p->asked = all->tick;
	if (!p->known || !all->unheard)
		process_read(all, p);
	else if ((first || !maps_find(&p->maps, address)) && !process_read_anew(all, p) &&
		 !p->ended)
		process_ended(all, p);
}

bool processes_name(struct processes *all, pid_t pid, uint64_t address, struct buf *name)
{
	if (!pid)
		return kernel_name(all, address, name);
	struct process *p = process_of(all, pid);

	if (p) {
		process_look(all, p, address);
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
	free(all->ended);
	free(all);
}
