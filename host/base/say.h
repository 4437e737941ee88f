/* SPDX-License-Identifier: Apache-2.0 */
/*
 * say.h - the one place that writes to standard error.
 *
 * Samples go to standard output through host/output/; everything else a user is told comes through
 * here, as one line that starts with the program's name.
 */
#ifndef KW_BASE_SAY_H
#define KW_BASE_SAY_H

#include "base/error.h"

/* How much say_detail() lets through: -v once is 1. Set by the command line, 0 at start. */
extern int say_verbosity;

/**
 * say - tell the user something: a warning or a fact that changes what the figures mean
 */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * say_once - say(), but the same text only once in the life of the process
 */
void say_once(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * say_detail - say(), only when -v was given
 */
void say_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * say_progress - show, on a terminal, what is going on; the next line replaces it
 * @what:	or NULL: it is over, and nothing of it stays
 */
void say_progress(const char *what);

/**
 * say_error - print an error and its detail lines
 */
void say_error(const struct error *err);

#endif
