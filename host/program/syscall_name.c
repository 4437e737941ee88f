/* SPDX-License-Identifier: Apache-2.0 */
#include "program/syscall_name.h"

#include <stdio.h>
#include <string.h>

static const char *const prefixes[] = {
	"sys_",		"__x64_sys_",	"__x32_compat_sys_", "__ia32_compat_sys_",
	"__arm64_sys_", "__s390x_sys_", "__s390_sys_",	     "__riscv_sys_",
};
#define NPREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

static const char *kernel_prefix(const struct functions *s)
{
	char probe[40];

	for (size_t i = 0; i < NPREFIXES; i++) {
		snprintf(probe, sizeof(probe), "%sbpf", prefixes[i]);
		if (functions_has(s, probe))
			return prefixes[i];
	}
	return NULL;
}

bool syscall_name(const struct functions *s, const char *name, char *out, size_t size)
{
	for (size_t i = 0; i < NPREFIXES; i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], len) != 0 || !name[len])
			continue;
		const char *prefix = kernel_prefix(s);

		if (!prefix || prefix == prefixes[i])
			return false;
		return (size_t)snprintf(out, size, "%s%s", prefix, name + len) < size;
	}
	return false;
}
