/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/jit_map.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/regular.h"
#include "base/say.h"
#include "symbol/list_names.h"

static bool is_ours(uid_t user)
{
	return user == 0 || user == geteuid();
}

static int open_map(const char *path, bool ours, struct stat *st)
{
	int fd = regular_open(path, false, st);

	if (fd == -EINVAL && ours && S_ISLNK(st->st_mode) && is_ours(st->st_uid))
		fd = regular_open(path, true, st);
	return fd;
}

bool jit_map_read(struct jit_map *map, const char *path, bool ours, uid_t owner)
{
	struct stat st;
	int fd = open_map(path, ours, &st);

	if (fd < 0)
		return false;
	if (!is_ours(st.st_uid) && st.st_uid != owner) {
		say_once("a /tmp/perf-PID.map that is neither root's nor its process's user's is "
			 "not read");
	} else if (st.st_size != map->size) {
		jit_map_free(map);
		map->size = st.st_size;
		list_names_read_fd(fd, LIST_PERF_MAP, &map->names);
	}
	close(fd);
	return true;
}

const char *jit_map_find(const struct jit_map *map, uint64_t address)
{
	return map->names ? list_names_find(map->names, address) : NULL;
}

void jit_map_free(struct jit_map *map)
{
	list_names_free(map->names);
	memset(map, 0, sizeof(*map));
}
