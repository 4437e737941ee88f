/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h - what this kernel and machine can do, found out once.
 *
 * Serves attaching, error messages and `kwhile doctor`. A fact is probed when it is first asked
 * for.
 *
 * KWHILE_WITHOUT in the environment names facts that are not to be, separated by commas
 * ("perf-link,map-wait"): what is done without them on an older kernel can be tried on any.
 */
#ifndef KW_KERNEL_FACTS_H
#define KW_KERNEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum fact {
	FACT_ROOT,	   /* enough privilege for bpf(2) and perf_event_open(2) */
	FACT_BPF,	   /* bpf(2) exists */
	FACT_KPROBES,	   /* the kprobe PMU, or kprobe_events in tracefs */
	FACT_UPROBES,	   /* the uprobe PMU */
	FACT_SEMAPHORES,   /* … and it raises semaphores of USDT probes (4.20) */
	FACT_TRACEFS,	   /* tracefs is mounted and readable */
	FACT_BTF,	   /* /sys/kernel/btf/vmlinux */
	FACT_LOCKDOWN,	   /* lockdown is at "confidentiality": BPF may not read kernel memory */
	FACT_BATCH,	   /* BPF_MAP_LOOKUP_BATCH (5.6) */
	FACT_LINK_MISSED,  /* perf links tell what they missed (6.7) */
	FACT_MMAP_ARRAY,   /* BPF_F_MMAPABLE arrays (5.5) */
	FACT_MAP_VALUE,	   /* programs with the address of a table's value (5.2) */
	FACT_MAP_WAIT,	   /* changing a slot of a map of maps waits for running programs (5.0) */
	FACT_MEMBARRIER,   /* MEMBARRIER_CMD_GLOBAL is not refused */
	FACT_PERF_LINK,	   /* a BPF link holds a program at a perf event (5.15) */
	FACT_UPROBE_MULTI, /* one link for many places of a file (6.6) */
	FACT_KPROBE_MULTI, /* one link for the entries of many functions (5.18) */
	FACT_KALLSYMS,	   /* /proc/kallsyms shows addresses */
	FACT_NFACTS,
};

/**
 * fact - Return: true or false, as probed now or before; false where KWHILE_WITHOUT names it
 */
bool fact(enum fact f);

/**
 * fact_name - short name, for doctor: "kprobes"
 * fact_help - why it matters and what to do when it is missing, one line
 */
const char *fact_name(enum fact f);
const char *fact_help(enum fact f);

/**
 * facts_release - uname -r
 */
const char *facts_release(void);

/**
 * facts_version - LINUX_VERSION_CODE of the running kernel, from its release
 */
unsigned facts_version(void);

/**
 * facts_tracefs - where tracefs is mounted ("/sys/kernel/tracing" or under debugfs); mounts it
 * there when it is nowhere and we may; NULL when that fails
 */
const char *facts_tracefs(void);

/**
 * facts_cpus_possible - number of possible CPUs: the length of per-CPU values, at least 1
 */
unsigned facts_cpus_possible(void);

/**
 * facts_cpus_limit - all CPUs that are online have smaller numbers
 */
unsigned facts_cpus_limit(void);

/**
 * facts_cpu_online - is it? facts_cpus_online - the kernel's list of them, "0-3,5"
 */
bool facts_cpu_online(unsigned cpu);
const char *facts_cpus_online(void);

/**
 * facts_check_cpu - Return: 0, or -EINVAL with a line that names the CPUs that are online
 */
int facts_check_cpu(long cpu, struct error *err);

#endif
