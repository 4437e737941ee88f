/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - where the compiler's library is, without loading it.
 */
#ifndef KW_OBJECT_LIBRARY_H
#define KW_OBJECT_LIBRARY_H

/**
 * library_path - path of libbcc.so.0: beside the libbcc_bpf that this process has loaded (one
 * package has both), else where libraries usually are; "" when there is none
 */
const char *library_path(void);

#endif
