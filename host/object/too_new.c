/* SPDX-License-Identifier: Apache-2.0 */
#include "object/too_new.h"

#include <ctype.h>
#include <string.h>

/*
 * Newest first: headers may want more than one of them. The versions are the first tags of BCC
 * whose src/cc/compat/linux/virtual_bpf.h has the name, for 6.19 those that pass -fms-extensions
 * (src/cc/frontends/clang/kbuild_helper.cc). Seen in BCC's issues 5231 (6.10), 5295 (6.15), 5444
 * (6.18) and 5525 (6.19).
 */
static const struct too_new all[] = {
	{"__filename_head;", "6.19", "0.37.0"},	    {"'struct bpf_task_work'", "6.18", "0.36.1"},
	{"'BPF_LOAD_ACQ'", "6.15", "0.35.0"},	    {"'struct bpf_wq'", "6.10", "0.31.0"},
	{"'struct bpf_refcount'", "6.4", "0.28.0"}, {"'struct bpf_rb_root'", "6.3", "0.28.0"},
};

/* libbcc compiles in the directory of the headers: only they have names that begin there. */
static bool of_headers(const char *line)
{
	return strncmp(line, "include/", 8) == 0 || strncmp(line, "arch/", 5) == 0;
}

/* Does an error lie in them? */
static bool is_headers_fault(const char *said)
{
	static const char error[] = ": error: ";

	for (const char *line = said; *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n");

		if (of_headers(line) && memmem(line, len, error, strlen(error)))
			return true;
		line += len;
	}
	return false;
}

const struct too_new *too_new_find(const char *said)
{
	if (!is_headers_fault(said))
		return NULL;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strstr(said, all[i].sign))
			return &all[i];
	return NULL;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Is a name, or two words of one, in a text? */
static bool has_name(const char *text, const char *name, size_t len)
{
	const char *end = text + strlen(text);

	for (const char *at = text; (at = memmem(at, (size_t)(end - at), name, len)); at++)
		if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
			return true;
	return false;
}

/* The name between quotes that begins with @begins behind @sign; Return: its length, or 0. */
static size_t quoted(const char *line, const char *sign, const char *begins, const char **name)
{
	const char *at = memmem(line, strcspn(line, "\n"), sign, strlen(sign));
	size_t len = strlen(begins);

	if (!at || strncmp(at + strlen(sign), begins, len) != 0)
		return 0;
	*name = at + strlen(sign);
	while (is_word((*name)[len]))
		len++;
	return (*name)[len] == '\'' ? len : 0;
}

static bool mend_line(struct mending *m, const char *line, const char *text)
{
	const char *name;
	size_t constant = quoted(line, "use of undeclared identifier '", "BPF_", &name);
	size_t type = constant ? 0 : quoted(line, "incomplete type '", "struct bpf_", &name);
	size_t len = constant + type;

	if (!len || has_name(buf_string(&m->declarations), name, len) || has_name(text, name, len))
		return false;
	/* Two constants may be cases of one switch, so no two have the same value. */
	if (constant)
		buf_addf(&m->declarations, "#define %.*s (-%u)\n", (int)len, name, 100000 + m->n);
	/* Nothing that a text can reach holds one: what checks programs asks for their size. */
	else
		buf_addf(&m->declarations, "%.*s { unsigned long long opaque[4]; };\n", (int)len,
			 name);
	m->n++;
	return true;
}

bool too_new_mend(struct mending *m, const char *said, const char *text)
{
	static const char nameless[] = "declaration does not declare anything";
	bool more = false;
	size_t len;

	for (const char *line = said; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (!of_headers(line))
			continue;
		if (!m->argument && memmem(line, len, nameless, strlen(nameless)))
			more = m->argument = true;
		more |= mend_line(m, line, text);
	}
	return more && !buf_error(&m->declarations);
}

char *too_new_text(const struct mending *m, const char *text)
{
	struct buf whole = {0};

	buf_addf(&whole, "%s#line 1 \"/virtual/main.c\"\n%s", buf_string(&m->declarations), text);
	return buf_take(&whole);
}
