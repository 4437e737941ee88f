/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_line.h - one reader for each word of the header language.
 *
 * Each fills a zeroed line struct from what follows the word. On failure the caller frees the line,
 * and puts the place in front of the message.
 */
#ifndef KW_PROGRAM_HEADER_LINE_H
#define KW_PROGRAM_HEADER_LINE_H

#include "program/header.h"

int attach_line_read(struct attach_line *line, const char *rest, struct error *err);
int standin_line_read(struct attach_line *line, const char *rest, struct error *err);
int fresh_line_read(struct fresh_line *line, const char *rest, struct error *err);
int size_line_read(struct size_line *line, const char *rest, struct error *err);
int label_line_read(struct label_line *line, const char *rest, struct error *err);
int account_line_read(struct account_line *line, const char *rest, struct error *err);
int repair_line_read(struct repair_line *line, const char *rest, struct error *err);
int word_line_read(char **option, const char *rest, struct error *err);
int show_line_read(struct show_line *line, const char *rest, struct error *err);

void attach_line_free(struct attach_line *line);
void fresh_line_free(struct fresh_line *line);
void size_line_free(struct size_line *line);
void label_line_free(struct label_line *line);
void account_line_free(struct account_line *line);
void repair_line_free(struct repair_line *line);
void show_line_free(struct show_line *line);

#endif
