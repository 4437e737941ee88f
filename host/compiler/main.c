/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler process: C text on standard input, an object on descriptor 3, diagnostics on
 * standard error. Run by host/object/compile.c; not meant to be run by hand.
 *
 *   kwhile-compile [CLANG ARGUMENT]...
 */
#include <bcc/bcc_common.h>
#include <bcc/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "compiler/describe.h"
#include "compiler/lines.h"
#include "object/object.h"

#define OBJECT_FD 3
#define TEXT_LIMIT (16u << 20)

/* What libbcc asked to be created, in its order: a map's stand-in descriptor and its spec. */
struct recorded_map {
	int fd;
	struct bcc_create_map_attr attr;
	char *name;
};

static struct recorded_map *maps;
static size_t nmaps;

/*
 * libbcc calls this to create each table, inner ones first (src/cc/bpf_module.cc, create_maps).
 * Ours takes precedence over the library's: it writes down the spec and creates nothing, so that
 * compiling needs no privilege. The descriptor is real, because libbcc closes it.
 */
int bcc_create_map_xattr(struct bcc_create_map_attr *attr, bool allow_rlimit)
{
	(void)allow_rlimit;
	struct recorded_map *more = realloc(maps, (nmaps + 1) * sizeof(*maps));

	if (!more)
		return -1;
	maps = more;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	maps[nmaps] = (struct recorded_map){.fd = fd, .attr = *attr, .name = strdup(attr->name)};
	if (!maps[nmaps].name) {
		close(fd);
		return -1;
	}
	nmaps++;
	return fd;
}

/*
 * libbcc asks this (src/cc/bpf_module_rw_engine.cc) whether to compile functions that read and
 * write keys and leaves as text. Nobody calls them here, and of an array of 200,000 numbers they
 * take longer than anybody waits.
 */
bool rw_engine_enabled(void) __asm__("_ZN4ebpf28bpf_module_rw_engine_enabledEv");

bool rw_engine_enabled(void)
{
	return false;
}

static int map_by_fd(int fd)
{
	for (size_t i = 0; i < nmaps; i++)
		if (maps[i].fd == fd)
			return (int)i;
	return -1;
}

static char *copy(const char *string)
{
	return strdup(string ? string : "");
}

/* The records of a perf or ring buffer, "name#type" each. */
static char *event_fields(void *module, const char *table)
{
	struct buf b = {0};
	size_t n = bpf_perf_event_fields(module, table);

	for (size_t i = 0; i < n; i++) {
		const char *field = bpf_perf_event_field(module, table, i);

		buf_addf(&b, "%s%s", i ? "\n" : "", field ? field : "");
	}
	return buf_take(&b);
}

static int collect_tables(void *module, struct object *object)
{
	object->tables = calloc(nmaps ? nmaps : 1, sizeof(*object->tables));
	if (!object->tables)
		return -ENOMEM;
	for (size_t i = 0; i < nmaps; i++) {
		const struct bcc_create_map_attr *attr = &maps[i].attr;
		struct object_table *table = &object->tables[i];

		table->name = copy(maps[i].name);
		table->type = attr->map_type;
		table->key_size = attr->key_size;
		table->leaf_size = attr->value_size;
		table->max_entries = attr->max_entries;
		table->flags = attr->map_flags;
		table->inner = attr->inner_map_fd ? map_by_fd((int)attr->inner_map_fd) : -1;
		table->key_desc = describe(maps[i].name, true, attr->key_size);
		if (!table->key_desc)
			table->key_desc = copy(bpf_table_key_desc(module, maps[i].name));
		table->leaf_desc = describe(maps[i].name, false, attr->value_size);
		if (!table->leaf_desc)
			table->leaf_desc = copy(bpf_table_leaf_desc(module, maps[i].name));
		table->fields = event_fields(module, maps[i].name);
		object->ntables++;
		if (!table->name || !table->key_desc || !table->leaf_desc || !table->fields)
			return -ENOMEM;
	}
	return 0;
}

/* Descriptors in the instructions become indexes of tables. */
static int index_tables(struct object_function *function)
{
	for (uint32_t i = 0; i < function->ninsns; i++) {
		struct bpf_insn *insn = &function->insns[i];

		if (insn->code != (BPF_LD | BPF_DW | BPF_IMM))
			continue;
		if (insn->src_reg == BPF_PSEUDO_MAP_FD) {
			int index = map_by_fd(insn->imm);

			if (index < 0) {
				fprintf(stderr,
					"%s refers to a table that the text does not make\n",
					function->name);
				return -EINVAL;
			}
			insn->imm = index;
		}
		i++; /* the second half of the 64-bit load is no instruction */
	}
	return 0;
}

/* What the text calls itself, `#line 1 "NAME"`, behind what kwhile put in front of it. */
static char *text_name(const char *text)
{
	static const char directive[] = "#line 1 \"", ours[] = "#line 1 \"kwhile\"\n";
	const char *at = strstr(text, directive);
	struct buf name = {0};

	if (at && strncmp(at, ours, sizeof(ours) - 1) == 0)
		at = strstr(at + 1, directive);
	if (!at)
		return strdup("/virtual/main.c");
	for (at += sizeof(directive) - 1; *at && *at != '"' && *at != '\n'; at++) {
		at += *at == '\\' && at[1];
		buf_addc(&name, *at);
	}
	return buf_take(&name);
}

static int collect_functions(void *module, const char *file, struct object *object)
{
	size_t n = bpf_num_functions(module);

	object->functions = calloc(n ? n : 1, sizeof(*object->functions));
	if (!object->functions)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct object_function *function = &object->functions[i];
		size_t size = bpf_function_size_id(module, i);

		function->name = copy(bpf_function_name(module, i));
		function->insns = malloc(size ? size : 1);
		function->ninsns = (uint32_t)(size / sizeof(struct bpf_insn));
		object->nfunctions++;
		if (!function->name || !function->insns)
			return -ENOMEM;
		memcpy(function->insns, bpf_function_start_id(module, i), size);
		int rc = lines_collect(module, file, function);

		if (rc == 0)
			rc = index_tables(function);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int collect(void *module, const char *text, struct object *object)
{
	struct utsname uts;
	char *file = text_name(text);

	uname(&uts);
	object->license = copy(bpf_module_license(module));
	object->release = copy(uts.release);
	object->kern_version = bpf_module_kern_version(module);
	int rc = object->license && object->release && file ? collect_tables(module, object)
							    : -ENOMEM;

	if (rc == 0)
		rc = collect_functions(module, file, object);
	free(file);
	return rc;
}

int main(int argc, char **argv)
{
	struct object object = {0};
	struct buf text = {0};
	int rc;

	/* Whoever asked is gone: so are we. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Run by its descriptor, it would be called by that number. */
	prctl(PR_SET_NAME, "kwhile-compile");
	if (fcntl(OBJECT_FD, F_GETFD) < 0) {
		fprintf(stderr, "kwhile-compile is run by kwhile\n");
		return EXIT_USAGE;
	}
	rc = buf_read_fd(&text, STDIN_FILENO, TEXT_LIMIT);
	if (rc < 0 || buf_error(&text) < 0) {
		fprintf(stderr, "cannot read the text: %s\n", strerror(-rc));
		return EXIT_FAILED;
	}
	void *module = bpf_module_create_c_from_string(
		buf_string(&text), 0, (const char **)(argv + 1), argc - 1, false, NULL);

	if (!module)
		return EXIT_FAILED;
	rc = collect(module, buf_string(&text), &object);
	if (rc == 0)
		rc = object_write(&object, OBJECT_FD);
	if (rc < 0)
		fprintf(stderr, "cannot write the object: %s\n", strerror(-rc));
	fflush(NULL);
	/* Tearing LLVM down takes longer than writing the object, and the process ends anyway. */
	_exit(rc < 0 ? EXIT_FAILED : EXIT_OK);
}
