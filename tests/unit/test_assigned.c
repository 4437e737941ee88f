/* SPDX-License-Identifier: Apache-2.0 */
/* Which tables hold values that a text sets, and which it adds to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "program/assigned.h"

/* @body: of a handler, with a table t, another one other, and u64 k, v, *p. */
static bool assigned(const char *body)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "#include <linux/sched.h>\n"
		 "BPF_HASH(t, u64);\nBPF_HASH(other);\n"
		 "int f(struct pt_regs *ctx) {\n\tu64 k = 1, v = 2;\n\t%s\n\treturn 0;\n}\n",
		 body);
	return assigned_is(text, "t");
}

static void values_that_are_set(void **state)
{
	static const char *const bodies[] = {
		"t.update(&k, &v);",
		"t.insert(&k, &v); t.delete(&k);",
		"v = bpf_ktime_get_ns(); t.update(&k, &v); // t.increment(k)",
		"struct data d = {.n = k}; t.update(&k, &d);",
		"struct data d = {}; t.update(&k, &d.v);",
		/* A maximum. */
		"u64 *p = t.lookup(&k); if (!p || *p < v) t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p && (*p) >= v) return 0; t.update(&k, &v);",
		"u64 *p = t.lookup_or_try_init(&k, &v); if (p) { if (*p < v) *p = v; } "
		"t.update(&k, &v);",
		/* A time, and what passed since. */
		"u64 *p = t.lookup(&k); if (p == NULL) return 0; u64 off = v - *p; "
		"other.increment(off); t.update(&k, &v);",
		"struct data *p = t.lookup(&k); if (likely(p)) p->last.time = v; t.update(&k, &v);",
		"if (!t.lookup(&k)) t.update(&k, &v);",
		/* Others' numbers. */
		"u64 *q = other.lookup(&k); if (q) (*q)++; v = *q; t.update(&k, &v);",
		"x.t = 1; x->t++; t.update(&k, &v);",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (!assigned(bodies[i]))
			fail_msg("not taken for set: %s", bodies[i]);
}

static void values_that_are_added_to(void **state)
{
	static const char *const bodies[] = {
		"return v;",
		"t.increment(k);",
		"t.atomic_increment(k); t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) (*p)++; else t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) *p += 1; else t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) ++*p; else t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) *p = *p + 1; else t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) lock_xadd(p, 1); else t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) add(p); else t.update(&k, &v);",
		"struct data *p = t.lookup(&k); if (p) p->n++; else t.update(&k, &v);",
		"struct data *p = t.lookup(&k); if (p) lock_xadd(&p->n, 1); t.update(&k, &v);",
		"struct data *p = t.lookup(&k); if (p) p->slots[2] += 1; t.update(&k, &v);",
		/* By way of a variable, or of two. */
		"u64 *p = t.lookup(&k); if (p) v = *p; v++; t.update(&k, &v);",
		"u64 *p = t.lookup(&k); if (p) v += *p; t.update(&k, &v);",
		"u64 *p = t.lookup(&k); u64 n = p ? *p : 0; v = n + 1; t.update(&k, &v);",
		"struct data *p = t.lookup(&k), d = {}; if (p) d.n = p->n + 1; t.update(&k, &d);",
		"u64 *p = t.lookup(&k); if (p) v = *p; *p = v + 1; t.update(&k, &v);",
		/* What cannot be seen through. */
		"u64 *p; p = t.lookup(&k); u64 *q = p; (*q)++; t.update(&k, &v);",
		"u64 *p = t.lookup(&k); p = other.lookup(&k); *p = v; t.update(&k, &v);",
		"help(t.lookup(&k)); t.update(&k, &v);",
		"bpf_map_update_elem(&t, &k, &v, 0); t.update(&k, &v);",
		"t.update(&k, value());",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (assigned(bodies[i]))
			fail_msg("taken for set: %s", bodies[i]);
	assert_false(assigned_is("", "t"));
	/* Cut short, it does not compile; it is only read. */
	assigned_is("int f() { t.update(&k, &v", "t");
	assert_false(assigned_is("int f() { u64 *p = t.lookup(", "t"));
	assert_false(assigned_is("int f() { t.update(", "t"));
	assert_false(
		assigned_is("#define INC(k) t.increment(k)\nint f() { t.update(&k, &v); }", "t"));
	/* The same name in another function is another variable. */
	assert_true(assigned_is("int f() { u64 *p = t.lookup(&k); if (p && *p < v) v = 1; }\n"
				"int g() { u64 *p = o.lookup(&k); (*p)++; t.update(&k, &v); }",
				"t"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_that_are_set),
		cmocka_unit_test(values_that_are_added_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
