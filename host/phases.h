/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phases.h - where the time of a start goes, for -v.
 */
#ifndef KW_PHASES_H
#define KW_PHASES_H

/**
 * phases_begin - called first of all in main()
 */
void phases_begin(void);

/**
 * phase_ended - what went on since the phase before is called @name
 */
void phase_ended(const char *name);

/**
 * phases_say - say all of them in one line with -v, once
 */
void phases_say(void);

#endif
