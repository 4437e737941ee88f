# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/lab: the newest kernel that Debian has, to see what is coming. What it is changes, so
# no test counts on it.
: "${work:=}" # set by scripts/lab

# Backports to Debian 13 have Linux a few weeks after its release.
newest_suite=trixie-backports

# From here on, apt knows that suite of the archive that this machine uses, and nothing else.
newest_sources() {
	# shellcheck disable=SC2016 # apt's own $(...)
	archive=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Identifier: Packages' |
		awk '$1 == "Debian" && $2 == "main" && $3 !~ /security/ { print $3; exit }')
	[ -n "$archive" ] || die "apt has no archive of Debian to take the newest kernel from"
	mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $newest_suite main" >"$work/apt/list"
	cat >"$work/apt/conf" <<-END
		Dir::Etc::SourceList "$work/apt/list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$work/apt/lists";
		Dir::Cache "$work/apt";
	END
	APT_CONFIG=$work/apt/conf
	export APT_CONFIG
	quietly apt update
}

# Says RELEASE and the packages that it is spread over.
newest_resolve() {
	version=$(apt-cache search --names-only '^linux-headers-[0-9.]+\+deb[0-9]+-amd64$' |
		sed 's/^linux-headers-//; s/-amd64 .*//' | sort -rV | head -n 1)
	[ -n "$version" ] || return 1
	printf '%s' "$version-amd64"
	for part in image binary modules base; do
		if apt-cache show "linux-$part-$version-amd64" >/dev/null 2>&1; then
			printf ' %s' "linux-$part-$version-amd64"
		fi
	done
}
