/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expansion.h - what expansion makes of a text, and the names by which the loader finds in the
 * object what was put there for it.
 */
#ifndef KW_PROGRAM_EXPANSION_H
#define KW_PROGRAM_EXPANSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A patched constant is an ld_imm64 whose value is CONST_TAG | id before the loader fills it in. */
#define CONST_TAG 0x6b77685f70610000ULL /* "kwh_pa" */
#define CONST_TAG_MASK 0xffffffffffff0000ULL

/* Ids of constants that are no option. Options have the ids from CONST_OPTION on, in order. */
enum const_id {
	CONST_ITEM = 0, /* index of the list's item that this copy of the handler serves */
	CONST_SELF = 1, /* process id of the tracer, as the kernel numbers it */
	CONST_OPTION = 16,
	CONST_USDT = 0x4000, /* and more: const_usdt() */
};

/* Argument n (from 1) of a USDT probe: what enum usdt_field says of it. */
static inline unsigned const_usdt(unsigned n, unsigned field)
{
	return CONST_USDT + n * 16 + field;
}

/*
 * The address of a one-entry array's leaf is an ld_imm64 whose upper word is VALUE_TAG, and whose
 * lower word is value_hash() of the table's name. The loader puts the address there, or 0.
 */
#define VALUE_TAG 0x6b777661ULL /* "kwva" */

uint32_t value_hash(const char *table, size_t len);

/* Tables that expansion adds: which half is being written, 0 or 1, as the only u64 of an array; and
 * an array of u64 that counts the insertions that a full table refused. */
#define TABLE_HALF "kw_written"
#define TABLE_REFUSED "kw_refused"
#define REFUSED_SLOTS 63

/* An array of u64 that counts the records that a perf or ring buffer did not take. */
#define TABLE_LOST "kw_lost"
#define LOST_SLOTS 16

/**
 * expand_adds_table - is it one of those that expansion adds?
 */
bool expand_adds_table(const char *name);

/*
 * Tables that only describe what a call sends, TABLE_EVENT N _ TABLE: never created. One whose
 * flags are 1 has the record's type, one whose flags are 0 was a wrong guess (expand_event.h).
 */
#define TABLE_EVENT "kw_event_"

/**
 * struct halved - a table that has two halves
 * @name:	as the text calls it; its halves are NAME__0 and NAME__1
 * @refused:	its slot in the table of refusals
 * @adds, @maxes: kw_add(), kw_max() write it
 */
struct halved {
	char *name;
	unsigned refused;
	bool adds;
	bool maxes;
};

/**
 * struct streamed - a perf or ring buffer that the text sends records to
 * @lost:	its slot in the table of losses
 */
struct streamed {
	char *name;
	unsigned lost;
};

/**
 * struct expansion - the result
 * @text:	C for libbcc
 * @halved:	tables that were given two halves
 * @streams:	tables that records are sent to
 */
struct expansion {
	char *text;
	struct halved *halved;
	size_t nhalved;
	struct streamed *streams;
	size_t nstreams;
};

void expansion_free(struct expansion *expansion);

#endif
