/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/verifier.h"

#include <linux/bpf.h>
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
		"cur state: ", /* both behind "infinite loop detected at insn 15" */
		"old state: ",
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
	size_t len;
	uint32_t walked = 0; /* the last line of the text that it came through */

	*out = (struct verdict){.insn = -1};
	for (const char *p = log; *p;) {
		long insn;

		len = strcspn(p, "\n");

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
	len = strlen(out->reason);
	if (len && out->reason[len - 1] == '.')
		out->reason[len - 1] = '\0';
	long named = named_insn(out->reason);

	out->line = walked;
	if (named >= 0 && named <= UINT32_MAX) {
		uint32_t line = object_line_of(lines, nlines, (uint32_t)named);

		out->insn = named;
		out->line = line ? line : walked;
	}
}

const char *verdict_advice(const char *reason)
{
	static const char bounds[] = "a loop needs an end that can be seen: "
				     "for (int i = 0; i < 100; i++)";
	static const struct {
		const char *words;
		const char *advice;
	} known[] = {
		{"_or_null'", "it may be NULL: test it before it is used"},
		{"invalid mem access '", "what is not the program's own is read by "
					 "bpf_probe_read_kernel() or bpf_probe_read_user()"},
		{"infinite loop", bounds},
		{"back-edge", bounds}, /* before 5.3 */
		{"is too complex", bounds},
		{"is too large", "the kernel walks through a million instructions, each turn of a "
				 "loop anew: fewer turns, or less in each"},
		{"number of maps", "a table that kw_add() and the like write counts twice: it has "
				   "two halves"},
		{"read from stack", "all of a key or a record needs a value, padding too: "
				    "struct key key = {}"},
		{"!read_ok", "a variable is used, or the function ends, without a value"},
		{"min value is negative", "test that it is not too large, or make it unsigned"},
		{"unbounded memory access", "test that it is not too large, or take its lower bits "
					    "(n & 0xff)"},
		{"unknown func", "this kernel has no such helper for this kind of probe"},
		{"cannot use helper", "this kernel has no such helper for this kind of probe"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(reason, known[i].words))
			return known[i].advice;
	return NULL;
}

/*
 * LLVM moves a number of 32 bits into a register. One that is loaded as 64 bits, and is no
 * descriptor, stands for an address in .bss, .data or .rodata: libbcc leaves its place in there.
 */
static bool is_address(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_DW | BPF_IMM) && !insn->src_reg &&
	       insn[1].imm == (insn->imm < 0 ? -1 : 0);
}

static bool is_call_of_nothing(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL &&
	       insn->imm == -1;
}

const char *verdict_lacks(const struct object_function *function, uint32_t *line)
{
	const char *lacks = NULL;

	for (uint32_t i = 0; i < function->ninsns; i++) {
		const struct bpf_insn *insn = &function->insns[i];
		const uint32_t at = object_line_of(function->lines, function->nlines, i);

		if (is_call_of_nothing(insn)) {
			*line = at;
			return "calls a function that is not there: it is no helper of the "
			       "kernel's "
			       "(bpf_...) and no inline function of the text, and there is no C "
			       "library";
		}
		if (insn->code != (BPF_LD | BPF_DW | BPF_IMM))
			continue;
		if (!lacks && i + 1 < function->ninsns && is_address(insn)) {
			*line = at;
			lacks = "uses a global variable or a string constant, for which libbcc "
				"makes no "
				"room: keep values in a table (BPF_ARRAY(name, u64, 1)), and a "
				"string in "
				"an array of the function (char s[] = \"...\")";
		}
		i++;
	}
	return lacks;
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
	const char *from = whole || !log ? log : tail(log, TAIL);
	struct buf out = {0};

	if (!log) {
		if (verdict->line && text)
			add_source(&out, text, verdict->line);
		return buf_take(&out);
	}
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
