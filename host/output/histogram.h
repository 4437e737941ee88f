/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.h - draw a histogram exactly as BCC does.
 */
#ifndef KW_OUTPUT_HISTOGRAM_H
#define KW_OUTPUT_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/**
 * histogram_log2 - add the lines of a log2 histogram
 * @unit:	word in its heading ("usecs")
 *
 * As BCC 0.26 prints it (src/python/bcc/table.py, _print_log2_hist): slot 0 is never shown, the
 * last line is the last slot that is not 0, nothing is printed when all are 0, and slots above 32
 * widen all columns.
 */
void histogram_log2(struct buf *out, const uint64_t *slots, size_t nslots, const char *unit);

/**
 * histogram_linear - add the lines of a linear histogram (_print_linear_hist)
 */
void histogram_linear(struct buf *out, const uint64_t *slots, size_t nslots, const char *unit);

#endif
