/* SPDX-License-Identifier: Apache-2.0 */
#include "program/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program/option_list.h"
#include "program/probe.h"
#include "program/word.h"

static int read_usec(const char *value, int64_t *out)
{
	static const struct {
		const char *unit;
		int64_t factor;
	} units[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}};
	size_t digits = strspn(value, "0123456789");
	int64_t factor = value[digits] ? 0 : 1;
	char number[24];

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(value + digits, units[i].unit) == 0)
			factor = units[i].factor;
	}
	if (!factor || !digits)
		return -EINVAL;
	if (digits >= sizeof(number))
		return -ERANGE;
	memcpy(number, value, digits);
	number[digits] = '\0';
	int rc = number_i64(number, out);

	if (rc)
		return rc;
	return __builtin_mul_overflow(*out, factor, out) ? -ERANGE : 0;
}

/* A CPU or a process: the kernel counts both in an int. */
static int read_any(const char *value, int64_t *out)
{
	if (strcmp(value, "any") == 0) {
		*out = -1;
		return 0;
	}
	int rc = number_i64(value, out);

	if (rc)
		return rc;
	if (*out < 0)
		return -EINVAL;
	return *out > INT32_MAX ? -ERANGE : 0;
}

static int read_choice(const char *choices, const char *value, int64_t *out)
{
	size_t len = strlen(value);

	for (*out = 0; len; (*out)++) {
		size_t n = strcspn(choices, "|");

		if (n == len && memcmp(choices, value, n) == 0)
			return 0;
		if (!choices[n])
			break;
		choices += n + 1;
	}
	return -EINVAL;
}

static int read_number(const struct program_option *option, const char *value, int64_t *out)
{
	switch (option->type) {
	case OPTION_INT:
		return number_i64(value, out);
	case OPTION_USEC:
		return read_usec(value, out);
	case OPTION_CHOICE:
		return read_choice(option->choices, value, out);
	case OPTION_CPU:
	case OPTION_PID:
		return read_any(value, out);
	default:
		return -EINVAL;
	}
}

static int refuse_number(const struct program_option *option, const char *value, int rc,
			 struct error *err)
{
	const char *wanted = "a number such as 5, -1 or 0x10";

	if (option->type == OPTION_USEC)
		wanted = "a time in microseconds such as 5, 5us, 10ms or 2s";
	else if (option->type == OPTION_CPU)
		wanted = "the number of a CPU, or any";
	else if (option->type == OPTION_PID)
		wanted = "the number of a process, or any";
	if (option->type == OPTION_CHOICE)
		return error_usage(err, "--%s '%.100s': there are only %s", option->name, value,
				   option->choices);
	if (rc == -ERANGE)
		return error_usage(err, "--%s '%.100s' is too large; write %s", option->name, value,
				   wanted);
	return error_usage(err, "--%s '%.100s': write %s", option->name, value, wanted);
}

/* What is neither a number nor a list. */
static int check_text(const struct program_option *option, const char *value, struct error *err)
{
	struct error inner = {0};
	struct probe probe;
	bool glob;

	switch (option->type) {
	case OPTION_FUNCTION:
		if (!word_is_symbol(value, &glob))
			return error_usage(err, "--%s '%.100s' is not a function name",
					   option->name, value);
		if (glob)
			return error_usage(err, "--%s '%.100s': name one function, not a pattern",
					   option->name, value);
		return 0;
	case OPTION_PROBE:
		if (probe_parse(value, &probe, &inner))
			return error_set(err, inner.status, -EINVAL, "--%s: %s", option->name,
					 inner.text);
		probe_free(&probe);
		return 0;
	case OPTION_EXPR:
		if (value[strspn(value, " \t\r\n")] == '\0')
			return error_usage(err, "--%s is empty: write an expression of C",
					   option->name);
		return 0;
	default:
		return 0;
	}
}

int option_bind(struct program_option *option, const char *value, struct error *err)
{
	struct error inner = {0};
	char **items = NULL;
	size_t nitems = 0;
	int64_t number = 0;
	int rc;

	if (option_is_number(option)) {
		rc = read_number(option, value, &number);
		if (rc)
			return refuse_number(option, value, rc, err);
	} else if (option->type == OPTION_FUNCTIONS) {
		rc = list_read(value, &items, &nitems, &inner);
		if (rc)
			return error_set(err, inner.status, rc == -ENOMEM ? rc : -EINVAL,
					 "--%s: %s", option->name, inner.text);
	} else {
		rc = check_text(option, value, err);
		if (rc)
			return rc;
	}
	char *copy = strdup(value);

	if (!copy) {
		list_free(items, nitems);
		return error_nomem(err);
	}
	free(option->value);
	list_free(option->items, option->nitems);
	option->value = copy;
	option->items = items;
	option->nitems = nitems;
	option->number = number;
	option->given = true;
	return 0;
}

struct program_option *option_find(const struct option_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->list[i].name, name) == 0)
			return &set->list[i];
	}
	return NULL;
}

const char *option_shown(const struct program_option *option)
{
	if (option->word && strcmp(option->value, option->fallback) == 0)
		return option->word;
	return option->value;
}

bool option_is_number(const struct program_option *option)
{
	switch (option->type) {
	case OPTION_INT:
	case OPTION_USEC:
	case OPTION_CHOICE:
	case OPTION_CPU:
	case OPTION_PID:
		return true;
	default:
		return false;
	}
}

bool option_is_positional(const struct program_option *option)
{
	bool letter = false;

	for (const char *p = option->name; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			return false;
		letter |= *p >= 'A' && *p <= 'Z';
	}
	return letter;
}

bool option_needs_value(const struct program_option *option)
{
	return !option->given && strcmp(option->fallback, "-") == 0;
}

bool option_is_unset(const struct program_option *option)
{
	bool any = option->type == OPTION_CPU || option->type == OPTION_PID;

	return !option->value[0] || (any && option->number < 0);
}

bool option_equals(const struct program_option *option, const char *text)
{
	int64_t number;

	if (strcmp(option->value, text) == 0)
		return true;
	return option_is_number(option) && !option_needs_value(option) &&
	       read_number(option, text, &number) == 0 && number == option->number;
}
