/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_tracefs.c - where tracefs is.
 */
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "kernel/facts.h"

#define TRACEFS_MAGIC_NUMBER 0x74726163 /* TRACEFS_MAGIC, include/uapi/linux/magic.h (4.1) */
#define TRACEFS_DIR "/sys/kernel/tracing"

static bool is_tracefs(const char *dir)
{
	struct statfs fs;

	/* Looking into debugfs's tracing directory also mounts it there (kernel/trace/trace.c). */
	return statfs(dir, &fs) == 0 && (unsigned long)fs.f_type == TRACEFS_MAGIC_NUMBER;
}

/* A tracefs or debugfs that somebody mounted in an unusual place. */
static char *find_mounted(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent entry;
	char text[8192];
	char *found = NULL;

	if (!mounts)
		return NULL;
	while (!found && getmntent_r(mounts, &entry, text, sizeof(text))) {
		if (strcmp(entry.mnt_type, "tracefs") == 0)
			found = strdup(entry.mnt_dir);
		else if (strcmp(entry.mnt_type, "debugfs") != 0 ||
			 asprintf(&found, "%s/tracing", entry.mnt_dir) < 0)
			found = NULL;
		if (found && !is_tracefs(found)) {
			free(found);
			found = NULL;
		}
	}
	endmntent(mounts);
	return found;
}

const char *facts_tracefs(void)
{
	static char *dir;
	static bool looked;

	if (looked)
		return dir;
	looked = true;
	if (is_tracefs(TRACEFS_DIR))
		return dir = strdup(TRACEFS_DIR);
	if (is_tracefs("/sys/kernel/debug/tracing"))
		return dir = strdup("/sys/kernel/debug/tracing");
	dir = find_mounted();
	if (!dir &&
	    mount("tracefs", TRACEFS_DIR, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		dir = strdup(TRACEFS_DIR);
	return dir;
}
