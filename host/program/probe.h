/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - probe points, written as bpftrace writes them.
 *
 *   kprobe:FN  kprobe:FN+OFFSET  kretprobe:FN  tracepoint:CATEGORY:NAME  rawtracepoint:NAME
 *   uprobe:PATH:SYMBOL  uprobe:PATH:SYMBOL+OFFSET  uretprobe:PATH:SYMBOL
 *   usdt:PATH:PROVIDER:NAME  usdt:PATH:NAME
 *   fentry:FN  fexit:FN  lsm:HOOK  profile:hz:N  interval:s:N
 *   hardware:EVENT[:PERIOD]  software:EVENT[:PERIOD]  cache:EVENT[:PERIOD]
 * A symbol may be a name, NAME@VERSION, a C++ name, a pattern, or an address 0xN; it may stand in
 * double quotes. The path ends at the first colon behind its last slash.
 *
 * Kinds have other names too, bpftrace's and BCC's: kfunc for fentry, raw_tracepoint, t, …
 * A probe point here is only words; the kernel floor gives it a meaning.
 */
#ifndef KW_PROGRAM_PROBE_H
#define KW_PROGRAM_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum probe_kind {
	PROBE_KPROBE,
	PROBE_KRETPROBE,
	PROBE_TRACEPOINT,
	PROBE_RAW_TRACEPOINT,
	PROBE_UPROBE,
	PROBE_URETPROBE,
	PROBE_USDT,
	PROBE_FENTRY,
	PROBE_FEXIT,
	PROBE_PROFILE,
	PROBE_INTERVAL,
	PROBE_HARDWARE,
	PROBE_SOFTWARE,
	PROBE_CACHE,
	PROBE_LSM,
	PROBE_NKINDS,
};

/**
 * struct probe - one probe point
 * @group:	tracepoint category, path of a binary, or unit ("hz"); NULL where the kind has none
 * @name:	function, tracepoint, symbol or event; for profile and interval the number as text;
 *		for usdt "PROVIDER:NAME" or "NAME". Functions and tracepoints of the kernel may be
 *patterns, which a plan resolves
 * @offset:	bytes into the function; 0 at its start
 * @number:	period or frequency (profile, interval, hardware, software, cache; 0: the event's
 *		own), else 0
 * @address:	of a kernel function that shares its name with others; 0: the name is enough.
 *		Of a uprobe or USDT probe in a plan: its byte of the file
 * @place:	of a function of the kernel in a plan: where it is; 0: not known
 * @semaphore:	of a USDT probe in a plan: the byte of the file that has its semaphore; 0: none
 * @pid:	of a uprobe or USDT probe: the only process that it is for; 0: any
 * Strings are owned by the struct.
 */
struct probe {
	enum probe_kind kind;
	char *group;
	char *name;
	uint64_t offset;
	uint64_t address;
	uint64_t place;
	uint64_t semaphore;
	uint64_t number;
	pid_t pid;
};

/**
 * probe_parse - read one probe point
 * @text:	for instance "kprobe:vfs_read+4"
 * @probe:	filled; free with probe_free()
 * @err:	names the part that is wrong and lists the kinds there are
 *
 * Return: 0 or -EINVAL, -ENOMEM.
 */
int probe_parse(const char *text, struct probe *probe, struct error *err);

/**
 * probe_parse_kind - read the kind of a probe point only, for texts whose $names have no value yet
 * @rest:	set to what follows the kind and its colon
 */
int probe_parse_kind(const char *text, enum probe_kind *kind, const char **rest, struct error *err);

/**
 * probe_path_length - bytes of the path that FILE:SYMBOL begins with: up to the first colon behind
 * its last slash, but C++ names have colons and slashes too
 */
size_t probe_path_length(const char *text);

/**
 * probe_format - write a probe point as probe_parse() reads it, NUL included, cut at @size
 */
void probe_format(const struct probe *probe, char *buf, size_t size);

/**
 * probe_kind_name - "kprobe", "tracepoint", …
 */
const char *probe_kind_name(enum probe_kind kind);

/**
 * probe_context - the C type that a handler's argument points to: "struct pt_regs"
 * @text:	a probe point; where it cannot be read, or means several tracepoints, the type is
 * void
 */
void probe_context(const char *text, char *type, size_t size);

/**
 * probe_is_event - the point is one of perf's events (hardware, software, cache)
 */
bool probe_is_event(enum probe_kind kind);

/**
 * probe_is_pattern - stands its name, or its category, for several (* ? [)?
 */
bool probe_is_pattern(const struct probe *probe);

/**
 * probe_is_function - the point names a function of the kernel (kprobe, kretprobe, fentry, fexit)
 */
bool probe_is_function(enum probe_kind kind);

/**
 * probe_is_user - the point is in a program or a library (uprobe, uretprobe, usdt)
 */
bool probe_is_user(enum probe_kind kind);

int probe_copy(struct probe *to, const struct probe *from);
void probe_free(struct probe *probe);

#endif
