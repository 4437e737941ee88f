/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.h - a program's own options: what its header declares and what the user gave.
 */
#ifndef KW_PROGRAM_OPTION_H
#define KW_PROGRAM_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum option_type {
	OPTION_INT,
	OPTION_USEC,	  /* a time in microseconds; 10ms, 2s and 5us are understood */
	OPTION_CHOICE,	  /* choice:a|b */
	OPTION_FUNCTION,  /* one function of the kernel */
	OPTION_FUNCTIONS, /* names and globs, comma separated, or @FILE with one or more a line */
	OPTION_CPU,	  /* number of a CPU, or any */
	OPTION_PID,	  /* number of a process, or any */
	OPTION_EXPR,	  /* C, put into the text as it is */
	OPTION_PROBE,	  /* a probe point */
	OPTION_STRING,
};

/**
 * struct program_option - one option
 * @name:	long name, without dashes
 * @letter:	short name, or 0
 * @choices:	OPTION_CHOICE: "a|b"
 * @fallback:	default value as written; "-" means that a value must be given
 * @word:	what $NAME shows as in output lines while the value is the default, or NULL
 * @value:	value in force: the user's or the default; "" where the default is "-"
 * @given:	the user gave it
 * @number:	value of int, usec, cpu and pid (any is -1), index of a choice; else 0
 * @items:	OPTION_FUNCTIONS: what was asked for, in order, duplicates removed
 * All strings are owned by the struct.
 */
struct program_option {
	char *name;
	char letter;
	enum option_type type;
	char *choices;
	char *fallback;
	char *word;
	char *help;
	char *value;
	bool given;
	int64_t number;
	char **items;
	size_t nitems;
};

struct option_set {
	struct program_option *list;
	size_t n;
};

/**
 * option_declare - read "NAME[,LETTER] TYPE DEFAULT[(WORD)] HELP" and bind the default
 *
 * Return: 0, -EINVAL (err says what is wrong with the line) or -ENOMEM.
 */
int option_declare(struct option_set *set, const char *line, struct error *err);

/**
 * option_find - by long name; NULL when there is none
 */
struct program_option *option_find(const struct option_set *set, const char *name);

/**
 * option_bind - give an option the user's value
 *
 * Checks the value by type: a number out of range, an unknown choice, an empty list or an empty
 * item is refused in one line that names the option, the value, and what would be right. CPUs are
 * checked for being a number only: whether one is online is for the kernel floor to say.
 */
int option_bind(struct program_option *option, const char *value, struct error *err);

/**
 * option_shown - the text that $NAME stands for in output lines: the word while the value is the
 * default and the option has one, else the value
 */
const char *option_shown(const struct program_option *option);

/**
 * option_is_number - is its value a number that the loader patches in (int, usec, choice, cpu,
 * pid)?
 */
bool option_is_number(const struct program_option *option);

/**
 * option_is_positional - is it given by its place on the command line, for its name is in capital
 * letters (PROBE)? --PROBE does as well
 */
bool option_is_positional(const struct program_option *option);

/**
 * option_needs_value - is its default "-", and was it not given?
 */
bool option_needs_value(const struct program_option *option);

/**
 * option_is_unset - does it restrict nothing: is the value in force "any", or empty?
 */
bool option_is_unset(const struct program_option *option);

/**
 * option_equals - is this text the value in force? Numbers are compared as numbers: 10ms is 10000
 */
bool option_equals(const struct program_option *option, const char *text);

void option_set_free(struct option_set *set);

#endif
