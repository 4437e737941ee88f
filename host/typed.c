/* SPDX-License-Identifier: Apache-2.0 */
#include "typed.h"

#include <stdlib.h>

int cli_give(struct cli *cli, char *text, struct error *err)
{
	char **more = reallocarray(cli->given, cli->ngiven + 1, sizeof(*more));

	if (!more) {
		free(text);
		return error_nomem(err);
	}
	cli->given = more;
	more[cli->ngiven++] = text;
	return 0;
}

void cli_free(struct cli *cli)
{
	if (cli->out && cli->out != stdout)
		fclose(cli->out);
	for (size_t i = 0; i < cli->ncflags; i++)
		free(cli->cflags[i]);
	free(cli->cflags);
	for (size_t i = 0; i < cli->ngiven; i++)
		free(cli->given[i]);
	free(cli->given);
	free(cli->args);
	header_free(&cli->header);
	free(cli->text);
	if (cli->package)
		package_free(cli->package);
	free(cli->package);
}
