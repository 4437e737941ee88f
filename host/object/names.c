/* SPDX-License-Identifier: Apache-2.0 */
#include "object/names.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/say.h"

#define TITLE "kwhile functions 2 "
#define LIMIT (4u << 20)
#define PROC_LIMIT (4u << 20)

/* "NAME SIZE USERS DEPENDENTS STATE ADDRESS": who uses it changes all the time, and nothing else.
 */
static void add_modules(XXH3_state_t *h)
{
	struct buf modules = {0};

	if (buf_read_file(&modules, "/proc/modules", PROC_LIMIT) < 0)
		goto out;
	for (const char *line = buf_string(&modules); *line;) {
		size_t len = strcspn(line, "\n");
		size_t name = strcspn(line, " \n");
		size_t size = name + (line[name] == ' ');

		size += strcspn(line + size, " \n");
		const char *address = memrchr(line, ' ', len);

		XXH3_128bits_update(h, line, size);
		if (address && (size_t)(address - line) >= size) {
			/* What a module is tainted by follows its address: "0xffffffffc0000000
			 * (OE)". */
			if (address[1] == '(') {
				const char *before = memrchr(line, ' ', (size_t)(address - line));

				address = before ? before : address;
			}
			XXH3_128bits_update(h, address, len - (size_t)(address - line));
		}
		XXH3_128bits_update(h, "\n", 1);
		line += len + (line[len] == '\n');
	}
out:
	buf_free(&modules);
}

static void add_file(XXH3_state_t *h, const char *path)
{
	struct buf content = {0};

	if (buf_read_file(&content, path, PROC_LIMIT) == 0)
		XXH3_128bits_update(h, buf_string(&content), content.len);
	XXH3_128bits_update(h, "\n", 1);
	buf_free(&content);
}

/* To whom the kernel shows addresses (kernel/kallsyms.c, kallsyms_show_value). */
static void add_rights(XXH3_state_t *h)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[2];

	memset(caps, 0, sizeof(caps));
	syscall(SYS_capget, &header, caps);
	const uint32_t rights[] = {geteuid(), caps[0].effective, caps[1].effective};

	XXH3_128bits_update(h, rights, sizeof(rights));
	add_file(h, "/proc/sys/kernel/kptr_restrict");
	add_file(h, "/proc/sys/kernel/perf_event_paranoid");
}

/* What answers belong to; not known: they cannot be kept. */
static void belonging(const char *const *files, struct names *names)
{
	XXH3_state_t *h = XXH3_createState();
	struct utsname uts;

	if (!h || access("/proc/sys/kernel/random/boot_id", R_OK) < 0) {
		XXH3_freeState(h);
		return;
	}
	XXH3_128bits_reset(h);
	uname(&uts);
	XXH3_128bits_update(h, uts.release, strlen(uts.release));
	add_file(h, "/proc/sys/kernel/random/boot_id");
	add_modules(h);
	add_rights(h);
	for (size_t i = 0; files[i]; i++) {
		XXH3_128bits_update(h, files[i], strlen(files[i]) + 1);
		XXH3_128bits_update(h, access(files[i], R_OK) == 0 ? "+" : "-", 1);
	}
	XXH128_hash_t sum = XXH3_128bits_digest(h);

	*names = (struct names){.sum = {sum.high64, sum.low64}, .known = true};
	XXH3_freeState(h);
}

/* The first line: what the rest belongs to, and its checksum. */
static void title(const struct names *names, const char *text, size_t len, char line[128])
{
	snprintf(line, 128, TITLE "%016" PRIx64 "%016" PRIx64 " %016" PRIx64 "\n", names->sum[0],
		 names->sum[1], (uint64_t)XXH3_64bits(text, len));
}

void names_load(const struct cache *cache, const char *const *files, struct names *names,
		char **text)
{
	struct buf b = {0};
	char line[128];

	names->known = false;
	if (cache->dir < 0)
		return;
	belonging(files, names);
	if (!names->known || cache_read(cache, CACHE_NAMES_FILE, LIMIT, &b) < 0 || buf_error(&b))
		goto out;
	const char *content = buf_string(&b);
	size_t first = strcspn(content, "\n") + 1;

	if (first > b.len || strlen(content) != b.len)
		first = 0;
	title(names, content + first, b.len - first, line);
	if (first != strlen(line) || memcmp(content, line, first) != 0)
		say_detail("what is kept about functions is of another boot, or damaged: not used");
	else
		*text = strdup(content + first);
out:
	buf_free(&b);
}

void names_keep(const struct cache *cache, const struct names *names, const char *text)
{
	struct buf b = {0};
	char line[128];

	if (cache->dir < 0 || !names->known)
		return;
	title(names, text, strlen(text), line);
	buf_adds(&b, line);
	buf_adds(&b, text);
	if (!buf_error(&b))
		cache_write(cache, CACHE_NAMES_FILE, b.data, b.len);
	buf_free(&b);
}
