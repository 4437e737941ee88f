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
int tail_line_read(struct tail_line *line, const char *rest, struct error *err);
int inner_line_read(struct inner_line *line, const char *rest, struct error *err);
int as_line_read(struct as_line *line, const char *rest, struct error *err);
int show_line_read(struct show_line *line, const char *rest, struct error *err);

void attach_line_free(struct attach_line *line);
void fresh_line_free(struct fresh_line *line);
void size_line_free(struct size_line *line);
void label_line_free(struct label_line *line);
void account_line_free(struct account_line *line);
void repair_line_free(struct repair_line *line);
void tail_line_free(struct tail_line *line);
void inner_line_free(struct inner_line *line);
void as_line_free(struct as_line *line);
void show_line_free(struct show_line *line);

/**
 * line_word - the next word of a line; NULL in *word at its end
 */
int line_word(const char **at, char **word, bool *quoted, struct error *err);

/**
 * line_table - the next word, which must be there and be the name of a table
 * @form:	how the line is written, for the message
 */
int line_table(const char **at, char **table, const char *form, struct error *err);

/**
 * line_end - nothing more may follow
 */
int line_end(const char *at, const char *form, struct error *err);

#endif
