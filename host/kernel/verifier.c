/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define TAIL 12 /* lines of the log that are shown without -v */

/* "12: (79) r1 = …" is an instruction; "12: R1=ctx() …" the state before it. */
static bool is_insn(const char *line, long *insn)
{
	char *end;
	long n = strtol(line, &end, 10);

	if (end == line || n < 0 || strncmp(end, ": (", 3) != 0)
		return false;
	*insn = n;
	return true;
}

static bool begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* Statistics behind the reason, and what stands between instructions. */
static bool is_other(const char *line)
{
	static const char *const words[] = {
		"processed ",
		"verification time ",
		"stack depth ",
		"from ",
		";",
		"last_idx ",
		"regs=",
		"parent ",
		"mark_precise:",
		"propagating ",
	};
	size_t digits = strspn(line, "0123456789");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins(line, words[i]))
			return true;
	return line[0] == '\n' || line[0] == '\0' || line[0] == ' ' ||
	       (digits && begins(line + digits, ": "));
}

/* "… insn 9 …", but not the processed ones. */
static long named_insn(const char *reason)
{
	const char *at = strstr(reason, "insn ");
	char *end;

	if (!at)
		return -1;
	long n = strtol(at + 5, &end, 10);

	return end > at + 5 && n >= 0 ? n : -1;
}

void verdict_read(const char *log, const struct object_line *lines, uint32_t nlines,
		  struct verdict *out)
{
	uint32_t walked = 0; /* the last line of the text that it came through */

	*out = (struct verdict){.insn = -1};
	for (const char *p = log; *p;) {
		size_t len = strcspn(p, "\n");
		long insn;

		if (is_insn(p, &insn)) {
			uint32_t line = insn > UINT32_MAX
						? 0
						: object_line_of(lines, nlines, (uint32_t)insn);

			out->insn = insn;
			walked = line ? line : walked;
			out->reason[0] = '\0';
		} else if (!is_other(p)) {
			snprintf(out->reason, sizeof(out->reason), "%.*s",
				 (int)(len < sizeof(out->reason) ? len : sizeof(out->reason) - 1),
				 p);
		}
		p += len + (p[len] == '\n');
	}
	long named = named_insn(out->reason);

	out->line = walked;
	if (named >= 0 && named <= UINT32_MAX) {
		uint32_t line = object_line_of(lines, nlines, (uint32_t)named);

		out->insn = named;
		out->line = line ? line : walked;
	}
}

/* Where the last @lines lines begin. */
static const char *tail(const char *log, int lines)
{
	const char *from = log + strlen(log);

	for (; from > log; from--)
		if (from[-1] == '\n' && lines-- == 0)
			break;
	return from;
}

static void add_source(struct buf *out, const char *text, uint32_t line)
{
	for (; *text && line > 1; line--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	buf_addf(out, "%.*s\n", (int)strcspn(text, "\n"), text);
}

char *verdict_detail(const struct verdict *verdict, const char *log, const char *file,
		     const char *text, bool whole)
{
	const char *from = whole ? log : tail(log, TAIL);
	struct buf out = {0};

	if (verdict->line && verdict->reason[0]) {
		buf_addf(&out, "%s:%u: the verifier: %s\n", file, verdict->line, verdict->reason);
		if (text)
			add_source(&out, text, verdict->line);
	} else if (verdict->reason[0]) {
		buf_addf(&out, "the verifier: %s\n", verdict->reason);
	}
	buf_addf(&out, "%s\n%s", from == log ? "its log:" : "the end of its log:", from);
	if (out.len && out.data && out.data[out.len - 1] != '\n')
		buf_addc(&out, '\n');
	return buf_take(&out);
}
