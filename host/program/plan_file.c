/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan_file.h"

#include <stdlib.h>
#include <string.h>

#include "symbol/binary.h"
#include "symbol/elf_file.h"

int user_file_open(struct user_file *file, const struct probe *probe, struct error *err)
{
	struct binary binary;

	if (file->text && strcmp(file->text, probe->group) == 0)
		return 0;
	user_file_free(file);
	int rc = binary_find(probe->group, probe->pid, &binary, err);

	if (rc < 0)
		return rc;
	rc = elf_file_open(binary.path, binary.shown, &file->elf, err);
	if (rc == 0) {
		file->text = strdup(probe->group);
		if (!file->text)
			rc = error_nomem(err);
	}
	file->unmapped = binary.unmapped;
	file->path = binary.path;
	file->shown = binary.shown;
	return rc;
}

void user_file_free(struct user_file *file)
{
	elf_file_close(file->elf);
	free(file->text);
	free(file->path);
	free(file->shown);
	memset(file, 0, sizeof(*file));
}
