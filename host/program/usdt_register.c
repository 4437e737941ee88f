/* SPDX-License-Identifier: Apache-2.0 */
#include "program/usdt_register.h"

#include <stdio.h>
#include <string.h>

/* The order of struct pt_regs, 8 bytes each, with the names of their parts. */
static const struct {
	const char *names[4]; /* of 8, 4, 2 and 1 bytes */
	const char *high;     /* of bits 8 to 15 */
} x86[] = {
	{{"r15", "r15d", "r15w", "r15b"}, NULL},
	{{"r14", "r14d", "r14w", "r14b"}, NULL},
	{{"r13", "r13d", "r13w", "r13b"}, NULL},
	{{"r12", "r12d", "r12w", "r12b"}, NULL},
	{{"rbp", "ebp", "bp", "bpl"}, NULL},
	{{"rbx", "ebx", "bx", "bl"}, "bh"},
	{{"r11", "r11d", "r11w", "r11b"}, NULL},
	{{"r10", "r10d", "r10w", "r10b"}, NULL},
	{{"r9", "r9d", "r9w", "r9b"}, NULL},
	{{"r8", "r8d", "r8w", "r8b"}, NULL},
	{{"rax", "eax", "ax", "al"}, "ah"},
	{{"rcx", "ecx", "cx", "cl"}, "ch"},
	{{"rdx", "edx", "dx", "dl"}, "dh"},
	{{"rsi", "esi", "si", "sil"}, NULL},
	{{"rdi", "edi", "di", "dil"}, NULL},
	{{NULL}, NULL}, /* orig_rax */
	{{"rip", NULL, NULL, NULL}, NULL},
	{{NULL}, NULL}, /* cs */
	{{NULL}, NULL}, /* eflags */
	{{"rsp", "esp", "sp", "spl"}, NULL},
};

#define X86_IP (16 * 8)
#define AARCH64_SP (31 * 8)
#define AARCH64_IP (32 * 8)

static bool is_called(const char *name, size_t len, const char *candidate)
{
	return candidate && strlen(candidate) == len && memcmp(candidate, name, len) == 0;
}

static bool find_x86(const char *name, size_t len, struct usdt_register *found)
{
	for (size_t i = 0; i < sizeof(x86) / sizeof(x86[0]); i++) {
		for (unsigned part = 0; part < 4; part++) {
			if (!is_called(name, len, x86[i].names[part]))
				continue;
			*found = (struct usdt_register){(int)i * 8, 8u >> part, 0};
			return true;
		}
		if (is_called(name, len, x86[i].high)) {
			*found = (struct usdt_register){(int)i * 8, 1, 8};
			return true;
		}
	}
	return false;
}

static bool find_aarch64(const char *name, size_t len, struct usdt_register *found)
{
	char text[4];

	if (is_called(name, len, "sp")) {
		*found = (struct usdt_register){AARCH64_SP, 8, 0};
		return true;
	}
	for (int i = 0; i < 31; i++) {
		snprintf(text, sizeof(text), "%d", i);
		if (len < 2 || !is_called(name + 1, len - 1, text) ||
		    (name[0] != 'x' && name[0] != 'w'))
			continue;
		*found = (struct usdt_register){i * 8, name[0] == 'x' ? 8 : 4, 0};
		return true;
	}
	return false;
}

bool usdt_register_find(enum usdt_machine machine, const char *name, size_t len,
			struct usdt_register *found)
{
	return machine == USDT_X86_64 ? find_x86(name, len, found) : find_aarch64(name, len, found);
}

int usdt_register_ip(enum usdt_machine machine)
{
	return machine == USDT_X86_64 ? X86_IP : AARCH64_IP;
}
