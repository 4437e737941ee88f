/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.c - as bytes: magic (8), version (u32), zero (u32), XXH3-64 of the body (u64), body. The
 * body is fields, each with its length (u32) ahead: release, version, machine, build id, file,
 * text, code, options (each with a NUL behind), object (object_write()). Numbers are little endian.
 */
#include "object/package.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"

#define PACKAGE_VERSION 1u
#define HEAD_BYTES 24u
#define MOST_OPTIONS 4096u

static const char package_magic[8] = "kwhileP\n";

void package_code(const char *expanded, uint64_t code[2])
{
	XXH128_hash_t hash = XXH3_128bits(expanded, strlen(expanded));

	code[0] = hash.high64;
	code[1] = hash.low64;
}

static void put_u32(struct buf *b, uint32_t v)
{
	uint32_t le = htole32(v);

	buf_add(b, &le, sizeof(le));
}

static void put_u64(struct buf *b, uint64_t v)
{
	uint64_t le = htole64(v);

	buf_add(b, &le, sizeof(le));
}

static void put_field(struct buf *b, const void *bytes, size_t len)
{
	put_u32(b, (uint32_t)len);
	buf_add(b, bytes, len);
}

static void put_string(struct buf *b, const char *string)
{
	put_field(b, string, strlen(string));
}

/* The object's own format, by way of a file in memory. */
static int put_object(struct buf *b, const struct object *object)
{
	struct buf bytes = {0};
	int fd = memfd_create("kwhile-package", MFD_CLOEXEC);
	int rc = fd < 0 ? -errno : object_write(object, fd);

	if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
		rc = -errno;
	if (rc == 0)
		rc = buf_read_fd(&bytes, fd, OBJECT_MAX_BYTES);
	if (rc == 0)
		put_field(b, buf_string(&bytes), bytes.len);
	if (fd >= 0)
		close(fd);
	buf_free(&bytes);
	return rc;
}

static int put_body(struct buf *b, const struct package *p)
{
	struct buf options = {0};
	struct buf code = {0};

	put_string(b, p->kernel.release);
	put_string(b, p->kernel.version);
	put_string(b, p->kernel.machine);
	put_string(b, p->kernel.build_id);
	put_string(b, p->file);
	put_string(b, p->text);
	put_u64(&code, p->code[0]);
	put_u64(&code, p->code[1]);
	put_field(b, buf_string(&code), code.len);
	for (size_t i = 0; i < p->noptions; i++)
		buf_add(&options, p->options[i], strlen(p->options[i]) + 1);
	put_field(b, buf_string(&options), options.len);
	int rc = buf_error(&options) || buf_error(&code) ? -ENOMEM : put_object(b, &p->object);

	buf_free(&options);
	buf_free(&code);
	return rc ? rc : buf_error(b);
}

int package_write(const struct package *p, int fd)
{
	struct buf body = {0};
	struct buf all = {0};
	int rc = put_body(&body, p);

	if (rc == 0 && body.len > PACKAGE_MAX_BYTES - HEAD_BYTES)
		rc = -EFBIG;
	if (rc == 0) {
		buf_add(&all, package_magic, sizeof(package_magic));
		put_u32(&all, PACKAGE_VERSION);
		put_u32(&all, 0);
		put_u64(&all, XXH3_64bits(body.data, body.len));
		buf_add(&all, body.data, body.len);
		rc = buf_error(&all);
	}
	if (rc == 0)
		rc = bytes_write(fd, all.data, all.len);
	buf_free(&all);
	buf_free(&body);
	return rc;
}

/* What is left to read. */
struct reader {
	const unsigned char *p;
	size_t left;
};

static uint32_t get_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint64_t get_u64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static int get_field(struct reader *r, const unsigned char **field, size_t *len)
{
	if (r->left < 4)
		return -EINVAL;
	*len = get_u32(r->p);
	r->p += 4;
	r->left -= 4;
	if (*len > r->left)
		return -EINVAL;
	*field = r->p;
	r->p += *len;
	r->left -= *len;
	return 0;
}

/* A string has no NUL inside. */
static int get_string(struct reader *r, char **string)
{
	const unsigned char *field;
	size_t len;

	if (get_field(r, &field, &len) || memchr(field, 0, len))
		return -EINVAL;
	*string = strndup((const char *)field, len);
	return *string ? 0 : -ENOMEM;
}

static int get_name(struct reader *r, char *name, size_t size)
{
	char *string = NULL;
	int rc = get_string(r, &string);

	if (rc == 0 && strlen(string) >= size)
		rc = -EINVAL;
	if (rc == 0)
		strcpy(name, string);
	free(string);
	return rc;
}

static int get_options(struct reader *r, struct package *p)
{
	const unsigned char *field;
	size_t len, n = 0;

	if (get_field(r, &field, &len) || (len && field[len - 1] != 0))
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		n += field[i] == 0;
	if (n > MOST_OPTIONS)
		return -EINVAL;
	p->options = calloc(n + 1, sizeof(*p->options));
	if (!p->options)
		return -ENOMEM;
	for (; p->noptions < n; p->noptions++) {
		char *option = strdup((const char *)field);

		if (!option)
			return -ENOMEM;
		p->options[p->noptions] = option;
		field += strlen(option) + 1;
	}
	return 0;
}

static int get_body(struct reader *r, struct package *p, struct error *err)
{
	const unsigned char *field = NULL;
	size_t len = 0;
	int rc = get_name(r, p->kernel.release, sizeof(p->kernel.release));

	if (rc == 0)
		rc = get_name(r, p->kernel.version, sizeof(p->kernel.version));
	if (rc == 0)
		rc = get_name(r, p->kernel.machine, sizeof(p->kernel.machine));
	if (rc == 0)
		rc = get_name(r, p->kernel.build_id, sizeof(p->kernel.build_id));
	if (rc == 0)
		rc = get_string(r, &p->file);
	if (rc == 0)
		rc = get_string(r, &p->text);
	if (rc == 0)
		rc = get_field(r, &field, &len);
	if (rc == 0 && len != 16)
		rc = -EINVAL;
	if (rc == 0) {
		p->code[0] = get_u64(field);
		p->code[1] = get_u64(field + 8);
		rc = get_options(r, p);
	}
	if (rc == 0)
		rc = get_field(r, &field, &len);
	if (rc == -EINVAL || (rc == 0 && r->left))
		return error_failed(err, -EINVAL, "its fields make no sense");
	if (rc < 0)
		return error_nomem(err);
	return object_read(field, len, &p->object, err);
}

int package_read(const void *bytes, size_t len, struct package *p, struct error *err)
{
	struct reader r = {bytes, len};

	if (len < HEAD_BYTES || memcmp(bytes, package_magic, sizeof(package_magic)) != 0)
		return error_failed(err, -EINVAL, "`kwhile build` did not write it");
	if (get_u32(r.p + 8) != PACKAGE_VERSION)
		return error_failed(err, -EINVAL,
				    "it has format %u, and this kwhile reads format %u: build it "
				    "again",
				    get_u32(r.p + 8), PACKAGE_VERSION);
	r.p += HEAD_BYTES;
	r.left -= HEAD_BYTES;
	if (get_u32((const unsigned char *)bytes + 12) != 0 ||
	    get_u64((const unsigned char *)bytes + 16) != XXH3_64bits(r.p, r.left))
		return error_failed(err, -EINVAL, "it is damaged: its checksum is wrong");
	return get_body(&r, p, err);
}

static int refuse(const char *file, const char *what, const char *its, const char *ours,
		  struct error *err)
{
	return error_failed(err, -EXDEV,
			    "%s was built for %s %s, and this is %s: build it again for this one",
			    file, what, its, ours);
}

int package_check(const struct package *p, const struct kernel_id *running, const char *file,
		  struct error *err)
{
	const struct kernel_id *its = &p->kernel;
	char what[160];

	if (strcmp(its->machine, running->machine) != 0)
		return refuse(file, "machines of type", its->machine, running->machine, err);
	if (strcmp(its->release, running->release) != 0)
		return refuse(file, "the kernel", its->release, running->release, err);
	snprintf(what, sizeof(what), "another build of the kernel %s,", its->release);
	if (its->build_id[0] && running->build_id[0]) {
		if (strcmp(its->build_id, running->build_id) != 0)
			return refuse(file, what, its->build_id, running->build_id, err);
	} else if (strcmp(its->version, running->version) != 0) {
		return refuse(file, what, its->version, running->version, err);
	}
	return 0;
}

void package_free(struct package *p)
{
	for (size_t i = 0; i < p->noptions; i++)
		free(p->options[i]);
	free(p->options);
	free(p->file);
	free(p->text);
	object_free(&p->object);
	memset(p, 0, sizeof(*p));
}
