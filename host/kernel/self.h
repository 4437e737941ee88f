/* SPDX-License-Identifier: Apache-2.0 */
/*
 * self.h - who we are to the programs that the kernel runs.
 *
 * bpf_get_current_pid_tgid() gives numbers of the first pid namespace. In a container, getpid() is
 * another one, and /proc tells only what its own namespace may know.
 */
#ifndef KW_KERNEL_SELF_H
#define KW_KERNEL_SELF_H

/**
 * self_pid - process id of this process, as the kernel numbers it
 *
 * Asks once. Return: the number, or -EOPNOTSUPP where we are in another pid namespace and the
 * kernel cannot run a program for us alone (before 5.10).
 */
long self_pid(void);

#endif
