/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.h - what the formats share: inside host/output/ only.
 */
#ifndef KW_OUTPUT_WRITE_H
#define KW_OUTPUT_WRITE_H

#include <stdio.h>

#include "base/buf.h"

/**
 * output_write - write a sample's text in pieces of whole lines, flush, free @text
 *
 * A piece is at most PIPE_BUF bytes, if its lines permit: pipe(7) promises that such a one is not
 * torn by somebody else who writes to the same pipe. A reader that is slow is waited for, also
 * where the pipe or terminal does not wait by itself, and at a signal; at a second signal not any
 * more.
 *
 * Return: 0, -ENOMEM when @text could not be completed, -EPIPE, -EINTR, or another negative errno.
 */
int output_write(FILE *out, struct buf *text);

#endif
