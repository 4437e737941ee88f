/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/similar.h"
#include "program/shipped.h"

#define TEXT_LIMIT (4u << 20)

static bool is_path(const char *word)
{
	size_t len = strlen(word);

	return strchr(word, '/') || strcmp(word, "-") == 0 ||
	       (len > 2 && strcmp(word + len - 2, ".c") == 0);
}

static bool is_package(const char *word)
{
	size_t len = strlen(word);

	return len > 4 && strcmp(word + len - 4, ".kwo") == 0;
}

/* What `kwhile build` has written. */
static int read_package(struct cli *cli, struct error *err)
{
	struct buf bytes = {0};
	struct error why = {0};
	int rc = buf_read_file(&bytes, cli->word, PACKAGE_MAX_BYTES);

	if (rc < 0)
		rc = error_set(err, rc == -ENOENT ? EXIT_USAGE : EXIT_FAILED, rc,
			       "cannot read %s: %s", cli->word, strerror(-rc));
	if (rc == 0) {
		cli->package = calloc(1, sizeof(*cli->package));
		rc = cli->package ? package_read(buf_string(&bytes), bytes.len, cli->package, &why)
				  : error_nomem(err);
	}
	if (why.text[0])
		error_failed(err, rc, "%s cannot be run: %s", cli->word, why.text);
	error_clear(&why);
	buf_free(&bytes);
	if (rc < 0)
		return rc;
	cli->file = cli->package->file;
	cli->text = strdup(cli->package->text);
	if (!cli->text)
		return error_nomem(err);
	return header_parse(cli->text, cli->file, &cli->header, err);
}

static int check_text(const char *file, const struct buf *text, struct error *err)
{
	if (!text->len)
		return error_usage(err, "%s is empty", file);
	if (memchr(text->data, '\0', text->len))
		return error_usage(err, "%s is not a text: it has binary data in it", file);
	return 0;
}

/* What some editors put ahead of UTF-8. Clang skips it only where nothing stands before it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static bool begins_with_mark(const struct buf *text)
{
	return strncmp(buf_string(text), byte_order_mark, sizeof(byte_order_mark) - 1) == 0;
}

static int read_text(struct cli *cli, struct error *err)
{
	bool from_stdin = strcmp(cli->word, "-") == 0;
	struct buf text = {0};
	struct stat st;

	cli->file = from_stdin ? "<stdin>" : cli->word;
	if (!from_stdin && stat(cli->word, &st) == 0 && S_ISDIR(st.st_mode))
		return error_usage(err, "%s is a directory, not a probe text", cli->file);
	int rc = from_stdin ? buf_read_fd(&text, STDIN_FILENO, TEXT_LIMIT)
			    : buf_read_file(&text, cli->word, TEXT_LIMIT);

	if (rc == -EFBIG)
		rc = error_usage(err, "%s has more than %u MB: that is no probe text", cli->file,
				 TEXT_LIMIT >> 20);
	else if (rc < 0)
		rc = error_set(err, rc == -ENOENT ? EXIT_USAGE : EXIT_FAILED, rc,
			       "cannot read %s: %s", cli->file, strerror(-rc));
	else
		rc = check_text(cli->file, &text, err);
	if (rc == 0) {
		const size_t mark = begins_with_mark(&text) ? sizeof(byte_order_mark) - 1 : 0;

		cli->text = strdup(buf_string(&text) + mark);
		if (!cli->text)
			rc = error_nomem(err);
	}
	buf_free(&text);
	return rc;
}

static int use_shipped(struct cli *cli, const struct shipped *shipped, struct error *err)
{
	cli->file = shipped->file;
	cli->text = strdup(shipped->text);
	if (!cli->text)
		return error_nomem(err);
	return header_parse(cli->text, cli->file, &cli->header, err);
}

static int bind_word(struct cli *cli, struct program_option *option, struct error *err)
{
	char *text;
	int rc = option_bind(option, cli->word, err);

	if (rc < 0 || cli->verb != VERB_BUILD)
		return rc;
	if (asprintf(&text, "--%s=%s", option->name, cli->word) < 0)
		return error_nomem(err);
	return cli_give(cli, text, err);
}

/* The program whose header says that a function's name stands for it. */
static int use_function(struct cli *cli, struct error *err)
{
	cli->is_function = true;
	for (size_t i = 0; i < shipped_count; i++) {
		int rc = use_shipped(cli, &shipped_programs[i], err);

		if (rc < 0)
			return rc;
		if (cli->header.word_function) {
			struct program_option *option =
				option_find(&cli->header.options, cli->header.word_function);

			if (!option)
				return error_usage(err, "%s: word function %s: no such option",
						   cli->file, cli->header.word_function);
			return bind_word(cli, option, err);
		}
		header_free(&cli->header);
		memset(&cli->header, 0, sizeof(cli->header));
		free(cli->text);
		cli->text = NULL;
	}
	return error_usage(err, "there is no program %s; `kwhile list` shows those there are",
			   cli->word);
}

/* Is there a file of that name? Then say how it is given. */
static bool file_meant(const char *word, struct error *err)
{
	if (!*word || access(word, F_OK) < 0)
		return false;
	error_usage(err, "no program and no function %s; the file of that name is ./%s", word,
		    word);
	return true;
}

static bool could_be_function(const char *word)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.0123456789";

	return *word && !strchr("0123456789", *word) && !word[strspn(word, letters)];
}

int cli_source(struct cli *cli, struct error *err)
{
	const struct shipped *shipped = shipped_find(cli->word);
	int rc;

	if (is_package(cli->word))
		return read_package(cli, err);
	if (is_path(cli->word)) {
		rc = read_text(cli, err);
		return rc < 0 ? rc : header_parse(cli->text, cli->file, &cli->header, err);
	}
	if (shipped)
		return use_shipped(cli, shipped, err);
	if (!could_be_function(cli->word) && file_meant(cli->word, err))
		return -EINVAL;
	if (!could_be_function(cli->word))
		return error_usage(err,
				   "'%s' is neither a program, nor a file, nor a kernel function; "
				   "`kwhile list` shows the programs, whose options come behind "
				   "their names",
				   cli->word);
	return use_function(cli, err);
}

void cli_unknown_word(const struct cli *cli, struct error *err)
{
	for (size_t i = 0; i < shipped_count; i++) {
		if (!similar_enough(cli->word, shipped_programs[i].name))
			continue;
		error_usage(err, "no program and no function %s; did you mean the program %s?",
			    cli->word, shipped_programs[i].name);
		return;
	}
	file_meant(cli->word, err);
	err->status = EXIT_USAGE;
}
