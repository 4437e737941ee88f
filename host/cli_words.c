/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_words.h"

#include <stdio.h>
#include <string.h>

bool cli_verb(const char *word, enum verb *verb)
{
	static const struct {
		const char *name;
		enum verb verb;
	} verbs[] = {
		{"run", VERB_RUN},	 {"list", VERB_LIST},	{"help", VERB_HELP},
		{"doctor", VERB_DOCTOR}, {"cache", VERB_CACHE}, {"build", VERB_BUILD},
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(word, verbs[i].name) == 0) {
			*verb = verbs[i].verb;
			return true;
		}
	}
	return false;
}

int cli_reserved(const char *word, struct error *err)
{
	static const char *const reserved[] = {"record", "report", "diff"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(word, reserved[i]) == 0)
			return error_usage(err, "`kwhile %s` is not there yet", word);
	return 0;
}

int cli_bind_words(struct cli *cli, char **words, struct error *err)
{
	struct option_set *set = &cli->header.options;
	int rc = 0;

	for (size_t i = 0; rc == 0 && *words && i < set->n; i++) {
		struct program_option *option = &set->list[i];
		char *text;

		if (!option_is_positional(option) || option->given)
			continue;
		rc = option_bind(option, *words, err);
		if (rc == 0 && cli->verb == VERB_BUILD) {
			if (asprintf(&text, "--%s=%s", option->name, *words) < 0)
				return error_nomem(err);
			rc = cli_give(cli, text, err);
		}
		words++;
	}
	if (rc == 0 && *words)
		rc = error_usage(err, "'%s' is one word too many%s", *words,
				 cli->file ? "; a command to run goes behind --" : "");
	return rc;
}
