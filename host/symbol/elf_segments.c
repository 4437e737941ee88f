/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_segments.h"

#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

int elf_segments_read(Elf *elf, struct elf_segments *segments)
{
	size_t n = 0;

	elf_getphdrnum(elf, &n);
	for (size_t i = 0; i < n && i < INT32_MAX; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(elf, (int)i, &header))
			break;
		if (header.p_type != PT_LOAD)
			continue;
		struct elf_segment *more =
			reallocarray(segments->list, segments->n + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		segments->list = more;
		more[segments->n++] = (struct elf_segment){
			.address = header.p_vaddr,
			.size = header.p_filesz,
			.offset = header.p_offset,
			.executable = header.p_flags & PF_X,
		};
	}
	return 0;
}

int elf_segments_offset(const struct elf_segments *segments, uint64_t address, bool code,
			uint64_t *offset)
{
	for (size_t i = 0; i < segments->n; i++) {
		const struct elf_segment *s = &segments->list[i];

		if ((code && !s->executable) || address < s->address ||
		    address - s->address >= s->size)
			continue;
		*offset = address - s->address + s->offset;
		return 0;
	}
	return -ERANGE;
}

int elf_segments_address(const struct elf_segments *segments, uint64_t offset, uint64_t *address)
{
	for (size_t i = 0; i < segments->n; i++) {
		const struct elf_segment *s = &segments->list[i];

		if (offset < s->offset || offset - s->offset >= s->size)
			continue;
		*address = offset - s->offset + s->address;
		return 0;
	}
	return -ERANGE;
}

void elf_segments_free(struct elf_segments *segments)
{
	free(segments->list);
	memset(segments, 0, sizeof(*segments));
}
