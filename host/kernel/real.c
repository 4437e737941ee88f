/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running kernel: struct kernel_ops over bpf(2).
 */
#include <bcc/libbpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/attach.h"
#include "kernel/facts.h"
#include "kernel/grace.h"
#include "kernel/info.h"
#include "kernel/kernel.h"
#include "kernel/self.h"
#include "kernel/storage.h"
#include "kernel/stream.h"
#include "kernel/verifier.h"
#include "kernel/witness.h"

#define VERIFIER_LOG (16u << 20)

struct real {
	struct kernel base;
	struct grace grace;
	int stats; /* descriptor that keeps statistics on, or -1 */
};

static struct real *to_real(struct kernel *k)
{
	return (struct real *)k;
}

static int real_map_create(struct kernel *k, const struct map_spec *spec)
{
	struct bcc_create_map_attr attr = {
		.name = spec->name,
		.map_type = (enum bpf_map_type)spec->type,
		.map_flags = spec->flags,
		.key_size = spec->key_size,
		.value_size = spec->leaf_size,
		.max_entries = spec->max_entries,
	};

	(void)k;
	if (storage_is(spec->type))
		return storage_create(spec);
	if (spec->inner >= 0)
		attr.inner_map_fd = (unsigned)spec->inner;
	int fd = bcc_create_map_xattr(&attr, true);

	return fd < 0 ? -errno : fd;
}

static int real_map_next_key(struct kernel *k, int map, const void *key, void *next)
{
	(void)k;
	return bpf_map_get_next_key(map, key, next) < 0 ? -errno : 0;
}

static int real_map_lookup(struct kernel *k, int map, const void *key, void *leaf)
{
	(void)k;
	return bpf_map_lookup_elem(map, key, leaf) < 0 ? -errno : 0;
}

/* Errno 524 is the kernel's own ENOTSUPP, which bpf(2) lets out for map types without batches. */
#define KERNEL_ENOTSUPP 524

static int real_map_lookup_batch(struct kernel *k, int map, int first, void *cursor, void *keys,
				 void *leaves, uint32_t *count)
{
	(void)k;
	int rc =
		bpf_map_lookup_batch(map, first ? NULL : cursor, cursor, keys, leaves, count, NULL);

	if (rc >= 0)
		return 0;
	return errno == KERNEL_ENOTSUPP ? -EOPNOTSUPP : -errno;
}

static int real_map_update(struct kernel *k, int map, const void *key, const void *leaf)
{
	(void)k;
	return bpf_map_update_elem(map, key, leaf, BPF_ANY) < 0 ? -errno : 0;
}

static int real_map_delete(struct kernel *k, int map, const void *key)
{
	(void)k;
	return bpf_map_delete_elem(map, key) < 0 ? -errno : 0;
}

static int real_map_take(struct kernel *k, int map, const void *key, void *leaf)
{
	(void)k;
	if (bpf_map_lookup_and_delete_elem(map, key, leaf) == 0)
		return 0;
	/* Kernels before 5.14 have the call for queues and stacks only. */
	return errno == KERNEL_ENOTSUPP || errno == EINVAL ? -EOPNOTSUPP : -errno;
}

/* The array must have been made with BPF_F_MMAPABLE; its elements are 8 bytes apart. */
static int real_map_add(struct kernel *k, int map, uint32_t index, int64_t delta)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t at = index * sizeof(uint64_t);
	uint64_t *words;

	(void)k;
	words = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map,
		     (off_t)(at / page * page));
	if (words == MAP_FAILED)
		return -errno;
	__atomic_fetch_add(&words[at % page / sizeof(*words)], (uint64_t)delta, __ATOMIC_SEQ_CST);
	munmap(words, page);
	return 0;
}

static int load_failed(const struct prog_spec *spec, int code, const char *log, struct error *err)
{
	if (code == -EPERM || code == -EACCES) {
		/* Calling programs from trampolines counts as changing the kernel's code. */
		if (!log[0] && spec->target)
			return error_failed(err, code,
					    "the kernel does not allow %s:%s: lockdown (Secure "
					    "Boot) forbids it; a kprobe or tracepoint may do",
					    probe_kind_name(spec->kind), spec->target);
		if (!log[0])
			return error_failed(
				err, code,
				"the kernel does not allow loading %s: run as root (lockdown "
				"or kernel.unprivileged_bpf_disabled may forbid it too)",
				spec->name);
	}
	/* A verifier that was content leaves a log too. */
	if (code == -EMFILE || code == -ENFILE)
		return error_failed(err, code,
				    "too many open files at the program %s: raise `ulimit -n`",
				    spec->name);
	/* BPF_COMPLEXITY_LIMIT_INSNS in include/linux/bpf.h. */
	if (!log[0] && code == -E2BIG)
		return error_failed(err, code,
				    "the program %s has %u instructions, and the kernel takes no "
				    "more than 1000000",
				    spec->name, spec->ninsns);
	if (!log[0] || code == -ENOMEM)
		return error_failed(err, code, "the kernel refuses the program %s: %s", spec->name,
				    strerror(-code));
	struct verdict verdict;
	char place[320] = "";
	const char *file = spec->file ? spec->file : "the text";

	verdict_read(log, spec->lines, spec->nlines, &verdict);
	/* Before 6.4 a long log has no end, and older kernels say nothing of tables. */
	if (code == -E2BIG && !verdict.reason[0])
		snprintf(verdict.reason, sizeof(verdict.reason), "%s",
			 verdict.insn < 0 ? "the number of maps per program has a limit of 64"
					  : "the program is too large");
	const char *advice = verdict_advice(verdict.reason);

	if (spec->lacks)
		verdict.line = spec->lacks_line;
	if (verdict.line)
		snprintf(place, sizeof(place), "%.300s:%u: ", file, verdict.line);
	if (spec->lacks)
		error_failed(err, code, "%s%s() %s", place, spec->name, spec->lacks);
	else
		error_failed(err, code, "%sthe kernel's verifier refuses the program %s%s%s%s%s%s",
			     place, spec->name, verdict.reason[0] ? ": " : "", verdict.reason,
			     advice ? ": " : "", advice ? advice : "",
			     say_verbosity > 0 ? "" : " (-v shows its whole log)");
	if (spec->lacks && say_verbosity <= 0)
		log = NULL;
	error_detail(err, verdict_detail(&verdict, log, file, spec->text, say_verbosity > 0));
	return code;
}

/* Once, or on failure once more for the verifier's words. */
static int load_spec(const struct prog_spec *spec, enum bpf_prog_type type,
		     struct bpf_prog_load_opts *opts, struct error *err)
{
	char name[BPF_OBJ_NAME_LEN];

	snprintf(name, sizeof(name), "%s", spec->name);
	int fd = bpf_prog_load(type, name, spec->license, spec->insns, spec->ninsns, opts);

	if (fd >= 0)
		return fd;
	int code = -errno;
	char *log = calloc(1, VERIFIER_LOG);

	if (!log)
		return load_failed(spec, code, "", err);
	opts->log_buf = log;
	opts->log_size = VERIFIER_LOG;
	opts->log_level = 1;
	fd = bpf_prog_load(type, name, spec->license, spec->insns, spec->ninsns, opts);
	if (fd < 0)
		load_failed(spec, code, log, err);
	free(log);
	return fd < 0 ? code : fd;
}

static int real_prog_load(struct kernel *k, const struct prog_spec *spec, struct error *err)
{
	struct bpf_prog_load_opts opts = {.sz = sizeof(opts), .kern_version = spec->kern_version};
	const struct attacher *attacher = attacher_of(spec->kind);
	enum bpf_prog_type type = attacher ? attacher->type : BPF_PROG_TYPE_UNSPEC;

	(void)k;
	if (attacher && attacher->target) {
		int rc = attacher->target(spec, &opts, err);

		if (rc < 0)
			return rc;
	}
	if (attacher && spec->many)
		opts.expected_attach_type = attacher->many_type;
	int fd = load_spec(spec, type, &opts, err);

	if (opts.attach_btf_obj_fd)
		close((int)opts.attach_btf_obj_fd);
	return fd;
}

static int real_check(struct kernel *k, const struct probe *probe, struct error *err)
{
	(void)k;
	return attach_check(probe, err);
}

static int real_attach(struct kernel *k, const struct probe *probe, int prog, struct link **link,
		       struct error *err)
{
	(void)k;
	return attach_new(probe, prog, link, err);
}

static bool real_can_many(struct kernel *k, enum probe_kind kind)
{
	(void)k;
	return attach_can_many(kind);
}

static int real_attach_many(struct kernel *k, const struct probe *const *probes, size_t n, int prog,
			    struct link **link, struct error *err)
{
	(void)k;
	return attach_many(probes, n, prog, link, err);
}

static void real_detach(struct kernel *k, struct link *link)
{
	(void)k;
	attach_free(link);
}

/* Counted for as long as the descriptor is open (5.8). */
static int real_stats(struct kernel *k)
{
	struct real *real = to_real(k);

	if (real->stats < 0)
		real->stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	return real->stats < 0 ? -errno : 0;
}

static int real_grace(struct kernel *k)
{
	return grace_wait(&to_real(k)->grace);
}

static int real_settle(struct kernel *k)
{
	return grace_wait_quietly(&to_real(k)->grace);
}

static uint64_t real_now(struct kernel *k)
{
	struct timespec ts;

	(void)k;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static long real_self(struct kernel *k)
{
	(void)k;
	return self_pid();
}

static void real_close(struct kernel *k, int fd)
{
	(void)k;
	close(fd);
}

static const struct kernel_ops real_ops = {
	.map_create = real_map_create,
	.map_next_key = real_map_next_key,
	.map_lookup = real_map_lookup,
	.map_lookup_batch = real_map_lookup_batch,
	.map_update = real_map_update,
	.map_delete = real_map_delete,
	.map_take = real_map_take,
	.map_add = real_map_add,
	.prog_load = real_prog_load,
	.check = real_check,
	.attach = real_attach,
	.can_many = real_can_many,
	.attach_many = real_attach_many,
	.detach = real_detach,
	.link_counts = info_link_counts,
	.prog_counts = info_prog_counts,
	.witness_new = witness_new,
	.witness_read = witness_read,
	.witness_free = witness_free,
	.stats = real_stats,
	.grace = real_grace,
	.settle = real_settle,
	.now = real_now,
	.self = real_self,
	.close = real_close,
	.stream_open = stream_open,
	.stream_fd = stream_fd,
	.stream_drain = stream_drain,
	.stream_lost = stream_lost,
	.stream_close = stream_close,
};

bool kernel_numbers_are_ours(struct kernel *k)
{
	return k->ops->self(k) == getpid();
}

static int libbpf_quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

/* Two descriptors a probe, and memory that kernels before 5.11 charge to RLIMIT_MEMLOCK. */
static void raise_limits(void)
{
	struct rlimit files;
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setrlimit(RLIMIT_MEMLOCK, &all);
}

int kernel_real(struct kernel **out, struct error *err)
{
	if (!fact(FACT_ROOT))
		return error_failed(
			err, -EPERM,
			"tracing the kernel needs root (or CAP_BPF and CAP_PERFMON): try sudo");
	if (!fact(FACT_BPF))
		return error_failed(err, -ENOSYS,
				    "this kernel (%s) has no bpf(2): CONFIG_BPF_SYSCALL is off",
				    facts_release());
	struct real *real = calloc(1, sizeof(*real));

	if (!real)
		return error_nomem(err);
	libbpf_set_print(libbpf_quiet);
	raise_limits();
	real->base.ops = &real_ops;
	real->base.possible_cpus = facts_cpus_possible();
	real->stats = -1;
	grace_init(&real->grace);
	*out = &real->base;
	return 0;
}

void kernel_free(struct kernel *k)
{
	if (!k)
		return;
	grace_free(&to_real(k)->grace);
	if (to_real(k)->stats >= 0)
		close(to_real(k)->stats);
	free(k);
}
