#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Data goes one way: a floor includes only itself and what stands above it in this list.
. tests/lib/files.sh
allowed() {
	case $1 in
	base) echo base ;;
	symbol) echo base symbol ;;
	program) echo base symbol program ;;
	object) echo base object ;;
	kernel) echo base symbol program object kernel ;;
	sample) echo base symbol program object kernel sample ;;
	output) echo base symbol program object kernel sample output ;;
	compiler) echo base object compiler ;;
	esac
}

c_files | grep '^host/[a-z]*/' | while read -r file; do
	floor=${file#host/}
	floor=${floor%%/*}
	own=$(allowed "$floor")
	[ -n "$own" ] || echo "$file: the floor $floor is not in this list"
	sed -n 's/^#[ \t]*include[ \t]*"\(.*\)".*/\1/p' "$file" | while read -r included; do
		case " $own " in
		*" ${included%%/*} "*) ;;
		*) echo "$file includes $included" ;;
		esac
	done
done | none "includes against the order of the floors"
