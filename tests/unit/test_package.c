/* SPDX-License-Identifier: Apache-2.0 */
/* A package is read back as it was written, or refused for a reason that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "object/package.h"

static struct bpf_insn code[] = {{.code = 0xb7}, {.code = 0x95}};
static struct object_function function = {(char *)"on_exec", code, 2, NULL, 0};
static struct object_table table = {
	.name = (char *)"execs",
	.type = 2,
	.key_size = 4,
	.leaf_size = 8,
	.max_entries = 1,
	.inner = -1,
	.key_desc = (char *)"\"int\"",
	.leaf_desc = (char *)"\"u64\"",
	.fields = (char *)"",
};
static char *options[] = {(char *)"--interval=2", (char *)"--min=", (char *)"--stats"};

static struct package example(void)
{
	struct package p = {
		.kernel = {"6.1.0-1-amd64", "#1 SMP Debian 6.1.1-1", "x86_64", "0123abcd"},
		.file = (char *)"one.c",
		.text = (char *)"/// one - count\nint on_exec(void *ctx) { return 0; }\n",
		.options = options,
		.noptions = 3,
		.object = {.license = (char *)"GPL",
			   .release = (char *)"6.1.0-1-amd64",
			   .functions = &function,
			   .nfunctions = 1,
			   .tables = &table,
			   .ntables = 1},
	};

	package_code(p.text, p.code);
	return p;
}

static void bytes_of(const struct package *package, struct buf *bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(package_write(package, fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(buf_read_fd(bytes, fd, PACKAGE_MAX_BYTES), 0);
	close(fd);
}

static void reads_what_was_written(void **state)
{
	const struct package p = example();
	struct package q = {0};
	struct buf bytes = {0}, again = {0};
	struct error err = {0};

	(void)state;
	bytes_of(&p, &bytes);
	assert_int_equal(package_read(bytes.data, bytes.len, &q, &err), 0);
	assert_memory_equal(&p.kernel, &q.kernel, sizeof(p.kernel));
	assert_string_equal(q.file, p.file);
	assert_string_equal(q.text, p.text);
	assert_int_equal(q.noptions, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(q.options[i], options[i]);
	assert_memory_equal(q.code, p.code, sizeof(p.code));
	assert_string_equal(q.object.functions[0].name, "on_exec");
	assert_string_equal(q.object.tables[0].name, "execs");
	bytes_of(&q, &again);
	assert_int_equal(bytes.len, again.len);
	assert_memory_equal(bytes.data, again.data, bytes.len);
	package_free(&q);
	buf_free(&bytes);
	buf_free(&again);
}

static void refuses_damage(void **state)
{
	const struct package p = example();
	struct buf bytes = {0};

	(void)state;
	bytes_of(&p, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		struct package q = {0};
		struct error err = {0};

		bytes.data[i] ^= 0x10;
		assert_int_equal(package_read(bytes.data, bytes.len, &q, &err), -EINVAL);
		assert_true(err.text[0]);
		package_free(&q);
		bytes.data[i] ^= 0x10;
		assert_int_equal(package_read(bytes.data, i, &q, &err), -EINVAL);
		package_free(&q);
	}
	buf_free(&bytes);
}

static void assert_refused(const struct package *p, const struct kernel_id *running,
			   const char *wanted)
{
	struct error err = {0};

	assert_int_equal(package_check(p, running, "one.kwo", &err), -EXDEV);
	assert_string_equal(err.text, wanted);
}

static void names_both_kernels(void **state)
{
	const struct package p = example();
	struct kernel_id running = p.kernel;

	(void)state;
	assert_int_equal(package_check(&p, &running, "one.kwo", NULL), 0);
	strcpy(running.version, "#2 SMP");
	assert_int_equal(package_check(&p, &running, "one.kwo", NULL), 0);
	strcpy(running.build_id, "");
	assert_refused(&p, &running,
		       "one.kwo was built for another build of the kernel 6.1.0-1-amd64, #1 SMP "
		       "Debian 6.1.1-1, and this is #2 SMP: build it again for this one");
	strcpy(running.build_id, "4567cdef");
	assert_refused(&p, &running,
		       "one.kwo was built for another build of the kernel 6.1.0-1-amd64, "
		       "0123abcd, and this is 4567cdef: build it again for this one");
	strcpy(running.release, "6.12.9");
	assert_refused(&p, &running,
		       "one.kwo was built for the kernel 6.1.0-1-amd64, and this is 6.12.9: build "
		       "it again for this one");
	strcpy(running.machine, "aarch64");
	assert_refused(&p, &running,
		       "one.kwo was built for machines of type x86_64, and this is aarch64: build "
		       "it again for this one");
}

static void finds_build_ids(void **state)
{
	/* A note of another kind, then GNU's build id (type 3) of three bytes. */
	static const uint32_t notes[] = {6, 2, 1, 0x65756c42, 0x00007a6f, 0xffff,
					 4, 3, 3, 0x554e47,   0x00c0ffee};
	char hex[65];

	(void)state;
	build_id_find(notes, sizeof(notes), hex, sizeof(hex));
	assert_string_equal(hex, "eeffc0");
	build_id_find(notes, sizeof(notes), hex, 5);
	assert_string_equal(hex, "eeff");
	for (size_t len = 0; len < sizeof(notes) - 1; len++) {
		build_id_find(notes, len, hex, sizeof(hex));
		assert_string_equal(hex, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(names_both_kernels),
		cmocka_unit_test(finds_build_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
