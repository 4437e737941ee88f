#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing of the machine it was written on: home directories, work directories, registries.
. tests/lib/files.sh
project_files | grep -v '^tests/unit/no-local-paths.sh$' |
	xargs grep -nIE '/(home|Users)/[a-z]|[^a-z}/]/root/|/work/(main|shared)|/tmp/build-|://[^ /]*(localhost|127\.0\.0\.1|10\.[0-9]+\.|192\.168\.)' |
	none "paths of one machine"
