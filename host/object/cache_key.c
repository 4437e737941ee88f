/* SPDX-License-Identifier: Apache-2.0 */
#include "object/cache_key.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "object/formats.h"
#include "object/includes.h"
#include "object/library.h"
#include "object/object.h"

#define FILE_LIMIT (4u << 20)

/* Each part goes in with its length, so that two parts never read as one. */
static void add_bytes(XXH3_state_t *h, const void *bytes, size_t len)
{
	uint64_t n = len;

	XXH3_128bits_update(h, &n, sizeof(n));
	XXH3_128bits_update(h, bytes, len);
}

static void add_string(XXH3_state_t *h, const char *string)
{
	add_bytes(h, string ? string : "", string ? strlen(string) : 0);
}

/*
 * Which version of a file it is, without reading it. Not by device and inode: on an overlay over 9p
 * they change when the kernel drops its caches.
 */
static void add_identity(XXH3_state_t *h, const char *path)
{
	struct stat st;

	add_string(h, path);
	if (stat(path, &st) < 0)
		return;
	const uint64_t id[] = {(uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
			       (uint64_t)st.st_mtim.tv_nsec};

	add_bytes(h, id, sizeof(id));
}

static void add_file(XXH3_state_t *h, const char *path, struct buf *content)
{
	buf_reset(content);
	add_string(h, path);
	if (buf_read_file(content, path, FILE_LIMIT) == 0)
		add_bytes(h, buf_string(content), content->len);
}

/* The kernel is its build: two builds of one release differ in version and build id. */
static void add_kernel(XXH3_state_t *h)
{
	struct utsname uts;
	struct buf notes = {0};

	uname(&uts);
	add_string(h, uts.release);
	add_string(h, uts.version);
	add_string(h, uts.machine);
	add_file(h, "/sys/kernel/notes", &notes);
	buf_free(&notes);
}

/* A directory that has headers, or has directories that have them. */
static void add_tree(XXH3_state_t *h, const char *root, size_t len)
{
	static const char *const stamps[] = {
		"",
		"/Makefile",
		"/include/generated/autoconf.h",
		"/include/generated/utsrelease.h",
		"/include/linux/kconfig.h",
		"/build/include/generated/autoconf.h",
		"/source/include/linux/kconfig.h",
	};

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%.*s%s", (int)len, root, stamps[i]);
		add_identity(h, path);
	}
}

/* As headers_find() looks for them, without choosing: what is not there is a part of the key too.
 */
static void add_headers(XXH3_state_t *h, const char *headers)
{
	static const struct {
		const char *before;
		const char *behind;
	} places[] = {
		{"/lib/modules/", "/build"},
		{"/lib/modules/", "/source"},
		{"/usr/src/linux-headers-", ""},
	};
	const char *named = headers ? headers : getenv("BCC_KERNEL_SOURCE");
	struct utsname uts;

	add_string(h, named);
	if (named && *named) {
		add_tree(h, named, strlen(named));
		/* Two directories, BUILD:SOURCE; names may have colons as well. */
		for (const char *p = named; (p = strchr(p, ':')); p++) {
			add_tree(h, named, (size_t)(p - named));
			add_tree(h, p + 1, strlen(p + 1));
		}
		return;
	}
	uname(&uts);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char root[PATH_MAX];

		snprintf(root, sizeof(root), "%s%s%s", places[i].before, uts.release,
			 places[i].behind);
		add_tree(h, root, strlen(root));
	}
}

static void add_environment(XXH3_state_t *h)
{
	static const char *const names[] = {
		"BCC_KERNEL_SOURCE",	  "BCC_KERNEL_MODULES_SUFFIX",
		"BCC_LINUX_VERSION_CODE", "ARCH",
		"BCC_PROBE_LIMIT",	  "CPATH",
		"C_INCLUDE_PATH",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_string(h, getenv(names[i]));
}

/* The text's own includes; a file that appears later is another input. */
static void add_include(void *ctx, const char *path, const struct buf *content)
{
	add_string(ctx, path);
	if (content)
		add_bytes(ctx, buf_string(content), content->len);
}

static int add_formats(XXH3_state_t *h, const char *text, const char *tracefs)
{
	struct format_name *names;
	struct buf format = {0};
	long n = tracefs ? formats_of(text, &names) : 0;

	for (long i = 0; i < n; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/events/%s/%s/format", tracefs, names[i].category,
			 names[i].event);
		add_file(h, path, &format);
	}
	buf_free(&format);
	if (n > 0)
		free(names);
	return n < 0 ? (int)n : 0;
}

int cache_key(const struct cache_inputs *inputs, char key[CACHE_KEY_SIZE])
{
	XXH3_state_t *h = XXH3_createState();
	const uint32_t format = OBJECT_VERSION;

	if (!h)
		return -ENOMEM;
	XXH3_128bits_reset(h);
	add_bytes(h, &format, sizeof(format));
	add_string(h, inputs->text);
	for (size_t i = 0; inputs->cflags && inputs->cflags[i]; i++)
		add_string(h, inputs->cflags[i]);
	add_kernel(h);
	add_headers(h, inputs->headers);
	add_string(h, inputs->any_headers ? "any headers" : "");
	int rc = includes_visit(inputs->text, inputs->beside, add_include, h) ? 0 : -EOPNOTSUPP;

	if (rc == 0)
		rc = add_formats(h, inputs->text, inputs->tracefs);
	if (rc < 0) {
		XXH3_freeState(h);
		return rc;
	}
	add_environment(h);
	add_identity(h, library_path());
	XXH128_hash_t sum = XXH3_128bits_digest(h);

	snprintf(key, CACHE_KEY_SIZE, "%016llx%016llx", (unsigned long long)sum.high64,
		 (unsigned long long)sum.low64);
	XXH3_freeState(h);
	return 0;
}
