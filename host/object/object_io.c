/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object_io.c - an object as bytes.
 *
 *   header: magic (8), version (u32), zero (u32), body length (u64), XXH3-64 of the body (u64)
 *   body:	license, release, kern_version, functions, tables
 *   string: length (u32), bytes, NUL; list: count (u32), items
 *
 * All numbers little endian. An instruction is written field by field: the order of its two
 * register fields within their byte depends on the machine in memory, but not here.
 */
#include "object/object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"

#define HEADER_BYTES 32u
#define INSN_BYTES 8u
#define LINE_BYTES 8u
/* The least that one item takes: a count that promises more items than bytes left is a lie. */
#define FUNCTION_MIN_BYTES (5u + 4u + 4u)
#define TABLE_MIN_BYTES (4u * 5u + 6u * 4u)

static const char object_magic[8] = "kwhileO\n";

static void put_u32(struct buf *b, uint32_t v)
{
	unsigned char bytes[4];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	buf_add(b, bytes, sizeof(bytes));
}

static void put_u64(struct buf *b, uint64_t v)
{
	put_u32(b, (uint32_t)v);
	put_u32(b, (uint32_t)(v >> 32));
}

static void put_string(struct buf *b, const char *string)
{
	size_t len = string ? strlen(string) : 0;

	/* A longer one cannot be written at all: the whole is then over OBJECT_MAX_BYTES. */
	put_u32(b, (uint32_t)len);
	buf_add(b, string, len);
	buf_addc(b, '\0');
}

static void put_insn(struct buf *b, const struct bpf_insn *insn)
{
	uint16_t off = (uint16_t)insn->off;
	uint32_t imm = (uint32_t)insn->imm;
	unsigned char bytes[INSN_BYTES] = {
		insn->code,
		(unsigned char)(insn->dst_reg | insn->src_reg << 4),
		(unsigned char)off,
		(unsigned char)(off >> 8),
		(unsigned char)imm,
		(unsigned char)(imm >> 8),
		(unsigned char)(imm >> 16),
		(unsigned char)(imm >> 24),
	};

	buf_add(b, bytes, sizeof(bytes));
}

static void put_table(struct buf *b, const struct object_table *table)
{
	put_string(b, table->name);
	put_u32(b, table->type);
	put_u32(b, table->key_size);
	put_u32(b, table->leaf_size);
	put_u32(b, table->max_entries);
	put_u32(b, table->flags);
	put_u32(b, (uint32_t)table->inner);
	put_string(b, table->key_desc);
	put_string(b, table->leaf_desc);
	put_string(b, table->fields);
}

static void put_body(struct buf *b, const struct object *object)
{
	put_string(b, object->license);
	put_string(b, object->release);
	put_u32(b, object->kern_version);
	put_u32(b, object->nfunctions);
	for (uint32_t i = 0; i < object->nfunctions; i++) {
		const struct object_function *function = &object->functions[i];

		put_string(b, function->name);
		put_u32(b, function->ninsns);
		for (uint32_t j = 0; j < function->ninsns; j++)
			put_insn(b, &function->insns[j]);
		put_u32(b, function->nlines);
		for (uint32_t j = 0; j < function->nlines; j++) {
			put_u32(b, function->lines[j].insn);
			put_u32(b, function->lines[j].line);
		}
	}
	put_u32(b, object->ntables);
	for (uint32_t i = 0; i < object->ntables; i++)
		put_table(b, &object->tables[i]);
}

int object_write(const struct object *object, int fd)
{
	struct buf body = {0};
	struct buf all = {0};
	int rc;

	put_body(&body, object);
	rc = buf_error(&body);
	if (!rc && body.len > OBJECT_MAX_BYTES - HEADER_BYTES)
		rc = -EFBIG;
	if (rc)
		goto out;
	buf_add(&all, object_magic, sizeof(object_magic));
	put_u32(&all, OBJECT_VERSION);
	put_u32(&all, 0);
	put_u64(&all, body.len);
	put_u64(&all, XXH3_64bits(body.data, body.len));
	buf_add(&all, body.data, body.len);
	rc = buf_error(&all);
	if (!rc)
		rc = bytes_write(fd, all.data, all.len);
out:
	buf_free(&body);
	buf_free(&all);
	return rc;
}

/* What is left to read; @wrong is the first thing found wrong, and stops everything. */
struct reader {
	const unsigned char *at;
	size_t left;
	const char *wrong;
	bool nomem;
};

static bool reader_ok(const struct reader *r)
{
	return !r->wrong && !r->nomem;
}

static void reader_wrong(struct reader *r, const char *what)
{
	if (!r->wrong)
		r->wrong = what;
}

/* @len bytes, or NULL once something is wrong. */
static const unsigned char *get_bytes(struct reader *r, size_t len)
{
	const unsigned char *at = r->at;

	if (!reader_ok(r))
		return NULL;
	if (len > r->left) {
		reader_wrong(r, "it is truncated");
		return NULL;
	}
	r->at += len;
	r->left -= len;
	return at;
}

static uint32_t get_u32(struct reader *r)
{
	const unsigned char *at = get_bytes(r, 4);

	if (!at)
		return 0;
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static uint64_t get_u64(struct reader *r)
{
	uint64_t low = get_u32(r);

	return low | (uint64_t)get_u32(r) << 32;
}

static char *get_string(struct reader *r)
{
	uint32_t len = get_u32(r);
	const unsigned char *at = get_bytes(r, (size_t)len + 1);

	if (!at)
		return NULL;
	if (memchr(at, '\0', (size_t)len + 1) != at + len) {
		reader_wrong(r, "a string in it is damaged");
		return NULL;
	}
	char *string = malloc((size_t)len + 1);

	if (!string)
		r->nomem = true;
	else
		memcpy(string, at, (size_t)len + 1);
	return string;
}

/* A zeroed list of as many items as the next number says; *@n stays 0 unless there is a list. */
static void *get_list(struct reader *r, size_t min_bytes, size_t size, uint32_t *n)
{
	uint32_t count = get_u32(r);

	if (!reader_ok(r) || !count)
		return NULL;
	if (count > r->left / min_bytes) {
		reader_wrong(r, "it is truncated");
		return NULL;
	}
	void *list = calloc(count, size);

	if (!list)
		r->nomem = true;
	else
		*n = count;
	return list;
}

static void get_insns(struct reader *r, struct object_function *function)
{
	function->insns = get_list(r, INSN_BYTES, sizeof(*function->insns), &function->ninsns);
	for (uint32_t i = 0; i < function->ninsns; i++) {
		const unsigned char *at = get_bytes(r, 4);
		uint32_t imm = get_u32(r);
		struct bpf_insn *insn = &function->insns[i];

		if (!at)
			return;
		insn->code = at[0];
		insn->dst_reg = at[1] & 0xfu;
		insn->src_reg = (unsigned)at[1] >> 4 & 0xfu;
		insn->off = (int16_t)(uint16_t)(at[2] | at[3] << 8);
		insn->imm = (int32_t)imm;
	}
}

static void get_lines(struct reader *r, struct object_function *function)
{
	function->lines = get_list(r, LINE_BYTES, sizeof(*function->lines), &function->nlines);
	for (uint32_t i = 0; i < function->nlines; i++) {
		function->lines[i].insn = get_u32(r);
		function->lines[i].line = get_u32(r);
	}
}

static void get_table(struct reader *r, struct object_table *table)
{
	table->name = get_string(r);
	table->type = get_u32(r);
	table->key_size = get_u32(r);
	table->leaf_size = get_u32(r);
	table->max_entries = get_u32(r);
	table->flags = get_u32(r);
	table->inner = (int32_t)get_u32(r);
	table->key_desc = get_string(r);
	table->leaf_desc = get_string(r);
	table->fields = get_string(r);
}

static void get_body(struct reader *r, struct object *object)
{
	object->license = get_string(r);
	object->release = get_string(r);
	object->kern_version = get_u32(r);
	object->functions =
		get_list(r, FUNCTION_MIN_BYTES, sizeof(*object->functions), &object->nfunctions);
	for (uint32_t i = 0; reader_ok(r) && i < object->nfunctions; i++) {
		object->functions[i].name = get_string(r);
		get_insns(r, &object->functions[i]);
		get_lines(r, &object->functions[i]);
	}
	object->tables = get_list(r, TABLE_MIN_BYTES, sizeof(*object->tables), &object->ntables);
	for (uint32_t i = 0; reader_ok(r) && i < object->ntables; i++)
		get_table(r, &object->tables[i]);
	if (reader_ok(r) && r->left)
		reader_wrong(r, "it has bytes beyond its end");
}

/*
 * The loader patches both halves of a wide load without looking: they must be there. A second half
 * has the opcode 0, so that a walk over single instructions cannot take one for a load.
 */
static void check_insns(struct reader *r, const struct object_function *function, uint32_t ntables)
{
	for (uint32_t i = 0; i < function->ninsns; i++) {
		const struct bpf_insn *insn = &function->insns[i];

		if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (i + 1 == function->ninsns || insn[1].code) {
			reader_wrong(r, "a wide load in it has no second half");
			return;
		}
		if ((insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE) &&
		    (uint32_t)insn->imm >= ntables) {
			reader_wrong(r, "it uses a table that it does not have");
			return;
		}
	}
}

/* Outer maps nest one level deep (bpf_map_meta_alloc() in kernel/bpf/map_in_map.c, since 4.12). */
static void check_tables(struct reader *r, const struct object *object)
{
	for (uint32_t i = 0; i < object->ntables; i++) {
		int32_t inner = object->tables[i].inner;

		if (inner == -1)
			continue;
		if ((uint32_t)inner >= object->ntables || object->tables[inner].inner != -1)
			reader_wrong(r, "the inner table of a table in it makes no sense");
	}
}

static void get_header(struct reader *r, struct error *err)
{
	const unsigned char *magic = get_bytes(r, sizeof(object_magic));

	if (!magic)
		return;
	if (memcmp(magic, object_magic, sizeof(object_magic)) != 0) {
		reader_wrong(r, "it is something else");
		return;
	}
	uint32_t version = get_u32(r);
	uint32_t zero = get_u32(r);
	uint64_t len = get_u64(r);
	uint64_t sum = get_u64(r);

	if (!reader_ok(r))
		return;
	if (version != OBJECT_VERSION) {
		reader_wrong(r, "");
		error_failed(err, -EINVAL, "object has format %u, this kwhile reads format %u",
			     version, (unsigned)OBJECT_VERSION);
	} else if (len > r->left) {
		reader_wrong(r, "it is truncated");
	} else if (len < r->left || zero) {
		reader_wrong(r, "its header is damaged");
	} else if (XXH3_64bits(r->at, r->left) != sum) {
		reader_wrong(r, "its checksum is wrong");
	}
}

int object_read(const void *bytes, size_t len, struct object *object, struct error *err)
{
	struct reader r = {.at = bytes, .left = len};

	memset(object, 0, sizeof(*object));
	if (len > OBJECT_MAX_BYTES)
		reader_wrong(&r, "it is too big");
	get_header(&r, err);
	if (reader_ok(&r))
		get_body(&r, object);
	for (uint32_t i = 0; reader_ok(&r) && i < object->nfunctions; i++)
		check_insns(&r, &object->functions[i], object->ntables);
	if (reader_ok(&r))
		check_tables(&r, object);
	if (reader_ok(&r))
		return 0;
	object_free(object);
	if (r.nomem)
		return error_nomem(err);
	if (r.wrong[0])
		error_failed(err, -EINVAL, "not a usable object: %s", r.wrong);
	return -EINVAL;
}

int object_read_fd(int fd, struct object *object, struct error *err)
{
	struct buf all = {0};
	int rc = buf_read_fd(&all, fd, OBJECT_MAX_BYTES);

	memset(object, 0, sizeof(*object));
	if (rc == -EFBIG)
		rc = error_failed(err, -EINVAL, "not a usable object: it is too big");
	else if (rc == -ENOMEM)
		rc = error_nomem(err);
	else if (rc)
		rc = error_failed(err, rc, "cannot read an object: %s", strerror(-rc));
	else
		rc = object_read(all.data, all.len, object, err);
	buf_free(&all);
	return rc;
}
