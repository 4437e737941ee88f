/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/facts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/version.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/multi.h"

#define PROC_FILE_MAX 65536

/* Numbers of include/uapi/linux/capability.h; CAP_PERFMON and CAP_BPF came with 5.8. */
#define CAPABILITY_SYS_ADMIN 21
#define CAPABILITY_PERFMON 38
#define CAPABILITY_BPF 39

static bool probe_root(void)
{
	struct buf status = {0};
	uint64_t caps = 0;

	if (buf_read_file(&status, "/proc/self/status", PROC_FILE_MAX) == 0) {
		const char *line = strstr(buf_string(&status), "\nCapEff:");

		if (line)
			caps = strtoull(line + strlen("\nCapEff:"), NULL, 16);
	}
	buf_free(&status);
	return (caps >> CAPABILITY_SYS_ADMIN & 1) ||
	       ((caps >> CAPABILITY_BPF & 1) && (caps >> CAPABILITY_PERFMON & 1));
}

static bool probe_bpf(void)
{
	/* An empty attribute is refused with EINVAL or EPERM by any kernel that has the call. */
	return syscall(__NR_bpf, BPF_MAP_CREATE, NULL, 0) >= 0 || errno != ENOSYS;
}

static bool probe_kprobes(void)
{
	/* The PMU came with 4.17 (kernel/events/core.c), kprobe_events with 2.6.33. */
	if (access("/sys/bus/event_source/devices/kprobe/type", R_OK) == 0)
		return true;
	const char *tracefs = facts_tracefs();
	char path[4096];

	if (!tracefs || snprintf(path, sizeof(path), "%s/kprobe_events", tracefs) >= 4096)
		return false;
	return access(path, W_OK) == 0;
}

static bool probe_uprobes(void)
{
	return access("/sys/bus/event_source/devices/uprobe/type", R_OK) == 0;
}

static bool probe_semaphores(void)
{
	return access("/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset", F_OK) == 0;
}

static bool probe_tracefs(void)
{
	const char *tracefs = facts_tracefs();
	char path[4096];

	if (!tracefs || snprintf(path, sizeof(path), "%s/events", tracefs) >= 4096)
		return false;
	return access(path, R_OK | X_OK) == 0;
}

static bool probe_btf(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0;
}

static bool probe_lockdown(void)
{
	struct buf state = {0};
	bool locked = false;

	/*
	 * "none integrity [confidentiality]" (security/lockdown/lockdown.c, 5.4). Unknown where
	 * securityfs is not mounted: then loading a program tells.
	 */
	if (buf_read_file(&state, "/sys/kernel/security/lockdown", PROC_FILE_MAX) == 0)
		locked = strstr(buf_string(&state), "[confidentiality]") != NULL;
	buf_free(&state);
	return locked;
}

/* Tried, not looked up by version: vendors bring these back to older kernels. */
static bool probe_batch(void)
{
	uint32_t cursor = 0, key = 0, leaf = 0, count = 1;
	int map = bpf_map_create(BPF_MAP_TYPE_HASH, "kw_batch", sizeof(key), sizeof(leaf), 1, NULL);

	if (map < 0)
		return false;
	int rc = bpf_map_lookup_batch(map, NULL, &cursor, &key, &leaf, &count, NULL);

	close(map);
	/* An empty hash is at its end at once (__htab_map_lookup_and_delete_batch, 5.6). */
	return rc == 0 || rc == -ENOENT;
}

static bool probe_mmap_array(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "kw_mmap", 4, 8, 1, &opts);

	if (map < 0)
		return false;
	close(map);
	return true;
}

static bool probe_map_value(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "kw_value", 4, 8, 1, NULL);

	if (map < 0)
		return false;
	const struct bpf_insn insns[] = {
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_PSEUDO_MAP_VALUE,
		 .imm = map},
		{0},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int program = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "kw_value", "GPL", insns,
				    sizeof(insns) / sizeof(insns[0]), NULL);

	close(map);
	if (program < 0)
		return false;
	close(program);
	return true;
}

static bool probe_link_missed(void)
{
	return facts_version() >= KERNEL_VERSION(6, 7, 0);
}

/* maybe_wait_bpf_programs() in kernel/bpf/syscall.c; nothing shows from outside that it is there.
 */
static bool probe_map_wait(void)
{
	return facts_version() >= KERNEL_VERSION(5, 0, 0);
}

static bool probe_perf_link(void)
{
	return facts_version() >= KERNEL_VERSION(5, 15, 0);
}

static bool probe_membarrier(void)
{
	/* The kernel leaves GLOBAL out under nohz_full (kernel/sched/membarrier.c). */
	long commands = syscall(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	return commands > 0 && (commands & MEMBARRIER_CMD_GLOBAL);
}

static bool probe_kallsyms(void)
{
	char text[8192];
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	/*
	 * Hidden addresses are all zero (kptr_restrict, kernel/kallsyms.c). The first ones of
	 * x86-64 really are, being offsets of per-CPU variables: so look at more than one.
	 */
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strtoull(line, NULL, 16))
			return true;
	}
	return false;
}

static const struct {
	bool (*probe)(void);
	const char *name;
	const char *help;
} facts[FACT_NFACTS] = {
	[FACT_ROOT] = {probe_root, "root",
		       "loading programs needs root, or CAP_BPF and CAP_PERFMON since 5.8; "
		       "use sudo"},
	[FACT_BPF] = {probe_bpf, "bpf",
		      "nothing works without bpf(2); it needs a kernel with CONFIG_BPF_SYSCALL"},
	[FACT_KPROBES] = {probe_kprobes, "kprobes",
			  "needed to attach to kernel functions; it needs a kernel with "
			  "CONFIG_KPROBE_EVENTS; tracepoints work without"},
	[FACT_UPROBES] = {probe_uprobes, "uprobes",
			  "needed to attach to functions of programs; it needs a kernel with "
			  "CONFIG_UPROBE_EVENTS"},
	[FACT_SEMAPHORES] =
		{probe_semaphores, "semaphores",
		 "needed for USDT probes that have one; it needs kernel 4.20, and before "
		 "that works for one process (--pid)"},
	[FACT_TRACEFS] = {probe_tracefs, "tracefs",
			  "needed for tracepoints; as root: mount -t tracefs tracefs "
			  "/sys/kernel/tracing"},
	[FACT_BTF] = {probe_btf, "btf",
		      "only fentry and fexit need it; it needs a kernel with "
		      "CONFIG_DEBUG_INFO_BTF"},
	[FACT_LOCKDOWN] = {probe_lockdown, "lockdown",
			   "at \"confidentiality\" programs may not read kernel memory; boot with "
			   "lockdown=integrity, or without Secure Boot"},
	[FACT_BATCH] = {probe_batch, "batch",
			"reads a big table about nine times faster; kernels have it since 5.6"},
	[FACT_LINK_MISSED] = {probe_link_missed, "link-missed",
			      "the kernel says how many events a probe missed; it does since 6.7; "
			      "before, that is unknown"},
	[FACT_MMAP_ARRAY] = {probe_mmap_array, "mmap-array",
			     "tables in shared memory; kernels have them since 5.5"},
	[FACT_MAP_VALUE] = {probe_map_value, "map-value",
			    "programs find a table's only entry without looking it up; kernels "
			    "have it since 5.2"},
	[FACT_MAP_WAIT] = {probe_map_wait, "map-wait",
			   "waits for running programs between two samples, on kernels since 5.0; "
			   "elsewhere membarrier does"},
	[FACT_MEMBARRIER] = {probe_membarrier, "membarrier",
			     "waits for running programs between two samples; refused under "
			     "nohz_full"},
	[FACT_PERF_LINK] = {probe_perf_link, "perf-link",
			    "programs are attached by BPF links since 5.15, which tell what was "
			    "missed; before by ioctl, and nothing else changes"},
	[FACT_UPROBE_MULTI] = {uprobe_multi_works, "uprobe-multi",
			       "many functions of a program end at once; kernels have it since 6.6 "
			       "(one after the other takes 0.1 s each, and counts the same)"},
	[FACT_KPROBE_MULTI] =
		{kprobe_multi_works, "kprobe-multi",
		 "many functions of the kernel end at once; 5.18 to 6.13 have it with "
		 "CONFIG_FPROBE (one after the other counts the same)"},
	[FACT_KALLSYMS] = {probe_kallsyms, "kallsyms",
			   "needed to find functions that share a name; as root: sysctl "
			   "kernel.kptr_restrict=1"},
};

static enum { UNKNOWN, NO, YES } known[FACT_NFACTS];

static void forget_one(const char *name, size_t len)
{
	for (int f = 0; f < FACT_NFACTS; f++) {
		if (strlen(facts[f].name) == len && strncmp(facts[f].name, name, len) == 0) {
			known[f] = NO;
			return;
		}
	}
	say("KWHILE_WITHOUT: there is no fact '%.*s'; `kwhile doctor` lists them", (int)len, name);
}

/* What KWHILE_WITHOUT names, once. */
static void forget_facts(void)
{
	static bool done;
	const char *without = done ? NULL : getenv("KWHILE_WITHOUT");

	done = true;
	while (without && *without) {
		size_t len = strcspn(without, ",");

		if (len)
			forget_one(without, len);
		without += len + (without[len] == ',');
	}
}

bool fact(enum fact f)
{
	if (f >= FACT_NFACTS)
		return false;
	forget_facts();
	if (known[f] == UNKNOWN)
		known[f] = facts[f].probe() ? YES : NO;
	return known[f] == YES;
}

const char *fact_name(enum fact f)
{
	return f < FACT_NFACTS ? facts[f].name : "?";
}

const char *fact_help(enum fact f)
{
	return f < FACT_NFACTS ? facts[f].help : "";
}

const char *facts_release(void)
{
	static struct utsname names;

	if (!names.release[0] && uname(&names))
		return "unknown";
	return names.release;
}

unsigned facts_version(void)
{
	unsigned major = 0, minor = 0, patch = 0;

	sscanf(facts_release(), "%u.%u.%u", &major, &minor, &patch);
	/* A stable release beyond 255 still is 255 (Makefile of the kernel, since 4.4.255). */
	return (major & 0xffff) << 16 | (minor & 0xff) << 8 | (patch > 255 ? 255 : patch);
}
