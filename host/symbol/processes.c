/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/processes.h"

#include <dirent.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/demangle.h"
#include "symbol/kernel_names.h"
#include "symbol/modules.h"
#include "symbol/process.h"

/* Processes that have ended and are remembered, at most: 20 MB. */
#define ENDED_MOST 16384

struct processes {
	void *by_pid; /* tsearch tree of struct process */
	struct modules *modules;
	struct roots roots;
	unsigned tick; /* from 1 */
	bool unheard;
	struct kernel_names kernel;
	struct process **gone; /* found while walking */
	size_t ngone;
	pid_t *ended; /* the last ENDED_MOST, in a ring */
	size_t nended;
};

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
	all->kernel =
		(struct kernel_names){.kallsyms = "/proc/kallsyms", .modules = "/proc/modules"};
	all->modules = modules_new();
	all->ended = calloc(ENDED_MOST, sizeof(*all->ended));
	if (all->modules && all->ended)
		return all;
	processes_free(all);
	return NULL;
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
	p = process_new(pid, &all->roots);
	if (!p || tsearch(p, &all->by_pid, compare_pids))
		return p;
	process_free(p);
	return NULL;
}

static void process_forget(struct processes *all, struct process *p)
{
	tdelete(p, &all->by_pid, compare_pids);
	process_free(p);
}

static void note_end(struct processes *all, struct process *p)
{
	pid_t *slot = &all->ended[all->nended++ % ENDED_MOST];
	struct process *oldest = *slot ? process_find(all, *slot) : NULL;

	if (oldest && oldest->ended && oldest != p)
		process_forget(all, oldest);
	*slot = p->pid;
	p->ended = 1;
}

/* What it has mapped, where that is not known. */
static void know(struct processes *all, struct process *p)
{
	if (p->known)
		return;
	/* Nobody will tell its end. */
	if (!process_read(p) && !p->ended)
		note_end(all, p);
}

void processes_read(struct processes *all)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		struct process *p = pid > 0 ? process_of(all, pid) : NULL;

		if (p)
			know(all, p);
	}
	if (proc)
		closedir(proc);
}

static void read_anew(const void *node, VISIT which, void *closure)
{
	struct process *p = *(struct process *const *)node;

	(void)closure;
	if (which != postorder && which != leaf)
		return;
	if (!process_read_anew(p) && !p->ended)
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
	process_replace(p, all->tick);
	p->known = true;
	p->ended = 0;
	p->headless = false;
	process_look(p);
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
	process_read_anew(p);
	p->most = p->maps.n;
}

void processes_forked(struct processes *all, pid_t parent, pid_t child)
{
	struct process *from = process_of(all, parent), *to = process_of(all, child);

	if (!from || !to)
		return;
	/* A number that is used again: it must not be forgotten meanwhile. */
	to->ended = 0;
	to->headless = false;
	/* Its parent's mappings are its own: read them while it is there. */
	know(all, from);
	process_replace(to, all->tick);
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

	if (p && !process_goes_on(p))
		note_end(all, p);
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
	/* Of the end of its last thread nothing tells that it was the last. */
	if (p->headless && !p->ended && !process_goes_on(p))
		p->ended = 1;
	p->chosen = NULL;
	images_drop(&p->older, all->tick - 1);
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
	kernel_names_tick(&all->kernel);
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

static bool kernel_name(struct processes *all, uint64_t address, struct buf *name)
{
	const char *symbol = kernel_names_find(&all->kernel, address);

	if (symbol)
		buf_adds(name, symbol);
	else
		buf_addf(name, "0x%llx", (unsigned long long)address);
	return symbol;
}

static bool user_name(struct processes *all, struct process *p, uint64_t address, struct buf *name)
{
	const struct mapping *m = maps_find(p->chosen ? &p->chosen->maps : &p->maps, address);
	const char *symbol = NULL;

	if (!m) {
		buf_addf(name, "0x%llx", (unsigned long long)address);
		return false;
	}
	uint64_t offset = address - m->start + m->offset;
	const char *slash = strrchr(m->path, '/');
	char own[ELF_NAME_MAX + 1], file[PROCESS_FILE_ROOM], kept[80];

	process_file(p, m->path, file, sizeof(file));
	/* Of a file that was deleted or replaced, and of a memfd. */
	snprintf(kept, sizeof(kept), "/proc/%d/map_files/%llx-%llx", (int)p->pid,
		 (unsigned long long)m->start, (unsigned long long)m->end);
	if (modules_name(all->modules, file, kept, m, offset, own))
		symbol = own;
	else
		symbol = process_jit_name(p, all->tick, address);
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
static void renew(struct processes *all, struct process *p, uint64_t address)
{
	bool first = p->asked != all->tick;

	p->asked = all->tick;
	if (!p->known || !all->unheard)
		know(all, p);
	else if ((first || !maps_find(&p->maps, address)) && !process_read_anew(p) && !p->ended)
		note_end(all, p);
}

void processes_stack(struct processes *all, pid_t pid, const uint64_t *addresses, size_t n)
{
	struct process *p = process_find(all, pid);

	if (p)
		p->chosen = images_choose(p->older, &p->maps, addresses, n);
}

bool processes_name(struct processes *all, pid_t pid, uint64_t address, struct buf *name)
{
	if (!pid)
		return kernel_name(all, address, name);
	struct process *p = process_of(all, pid);

	if (p) {
		renew(all, p, address);
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
	kernel_names_free(&all->kernel);
	free(all->ended);
	free(all);
}
