/* SPDX-License-Identifier: Apache-2.0 */
/*
 * btf_module.h - functions of kernel modules in BTF (CONFIG_DEBUG_INFO_BTF_MODULES, 5.11). A module
 * has a BTF of its own, that goes on where the kernel's ends.
 */
#ifndef KW_KERNEL_BTF_MODULE_H
#define KW_KERNEL_BTF_MODULE_H

/**
 * btf_module_find - look for a function in the BTF of all modules
 * @fd:		set to a descriptor of the BTF that has it; the caller closes it
 *
 * Return: its number there, for bpf(2)'s attach_btf_id, or -ENOENT.
 */
int btf_module_find(const char *function, int *fd);

#endif
