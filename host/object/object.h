/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.h - a compiled text: instructions and table specs, nothing that belongs to one process.
 *
 * Written by the compiler process, read by the tracer, from a pipe or from a cache file; both take
 * the same road. In the instructions, a load of a table's descriptor (BPF_PSEUDO_MAP_FD) holds the
 * table's index in its imm.
 */
#ifndef KW_OBJECT_OBJECT_H
#define KW_OBJECT_OBJECT_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define OBJECT_VERSION 3
#define OBJECT_MAX_BYTES (64u << 20)

/**
 * struct object_line - where instructions came from
 * @insn:	index of the first instruction; it goes on until the next record
 * @line:	line of the text, from 1; 0: from another file
 */
struct object_line {
	uint32_t insn;
	uint32_t line;
};

/**
 * struct object_function - one handler
 * @name:	as in the text
 * @insns:	@ninsns instructions; owned
 * @lines:	@nlines records in the order of their instructions, or NULL; owned
 */
struct object_function {
	char *name;
	struct bpf_insn *insns;
	uint32_t ninsns;
	struct object_line *lines;
	uint32_t nlines;
};

/**
 * struct object_table - what is needed to create a table and to read it
 * @inner:	index of the table that an outer map's slots hold, or -1
 * @key_desc:	type description as JSON (sample/type.h), "" where there is none; owned
 * @leaf_desc:	likewise
 * @fields:	records of a perf or ring buffer: "name#type" each, newline separated, or ""
 */
struct object_table {
	char *name;
	uint32_t type; /* enum bpf_map_type */
	uint32_t key_size;
	uint32_t leaf_size;
	uint32_t max_entries;
	uint32_t flags;
	int32_t inner;
	char *key_desc;
	char *leaf_desc;
	char *fields;
};

/**
 * struct object - the whole; all of it owned
 * @release:	kernel release it was compiled for
 */
struct object {
	char *license;
	char *release;
	uint32_t kern_version;
	struct object_function *functions;
	uint32_t nfunctions;
	struct object_table *tables;
	uint32_t ntables;
};

/**
 * object_write - serialise: magic, format version, checksum, then all fields, little endian
 * @fd:		an open descriptor
 *
 * The same object gives the same bytes. Return: 0 or a negative errno, -EFBIG where it would be
 * more than OBJECT_MAX_BYTES.
 */
int object_write(const struct object *object, int fd);

/**
 * object_read - the reverse, from any bytes
 * @bytes:	@len bytes; may be damaged or hostile: each size is checked, nothing is trusted
 * @object:	zeroed by the caller, filled; free with object_free()
 * @err:	what is wrong with it (truncated, checksum, older format)
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int object_read(const void *bytes, size_t len, struct object *object, struct error *err);

/**
 * object_read_fd - object_read() on all that a descriptor yields until its end
 *
 * Return: as object_read(), or the negative errno of a read.
 */
int object_read_fd(int fd, struct object *object, struct error *err);

const struct object_function *object_function_find(const struct object *object, const char *name);

/**
 * object_line_of - Return: the line of the text that an instruction came from, or 0
 */
uint32_t object_line_of(const struct object_line *lines, uint32_t nlines, uint32_t insn);

/**
 * object_table_find - Return: index of the table, or -ENOENT
 */
int object_table_find(const struct object *object, const char *name);

void object_free(struct object *object);

#endif
