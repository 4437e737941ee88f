/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct process *process_new(pid_t pid, struct roots *roots)
{
	struct process *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->pid = pid;
	p->roots = roots;
	p->user = (uid_t)-1;
	return p;
}

void process_empty(struct process *p)
{
	maps_free(&p->maps);
	p->most = 0;
	jit_map_free(&p->jit);
	p->jit_tick = 0;
}

void process_replace(struct process *p, unsigned tick)
{
	if (p->known)
		images_keep(&p->older, &p->maps, p->root, tick);
	p->chosen = NULL;
	process_empty(p);
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

void process_look(struct process *p)
{
	struct root *root;

	read_status(p);
	if (root_of(p->roots, p->pid, &root) < 0)
		return;
	root_drop(p->root);
	p->root = root;
}

/* A thread that is not the first one; 0: there is none. */
static pid_t other_thread(pid_t pid)
{
	const struct dirent *entry;
	pid_t found = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *threads = opendir(path);

	while (threads && !found && (entry = readdir(threads)) != NULL) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		found = tid > 0 && tid != pid ? tid : 0;
	}
	if (threads)
		closedir(threads);
	return found;
}

bool process_goes_on(struct process *p)
{
	p->headless = other_thread(p->pid) != 0;
	return p->headless;
}

/* The first thread has no memory any more when it has ended; those that go on have. */
static int read_maps(struct process *p, struct maps *maps)
{
	int rc = maps_read(p->pid, false, maps);
	pid_t other = rc == 0 && !maps->n ? other_thread(p->pid) : 0;

	p->headless = other != 0;
	return other ? maps_read(other, false, maps) : rc;
}

bool process_read(struct process *p)
{
	if (read_maps(p, &p->maps) < 0)
		return false;
	p->known = true;
	process_look(p);
	return true;
}

static bool same_program(const struct maps *a, const struct maps *b)
{
	return a->n && b->n && a->list[0].start == b->list[0].start &&
	       a->list[0].inode == b->list[0].inode &&
	       strcmp(a->list[0].path, b->list[0].path) == 0;
}

bool process_read_anew(struct process *p)
{
	struct maps maps;

	if (read_maps(p, &maps) < 0)
		return false;
	/* One that has ended and is not waited for yet has nothing. */
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
	process_look(p);
	return true;
}

void process_file(const struct process *p, const char *path, char *file, size_t size)
{
	const struct root *root = p->chosen ? p->chosen->root : p->root;

	if (root)
		root_file(root, path, file, size);
	else
		snprintf(file, size, "/proc/%d/root%s", (int)p->pid, path);
}

const char *process_jit_name(struct process *p, unsigned tick, uint64_t address)
{
	char map[64], path[128];

	if (p->jit_tick == tick)
		return jit_map_find(&p->jit, address);
	p->jit_tick = tick;
	read_status(p);
	snprintf(map, sizeof(map), "/tmp/perf-%d.map", p->number ? p->number : (int)p->pid);
	process_file(p, map, path, sizeof(path));
	if (!jit_map_read(&p->jit, path, !p->root, p->user)) {
		snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)p->pid);
		jit_map_read(&p->jit, path, true, p->user);
	}
	return jit_map_find(&p->jit, address);
}

void process_free(void *process)
{
	struct process *p = process;

	images_free(&p->older);
	maps_free(&p->maps);
	jit_map_free(&p->jit);
	root_drop(p->root);
	free(p);
}
