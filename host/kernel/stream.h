/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - perf and ring buffers of the running kernel, through libbpf; the functions are
 * operations of struct kernel_ops, and documented there.
 */
#ifndef KW_KERNEL_STREAM_H
#define KW_KERNEL_STREAM_H

#include "kernel/kernel.h"

int stream_open(struct kernel *k, const struct stream_spec *spec, struct stream **out);
int stream_fd(struct kernel *k, const struct stream *stream);
int stream_drain(struct kernel *k, struct stream *stream);
int64_t stream_lost(struct kernel *k, const struct stream *stream);
void stream_close(struct kernel *k, struct stream *stream);

#endif
