/* SPDX-License-Identifier: Apache-2.0 */
#include "base/similar.h"
#include "program/plan_note.h"

#include <stdio.h>
#include <string.h>

#include "base/say.h"

/* A line is to be read: so many names, and the number of the others. */
#define NAMES_MAX 20

/* Is it one of the comma separated texts? */
static bool note_has(const struct note *note, const char *text)
{
	size_t len = strlen(text);

	for (const char *p = buf_string(&note->text); (p = strstr(p, text)) != NULL; p++) {
		bool starts = p == note->text.data ||
			      (p - note->text.data > 1 && p[-1] == ' ' && p[-2] == ',');

		if (starts && (p[len] == '\0' || p[len] == ','))
			return true;
	}
	return false;
}

void note_addf(struct note *note, const char *fmt, ...)
{
	struct buf text = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	/* Counted even when memory ran out: others decide by the number. */
	if (buf_error(&text))
		note->n++;
	else if (!note_has(note, buf_string(&text)) && note->n++ < NAMES_MAX)
		buf_addf(&note->text, "%s%s", note->text.len ? ", " : "", buf_string(&text));
	buf_free(&text);
}

const char *note_text(struct note *note)
{
	if (note->n > NAMES_MAX) {
		buf_addf(&note->text, " and %zu more", note->n - NAMES_MAX);
		note->n = NAMES_MAX;
	}
	return buf_string(&note->text);
}

void note_free(struct note *note)
{
	buf_free(&note->text);
	note->n = 0;
}

void notes_say(struct notes *notes)
{
	if (notes->standins.n)
		say("%s", note_text(&notes->standins));
	if (notes->probed_as.n)
		say("%s", note_text(&notes->probed_as));
	if (notes->counted_as.n)
		say("%s", note_text(&notes->counted_as));
	if (notes->missing.n)
		say("this kernel has no %s: not counted", note_text(&notes->missing));
	if (notes->unattached.n)
		say("this kernel has no %s: not attached", note_text(&notes->unattached));
	if (notes->blacklisted.n)
		say("kprobes refuses %s (on the kernel's blacklist): not attached",
		    note_text(&notes->blacklisted));
	if (notes->parts.n)
		say("only parts of these functions exist apart (.part), so only a part of their "
		    "calls is seen: %s",
		    note_text(&notes->parts));
	if (notes->several.n)
		say("several functions have one name, and all are probed: %s; kprobe:0xADDRESS is "
		    "one of them (/proc/kallsyms says which)",
		    note_text(&notes->several));
	if (notes->hidden.n)
		say("several functions have one name and the kernel hides their addresses "
		    "(kernel.kptr_restrict), so only one of each is probed: %s",
		    note_text(&notes->hidden));
	if (notes->offsets.n)
		say("offsets count from the start of a clone: %s", note_text(&notes->offsets));
	if (notes->absent.n)
		say("no such function, not attached: %s", note_text(&notes->absent));
	if (notes->no_usdt.n)
		say("no such USDT probe, not attached: %s", note_text(&notes->no_usdt));
	if (notes->ifuncs.n)
		say("indirect functions (ifunc), whose implementation is not known here: not "
		    "attached: %s",
		    note_text(&notes->ifuncs));
	if (notes->breaking.n)
		say("a return probe there would end the program: not attached: %s",
		    note_text(&notes->breaking));
	if (notes->throwing.n)
		say("%s: an exception or a panic that passes through a function with a return "
		    "probe "
		    "ends the program, for the kernel's return probes hide who called it; probe "
		    "only functions through which none passes, or their entry (uprobe)",
		    note_text(&notes->throwing));
	if (notes->unmapped.n)
		say("the process has not loaded %s (yet): its calls count once it has",
		    note_text(&notes->unmapped));
}

void notes_free(struct notes *notes)
{
	note_free(&notes->counted_as);
	note_free(&notes->probed_as);
	note_free(&notes->missing);
	note_free(&notes->unattached);
	note_free(&notes->blacklisted);
	note_free(&notes->parts);
	note_free(&notes->several);
	note_free(&notes->hidden);
	note_free(&notes->offsets);
	note_free(&notes->standins);
	note_free(&notes->absent);
	note_free(&notes->no_usdt);
	note_free(&notes->ifuncs);
	note_free(&notes->breaking);
	note_free(&notes->throwing);
	note_free(&notes->unmapped);
}

void similar_text(struct symbols *symbols, const char *name, char *text, size_t size)
{
	const char *names[3];
	size_t n = symbols_similar(symbols, name, names, 3);

	struct buf like = {0};

	similar_say(&like, names, n);
	if (symbols_count(symbols) == 0)
		snprintf(text, size, "; the kernel's list of functions is empty");
	else
		snprintf(text, size, "%s%s", n ? "; " : "", buf_string(&like));
	buf_free(&like);
}
