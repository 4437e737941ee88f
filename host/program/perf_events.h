/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perf_events.h - the names of perf's events, as perf list and bpftrace know them.
 */
#ifndef KW_PROGRAM_PERF_EVENTS_H
#define KW_PROGRAM_PERF_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "program/probe.h"

/**
 * struct perf_event - what perf_event_open(2) wants to know of an event
 * @type:	PERF_TYPE_HARDWARE, _SOFTWARE or _HW_CACHE
 * @period:	every so manieth event runs the program, where a probe point does not say; as
 *		bpftrace has them
 */
struct perf_event {
	uint32_t type;
	uint64_t config;
	uint64_t period;
};

/**
 * perf_event_find - by any of its names
 * @kind:	PROBE_HARDWARE, PROBE_SOFTWARE or PROBE_CACHE
 *
 * Return: false when the kind has no such event.
 */
bool perf_event_find(enum probe_kind kind, const char *name, struct perf_event *event);

/**
 * perf_event_similar - the name that may have been meant, or NULL
 */
const char *perf_event_similar(enum probe_kind kind, const char *name);

/**
 * perf_event_name - the first name of event @index of a kind, NULL past the last
 */
const char *perf_event_name(enum probe_kind kind, size_t index);

#endif
