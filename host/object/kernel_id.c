/* SPDX-License-Identifier: Apache-2.0 */
#include "object/kernel_id.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"

#define NOTES "/sys/kernel/notes"
#define NOTES_LIMIT (1u << 20)

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

void build_id_find(const void *notes, size_t len, char *hex, size_t size)
{
	const unsigned char *p = notes;
	uint32_t head[3]; /* lengths of name and description, type */

	hex[0] = '\0';
	while (len >= sizeof(head)) {
		memcpy(head, p, sizeof(head));
		p += sizeof(head);
		len -= sizeof(head);
		if (head[0] > len || head[1] > len || padded(head[0]) + (size_t)head[1] > len)
			return;
		const unsigned char *desc = p + padded(head[0]);

		if (head[2] == NT_GNU_BUILD_ID && head[0] == 4 && memcmp(p, "GNU", 4) == 0) {
			for (uint32_t i = 0; i < head[1] && 2 * (size_t)i + 3 <= size; i++)
				snprintf(hex + 2 * (size_t)i, 3, "%02x", desc[i]);
			return;
		}
		size_t step = padded(head[0]) + padded(head[1]);

		if (step > len)
			return;
		p += step;
		len -= step;
	}
}

void kernel_id_running(struct kernel_id *id)
{
	struct utsname uts;
	struct buf notes = {0};

	memset(id, 0, sizeof(*id));
	if (uname(&uts) == 0) {
		snprintf(id->release, sizeof(id->release), "%.64s", uts.release);
		snprintf(id->version, sizeof(id->version), "%.64s", uts.version);
		snprintf(id->machine, sizeof(id->machine), "%.64s", uts.machine);
	}
	if (buf_read_file(&notes, NOTES, NOTES_LIMIT) == 0)
		build_id_find(buf_string(&notes), notes.len, id->build_id, sizeof(id->build_id));
	buf_free(&notes);
}
