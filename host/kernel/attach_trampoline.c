/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fentry, fexit (5.5) and LSM hooks (5.7): programs that are loaded for one function, which they
 * name by its number in the kernel's BTF, and that the kernel calls from a trampoline.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/attach.h"
#include "kernel/btf_module.h"
#include "kernel/facts.h"
#include "program/word.h"

#define LSM_LIST "/sys/kernel/security/lsm"

static int needs_btf(const struct probe *probe, const char *instead, struct error *err)
{
	if (fact(FACT_BTF))
		return 0;
	return error_failed(err, -EOPNOTSUPP,
			    "%s:%s needs BTF, and this kernel (%s) has none (CONFIG_DEBUG_INFO_BTF "
			    "is off)%s",
			    probe_kind_name(probe->kind), probe->name, facts_release(), instead);
}

static int function_check(const struct probe *probe, struct error *err)
{
	char instead[SYMBOL_ROOM + 40];

	snprintf(instead, sizeof(instead), "; %s:%.500s does without",
		 probe->kind == PROBE_FENTRY ? "kprobe" : "kretprobe", probe->name);
	return needs_btf(probe, instead, err);
}

/* Is bpf among the names of @list, "lockdown,capability,bpf"? */
static bool lists_bpf(const char *list)
{
	for (const char *p = list; *p; p += p[strcspn(p, ",\n")] != '\0') {
		size_t len = strcspn(p, ",\n");

		if (len == 3 && memcmp(p, "bpf", 3) == 0)
			return true;
		p += len;
	}
	return false;
}

/* A hook of a kernel that does not start the BPF LSM can be attached to, and is never called. */
static int lsm_check(const struct probe *probe, struct error *err)
{
	struct buf list = {0};
	int rc = needs_btf(probe, "", err);

	if (rc < 0)
		return rc;
	if (buf_read_file(&list, LSM_LIST, 4096) < 0)
		say_once("%s cannot be read, so whether this kernel calls BPF at its LSM hooks is "
			 "not known: mount -t securityfs securityfs /sys/kernel/security",
			 LSM_LIST);
	else if (!lists_bpf(buf_string(&list)))
		rc = error_failed(
			err, -EOPNOTSUPP,
			"lsm:%s: this kernel does not call BPF at LSM hooks: bpf is not in "
			"%s (%.200s); it needs CONFIG_BPF_LSM and lsm=...,bpf when booting",
			probe->name, LSM_LIST, list.len ? strtok(list.data, "\n") : "empty");
	buf_free(&list);
	return rc;
}

static enum bpf_attach_type attach_type(enum probe_kind kind)
{
	return kind == PROBE_LSM      ? BPF_LSM_MAC
	       : kind == PROBE_FENTRY ? BPF_TRACE_FENTRY
				      : BPF_TRACE_FEXIT;
}

static int trampoline_target(const struct prog_spec *spec, struct bpf_prog_load_opts *opts,
			     struct error *err)
{
	const struct probe probe = {.kind = spec->kind, .name = (char *)spec->target};
	enum bpf_attach_type type = attach_type(spec->kind);
	int rc = needs_btf(&probe, "", err);

	/* Not asked yet where the probe may be missing. */
	if (rc < 0)
		return rc;
	int id = libbpf_find_vmlinux_btf_id(spec->target, type);

	if (id < 0 && spec->kind == PROBE_LSM)
		return error_failed(err, id, "this kernel has no LSM hook %s", spec->target);
	if (id < 0) {
		int fd;

		id = btf_module_find(spec->target, &fd);
		if (id > 0)
			opts->attach_btf_obj_fd = (uint32_t)fd;
	}
	if (id < 0)
		return error_failed(
			err, id,
			"%s:%s: neither the kernel's BTF nor that of a module has such a function "
			"(clones like %s.isra.0 are not in it); %s:%s may do",
			probe_kind_name(spec->kind), spec->target, spec->target,
			spec->kind == PROBE_FENTRY ? "kprobe" : "kretprobe", spec->target);
	opts->expected_attach_type = type;
	opts->attach_btf_id = (uint32_t)id;
	return 0;
}

static int trampoline_attach(const struct probe *probe, int prog, struct link *link,
			     struct error *err)
{
	link->link_fd = bpf_raw_tracepoint_open(NULL, prog);
	if (link->link_fd >= 0)
		return 0;
	int code = -errno;

	link->link_fd = -1;
	if (code == -E2BIG)
		return error_failed(err, code,
				    "%s:%s: the kernel lets no more than 38 programs be attached "
				    "to a function so, those of other tracers among them: make one "
				    "handler of several",
				    probe_kind_name(probe->kind), probe->name);
	return error_failed(err, code, "cannot attach to %s:%s: %s", probe_kind_name(probe->kind),
			    probe->name, strerror(-code));
}

const struct attacher attach_function = {
	.type = BPF_PROG_TYPE_TRACING,
	.check = function_check,
	.target = trampoline_target,
	.attach = trampoline_attach,
};

const struct attacher attach_lsm = {
	.type = BPF_PROG_TYPE_LSM,
	.check = lsm_check,
	.target = trampoline_target,
	.attach = trampoline_attach,
};
