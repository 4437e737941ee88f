/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_text.h - the $names in probe points, and where an attach line stands.
 */
#ifndef KW_PROGRAM_PLAN_TEXT_H
#define KW_PROGRAM_PLAN_TEXT_H

#include "program/header.h"

#define PLACE_ROOM 300

/**
 * place_of_line - what a message about the line begins with: "FILE:LINE: " or "--attach '…': "
 */
void place_of_line(const struct attach_line *line, char *place, size_t size);

/**
 * point_mentions - is $NAME in the text of a probe point?
 */
bool point_mentions(const char *point, const char *name);

/**
 * point_list - the list option that a line mentions
 * @list:	set to it, or to NULL
 *
 * Return: 0, or -EINVAL where a $name is no option's.
 */
int point_list(const struct header *header, const struct attach_line *line,
	       const struct program_option **list, struct error *err);

/**
 * point_expand - the probe point with the options' values in place of their $names
 * @text:	to be freed by the caller
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int point_expand(const struct header *header, const struct attach_line *line, char **text,
		 struct error *err);

#endif
