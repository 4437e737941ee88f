/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols_files.h - the files that say which functions a kernel has.
 */
#ifndef KW_PROGRAM_SYMBOLS_FILES_H
#define KW_PROGRAM_SYMBOLS_FILES_H

/**
 * struct symbols_files - where the functions are
 * @kallsyms:	usually "/proc/kallsyms"; its functions are those of types t T w W
 * @filter:	a file with one traceable function a line (tracefs' available_filter_functions), or
 *		NULL; one that cannot be read means "no filter", never "nothing"
 * @blacklist:	a file in the form of debugfs' kprobes/blacklist ("0xSTART-0xEND NAME"), or NULL;
 *		likewise
 * @tracefs:	where tracefs is, or NULL
 *
 * The filter and the blacklist decide what a glob matches; a name written out is looked up in all.
 */
struct symbols_files {
	const char *kallsyms;
	const char *filter;
	const char *blacklist;
	const char *tracefs;
};

#endif
