/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers_tree.h - a kernel's headers in one or two directories, and one of links made of the two.
 *
 * A distribution that builds several flavours of a kernel packs what they share (the source tree)
 * and what is generated for one of them (the build tree) apart. libbcc takes one directory.
 */
#ifndef KW_OBJECT_HEADERS_TREE_H
#define KW_OBJECT_HEADERS_TREE_H

#include <stdbool.h>

#include "base/error.h"

/**
 * struct header_tree - where headers are; absolute, without links
 * @build:	holds include/generated
 * @source:	holds include/linux; equal to @build in a whole tree
 */
struct header_tree {
	char *build;
	char *source;
};

/**
 * tree_find - the tree or trees that @dir stands for; see headers_find()
 *
 * Return: 0, -ENOENT (nothing of that name), -EINVAL (it is not a kernel's headers), -ENOMEM.
 */
int tree_find(const char *dir, struct header_tree *tree, struct error *err);

bool tree_is_whole(const struct header_tree *tree);

/**
 * tree_release - release of the kernel they are for
 *
 * Return: to be freed by the caller, or NULL when the tree does not say.
 */
char *tree_release(const struct header_tree *tree);

void tree_free(struct header_tree *tree);

/**
 * merge_new - make a directory of links into both trees
 *
 * Return: 0 and its name in @out, to be freed by the caller; or a negative errno.
 */
int merge_new(const struct header_tree *tree, char **out, struct error *err);

/**
 * merge_remove - remove such a directory with its links, not what they lead to
 */
void merge_remove(const char *dir);

/**
 * merge_remove_stale - remove those that processes left that do not live any more
 */
void merge_remove_stale(void);

#endif
