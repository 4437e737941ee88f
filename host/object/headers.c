/* SPDX-License-Identifier: Apache-2.0 */
#include "object/headers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/headers_tree.h"

/* The path @before@release@after below @root; or NULL. */
static char *below(const char *root, const char *before, const char *release, const char *after)
{
	char *path;

	return asprintf(&path, "%s%s%s%s", root, before, release, after) < 0 ? NULL : path;
}

static bool path_exists(char *path, mode_t type)
{
	struct stat st;
	bool found = path && stat(path, &st) == 0 && (st.st_mode & S_IFMT) == type;

	free(path);
	return found;
}

/*
 * Does libbcc find them by itself? With both `build` and `source` there it takes both, else it
 * takes `build` alone, or what BCC_KERNEL_MODULES_SUFFIX names instead (get_kernel_path_info() in
 * src/cc/frontends/clang/loader.cc, 0.26).
 */
static bool libbcc_finds(const char *root, const char *release)
{
	const char *suffix = getenv("BCC_KERNEL_MODULES_SUFFIX");
	char source[64] = "/build", file[128];
	const char *modules = "/lib/modules/";

	if (path_exists(below(root, modules, release, "/build"), S_IFDIR) &&
	    path_exists(below(root, modules, release, "/source"), S_IFDIR))
		snprintf(source, sizeof(source), "/source");
	else if (suffix)
		snprintf(source, sizeof(source), "/%s", suffix);
	snprintf(file, sizeof(file), "%s/include/linux/kconfig.h", source);
	if (!path_exists(below(root, modules, release, file), S_IFREG))
		return false;
	/* libbcc does not look for this one, but it cannot compile without. */
	snprintf(file, sizeof(file), "%s/include/generated/autoconf.h",
		 strcmp(source, "/source") == 0 ? "/build" : source);
	return path_exists(below(root, modules, release, file), S_IFREG);
}

/* Sets the release; refuses another kernel's headers. */
static int check_release(const struct header_tree *tree, const char *release, bool any,
			 struct headers *out, struct error *err)
{
	out->release = tree_release(tree);
	if (!out->release && !any)
		return error_set(err, EXIT_USAGE, -EINVAL,
				 "%s does not say which kernel its headers are for; "
				 "--allow-other-headers takes them all the same",
				 tree->build);
	if (!out->release)
		out->release = strdup(release);
	if (!out->release)
		return error_nomem(err);
	if (any || strcmp(out->release, release) == 0)
		return 0;
	return error_failed(err, -EXDEV,
			    "the headers in %s are for kernel %s, this one is %s; install "
			    "linux-headers-%s, or take these with --allow-other-headers",
			    tree->build, out->release, release, release);
}

/* From what the user named, or a place we know. */
static int take_dir(const char *dir, const char *release, bool any, struct headers *out,
		    struct error *err)
{
	struct header_tree tree;
	int rc = tree_find(dir, &tree, err);

	if (rc)
		return rc;
	rc = check_release(&tree, release, any, out, err);
	if (!rc && tree_is_whole(&tree)) {
		out->path = strdup(tree.build);
		rc = out->path ? 0 : error_nomem(err);
	} else if (!rc) {
		rc = merge_new(&tree, &out->path, err);
		out->merged = !rc;
	}
	tree_free(&tree);
	return rc;
}

/* Leave it to libbcc: no path. */
static int take_libbcc(const char *root, const char *release, bool any, struct headers *out,
		       struct error *err)
{
	struct header_tree tree = {0};
	char *dir = below(root, "/lib/modules/", release, "");
	int rc = 0;

	if (!dir)
		return error_nomem(err);
	/* The links may be left from another kernel; where they do not say, libbcc is right. */
	if (libbcc_finds(root, release) && tree_find(dir, &tree, NULL) == 0) {
		out->release = tree_release(&tree);
		if (out->release && strcmp(out->release, release) != 0) {
			free(out->release);
			out->release = NULL;
			rc = check_release(&tree, release, any, out, err);
		}
		tree_free(&tree);
	}
	free(dir);
	if (!rc && !out->release) {
		out->release = strdup(release);
		rc = out->release ? 0 : error_nomem(err);
	}
	return rc;
}

/* Where distributions put them. */
static int take_known(const char *root, const char *release, bool any, struct headers *out,
		      struct error *err)
{
	static const char *const known[] = {"/lib/modules/", "/usr/src/linux-headers-"};

	/* CONFIG_IKHEADERS (5.2): libbcc unpacks them (get_proc_kheaders(), kbuild_helper.cc). */
	if (libbcc_finds(root, release) ||
	    path_exists(below(root, "/sys/kernel/", "kheaders.tar.xz", ""), S_IFREG))
		return take_libbcc(root, release, any, out, err);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char *dir = below(root, known[i], release, "");
		struct header_tree tree;

		if (!dir)
			return error_nomem(err);
		int rc = tree_find(dir, &tree, NULL);

		if (rc == 0) {
			tree_free(&tree);
			rc = take_dir(dir, release, any, out, err);
			free(dir);
			return rc;
		}
		free(dir);
	}
	return error_failed(err, -ENOENT,
			    "no headers for kernel %s: neither %s/lib/modules/%s/build nor "
			    "%s/usr/src/linux-headers-%s; install linux-headers-%s or give "
			    "--kernel-headers DIR",
			    release, root, release, root, release, release);
}

int headers_find_below(const char *root, const char *dir, const char *release, bool any,
		       struct headers *out, struct error *err)
{
	memset(out, 0, sizeof(*out));
	merge_remove_stale();
	int rc = dir ? take_dir(dir, release, any, out, err)
		     : take_known(root, release, any, out, err);

	if (rc)
		headers_free(out);
	return rc;
}

int headers_find(const char *dir, const char *release, bool any, struct headers *out,
		 struct error *err)
{
	const char *variable = getenv("BCC_KERNEL_SOURCE");

	/* Users of BCC know this variable; libbcc would look at nothing else. */
	if (!dir && variable && variable[0])
		dir = variable;
	return headers_find_below("", dir, release, any, out, err);
}

void headers_free(struct headers *headers)
{
	if (headers->merged)
		merge_remove(headers->path);
	free(headers->path);
	free(headers->release);
	memset(headers, 0, sizeof(*headers));
}
