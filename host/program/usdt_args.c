/* SPDX-License-Identifier: Apache-2.0 */
#include "program/usdt_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program/usdt_register.h"

/* One operand under way. */
struct reader {
	const char *at;
	const char *end;
	enum usdt_machine machine;
	struct usdt_arg *arg;
};

static bool skip(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
	       c == '.' || c == '$';
}

/* A number as the assembler writes it; one that takes 64 bits may be written without its sign. */
static bool read_number(struct reader *r, int64_t *out)
{
	char text[32], *end;
	size_t n = 0;
	bool minus = r->at < r->end && *r->at == '-';
	const char *from = r->at + (minus || (r->at < r->end && *r->at == '+'));

	while (from + n < r->end && is_name(from[n]) && from[n] != '$' && n < sizeof(text) - 1) {
		text[n] = from[n];
		n++;
	}
	text[n] = '\0';
	if (!n || !is_digit(text[0]))
		return false;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 0);

	if (errno || *end)
		return false;
	*out = (int64_t)(minus ? 0 - (uint64_t)value : (uint64_t)value);
	r->at = from + n;
	return true;
}

static bool read_register(struct reader *r, struct usdt_register *found)
{
	const char *from = r->at;

	while (r->at < r->end && is_name(*r->at))
		r->at++;
	return usdt_register_find(r->machine, from, (size_t)(r->at - from), found);
}

/* A register as an address, or a part of one. */
static bool read_address(struct reader *r, int *place)
{
	struct usdt_register found;

	if (!read_register(r, &found) || found.size != 8)
		return false;
	*place = found.place;
	return true;
}

/* SYMBOL, N, SYMBOL+N, N+SYMBOL: what stands ahead of the bracket. */
static bool read_displacement(struct reader *r)
{
	while (r->at < r->end && *r->at != '(') {
		int64_t number;

		if (read_number(r, &number)) {
			r->arg->number = (int64_t)((uint64_t)r->arg->number + (uint64_t)number);
			continue;
		}
		skip(r, '+');
		const char *from = r->at;

		while (r->at < r->end && is_name(*r->at))
			r->at++;
		if (r->at == from || is_digit(*from) || r->arg->symbol)
			return false;
		r->arg->symbol = from;
		r->arg->symbol_len = (size_t)(r->at - from);
	}
	return true;
}

/* (%reg,%index,scale), each but the brackets optional */
static bool read_brackets(struct reader *r)
{
	int64_t scale;

	if (!skip(r, '('))
		return false;
	if (skip(r, '%') && !read_address(r, &r->arg->base))
		return false;
	if (skip(r, ',')) {
		if (!skip(r, '%') || !read_address(r, &r->arg->index))
			return false;
		if (skip(r, ',')) {
			if (!read_number(r, &scale))
				return false;
			while (r->arg->scale < 3 && 1 << r->arg->scale != scale)
				r->arg->scale++;
			if (1 << r->arg->scale != scale)
				return false;
		}
	}
	return skip(r, ')');
}

static bool read_x86(struct reader *r)
{
	struct usdt_register found;
	struct usdt_arg *arg = r->arg;

	if (skip(r, '$'))
		return read_number(r, &arg->number);
	if (skip(r, '%')) {
		if (!read_register(r, &found))
			return false;
		arg->base = found.place;
		arg->shift = found.shift;
		if (!arg->size)
			arg->size = found.size;
		/* %ah is one byte, and nothing behind it belongs to it. */
		return !found.shift || arg->size == 1;
	}
	arg->memory = true;
	return read_displacement(r) && (r->at == r->end ? arg->symbol != NULL : read_brackets(r));
}

static void skip_blanks(struct reader *r)
{
	while (skip(r, ' '))
		;
}

static bool read_aarch64(struct reader *r)
{
	struct usdt_register found;
	struct usdt_arg *arg = r->arg;

	if (read_number(r, &arg->number))
		return true;
	arg->memory = skip(r, '[');
	if (!arg->memory) {
		if (!read_register(r, &found))
			return false;
		arg->base = found.place;
		return true;
	}
	if (!read_address(r, &arg->base))
		return false;
	skip_blanks(r);
	if (skip(r, ',')) {
		skip_blanks(r);
		if (!read_number(r, &arg->number) && !read_address(r, &arg->index))
			return false;
	}
	return skip(r, ']');
}

/* SIZE@, which may be missing. */
static bool read_size(struct reader *r)
{
	const char *from = r->at;
	int64_t size;

	if (!read_number(r, &size) || size < -8 || size > 8) {
		/* "4f" is no number. */
		r->at = from;
		skip(r, '-');
		size = r->at < r->end && is_digit(*r->at) ? *r->at++ - '0' : 0;
		if (!skip(r, 'f'))
			size = 0;
	}
	if (size == 0 || !skip(r, '@')) {
		r->at = from;
		return true;
	}
	r->arg->is_signed = size < 0;
	r->arg->size = (unsigned)(size < 0 ? -size : size);
	return r->arg->size == 1 || r->arg->size == 2 || r->arg->size == 4 || r->arg->size == 8;
}

static void read_arg(struct usdt_arg *arg, enum usdt_machine machine)
{
	struct reader r = {arg->text, arg->text + arg->len, machine, arg};
	bool good = read_size(&r) && (machine == USDT_X86_64 ? read_x86(&r) : read_aarch64(&r));

	if (!arg->size)
		arg->size = 8;
	arg->readable = good && r.at == r.end;
}

/* Up to the next blank that is in no bracket. */
static size_t operand_length(const char *text)
{
	size_t n = 0;
	bool inside = false;

	while (text[n] && (inside || text[n] != ' ')) {
		inside = text[n] == '[' || (inside && text[n] != ']');
		n++;
	}
	return n;
}

void usdt_args_read(const char *text, enum usdt_machine machine, struct usdt_args *args)
{
	memset(args, 0, sizeof(*args));
	for (text += strspn(text, " "); *text && args->n < USDT_MAX_ARGS;
	     text += strspn(text, " ")) {
		struct usdt_arg *arg = &args->list[args->n++];

		*arg = (struct usdt_arg){
			.text = text,
			.len = operand_length(text),
			.base = USDT_NO_REGISTER,
			.index = USDT_NO_REGISTER,
		};
		read_arg(arg, machine);
		text += arg->len;
	}
}

/* Relative to where the probe is: SYMBOL(%rip), SYMBOL, SYMBOL(%reg), SYMBOL(,%index,4). */
static bool locate(struct usdt_arg *arg, uint64_t place, uint64_t address)
{
	int here = usdt_register_ip(USDT_OWN_MACHINE);
	uint64_t number = (uint64_t)arg->number + address;

	if (arg->base != here && arg->base != USDT_NO_REGISTER) {
		if (arg->index != USDT_NO_REGISTER)
			return false;
		arg->index = arg->base;
	}
	arg->base = here;
	arg->number = (int64_t)(number - place);
	return true;
}

void usdt_args_locate(struct usdt_args *args, uint64_t place,
		      int (*find)(void *ctx, const char *name, size_t len, uint64_t *address),
		      void *ctx)
{
	for (unsigned i = 0; i < args->n; i++) {
		struct usdt_arg *arg = &args->list[i];
		uint64_t address;

		if (!arg->readable || !arg->memory)
			continue;
		if (arg->symbol)
			arg->readable = find(ctx, arg->symbol, arg->symbol_len, &address) == 0 &&
					locate(arg, place, address);
		else if (arg->base == usdt_register_ip(USDT_OWN_MACHINE))
			/* Of which instruction's end it counts is not known. */
			arg->readable = false;
	}
}

static int find_symbol(void *ctx, const char *name, size_t len, uint64_t *address)
{
	return elf_file_symbol(ctx, name, len, address);
}

void usdt_args_of(const struct elf_file *file, const struct elf_usdt *place, struct usdt_args *args)
{
	usdt_args_read(place->args, USDT_OWN_MACHINE, args);
	usdt_args_locate(args, place->address, find_symbol, (void *)file);
}

static bool arg_equal(const struct usdt_arg *a, const struct usdt_arg *b)
{
	for (int field = 0; field < USDT_NFIELDS; field++)
		if (usdt_arg_field(a, (enum usdt_field)field) !=
		    usdt_arg_field(b, (enum usdt_field)field))
			return false;
	return true;
}

bool usdt_args_equal(const struct usdt_args *a, const struct usdt_args *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned i = 0; i < a->n; i++)
		if (!arg_equal(&a->list[i], &b->list[i]))
			return false;
	return true;
}

static int64_t mode_of(const struct usdt_arg *arg)
{
	int64_t mode = USDT_HAS_VALUE;

	mode |= arg->base != USDT_NO_REGISTER ? USDT_HAS_BASE : 0;
	mode |= arg->index != USDT_NO_REGISTER ? USDT_HAS_INDEX : 0;
	mode |= arg->memory ? USDT_IN_MEMORY : 0;
	mode |= arg->size < 8 ? USDT_IS_NARROW : 0;
	mode |= arg->is_signed ? USDT_IS_SIGNED : 0;
	return mode;
}

int64_t usdt_arg_field(const struct usdt_arg *arg, enum usdt_field field)
{
	if (!arg || !arg->readable)
		return 0;
	switch (field) {
	case USDT_MODE:
		return mode_of(arg);
	case USDT_BASE:
		return arg->base == USDT_NO_REGISTER ? 0 : arg->base;
	case USDT_INDEX:
		return arg->index == USDT_NO_REGISTER ? 0 : arg->index;
	case USDT_SCALE:
		return arg->scale;
	case USDT_NUMBER:
		return arg->number;
	case USDT_SIZE:
		return arg->size;
	case USDT_LEFT:
		return 64 - 8 * (int64_t)arg->size - arg->shift;
	case USDT_RIGHT:
		return 64 - 8 * (int64_t)arg->size;
	case USDT_NFIELDS:
		break;
	}
	return 0;
}
