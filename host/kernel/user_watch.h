/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_watch.h - has a thread been in user space since?
 *
 * A timer on the thread's own CPU time takes a sample where it finds the thread in user space, and
 * none where it finds it in the kernel (perf_swevent_hrtimer() and perf_exclude_event(),
 * kernel/events/core.c, 6.1). So a sample is proof. The times of /proc/TID/stat are not: the
 * kernel scales them to the time that it measured (cputime_adjust(), kernel/sched/cputime.c), and
 * utime may grow while a thread does not leave the kernel.
 */
#ifndef KW_KERNEL_USER_WATCH_H
#define KW_KERNEL_USER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct user_watch; /* opaque: an event on a thread, and the page where its samples are counted */

/**
 * user_watch_start - watch a thread from now on
 * @tid:	thread id, not 0, as this process's namespace of processes has it
 * @out:	the watch; user_watch_stop() ends it
 *
 * Return: 0, -ESRCH where there is no such thread, or what the kernel said (-EACCES, -EMFILE…).
 */
int user_watch_start(uint32_t tid, struct user_watch **out);

/**
 * user_watch_saw - Return: has the thread been seen in user space since the start?
 *
 * False says nothing: it may not have run, or only for less than a millisecond.
 */
bool user_watch_saw(const struct user_watch *watch);

/**
 * user_watch_stop - end it and free it; NULL is fine
 */
void user_watch_stop(struct user_watch *watch);

#endif
