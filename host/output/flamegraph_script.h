/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flamegraph_script.h - what makes a flame graph answer: zoom by a click, search by a regular
 * expression, and both by the page's address (#zoom=FRAME&search=EXPRESSION).
 */
#ifndef KW_OUTPUT_FLAMEGRAPH_SCRIPT_H
#define KW_OUTPUT_FLAMEGRAPH_SCRIPT_H

extern const char flamegraph_style[];
extern const char flamegraph_script[];

#endif
