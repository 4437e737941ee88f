#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# A flame graph of tests/load_tree, whose calls are known; where there is a Chromium, opened in it.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1003
svg=$tmp/graph.svg
run "$KWHILE" "$texts/user_stacks.c" $HEADERS --at "$KWHILE_BUILD/tests/load_tree:tree_leaf" \
	-o "flamegraph=$svg" -- "$KWHILE_BUILD/tests/load_tree" $calls
equal "$status" 0 "exit status"
equal "$(cat "$tmp/out")" $((6 * calls)) "standard output is the command's own"

# count NAME: the numbers that the rectangles of that name have.
count() {
	sed -n "s/.*<title>$1: \([0-9]*\), .*/\1/p" "$svg" | sort -n | tr '\n' ' '
}
equal "$(count all)" "$((6 * calls)) " "all"
equal "$(count main)" "$((6 * calls)) " "main"
equal "$(count tree_a)" "$calls " "tree_a"
equal "$(count tree_b)" "$((2 * calls)) " "tree_b"
equal "$(count tree_c)" "$((3 * calls)) $((3 * calls)) $((3 * calls)) " "tree_c, three deep"
equal "$(count tree_leaf)" "$calls $((2 * calls)) $((3 * calls)) " "tree_leaf, in three places"
lacks "$svg" 'https?://[^w]|(src|href)=' "what it would have to fetch"

refused 1 "cannot write /nosuch/graph.svg" "$KWHILE" "$texts/user_stacks.c" $HEADERS --at c:malloc \
	-n 1 -o flamegraph=/nosuch/graph.svg

# Without a file it goes to standard output; not to a terminal, and beside what a command prints only with a word.
run "$KWHILE" "$texts/both_stacks.c" $HEADERS -o flamegraph -n 1 -i 0.1
equal "$status $(head -n 1 "$tmp/out")" '0 <?xml version="1.0" encoding="UTF-8"?>' "a graph on standard output"
equal "$(cat "$tmp/err")" "" "nothing to say of it"
run "$KWHILE" "$texts/both_stacks.c" $HEADERS -o flamegraph -- true
has "$tmp/err" "-o flamegraph=FILE keeps them apart" "beside a command"
script -qec "'$KWHILE' '$texts/both_stacks.c' $HEADERS -o flamegraph -n 1 -i 0.1" /dev/null >"$tmp/out" 2>"$tmp/err" </dev/null
equal "$?" 2 "exit status on a terminal"
has "$tmp/out" "this is a terminal: write -o flamegraph=FILE" "on a terminal"

# page SCRIPT ADDRESS: what the page is after SCRIPT has run in it, and what the browser complained of.
page() {
	sed "s|^</svg>|<script><![CDATA[$1]]></script></svg>|" "$svg" >"$tmp/page.svg"
	HOME=$tmp timeout 60 "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr --v=0 \
		--user-data-dir="$tmp/browser" --virtual-time-budget=2000 --dump-dom \
		"file://$tmp/page.svg$2" >"$tmp/dom" 2>"$tmp/console"
	equal "$(grep -c CONSOLE "$tmp/console")" "${complaints:-0}" "complaints of the browser"
}

# widths NAME: widths of the rectangles of that name that are seen, as whole numbers.
widths() {
	grep -o "<g class=\"[^\"]*\"[^>]*data-n=\"$1\".*</g>" "$tmp/dom" | grep -v 'class="[^"]*gone' |
		sed 's/.* width="\([0-9]*\).*/\1/' | sort -n | tr '\n' ' '
}

browser=$(command -v chromium || true)
if [ -n "$browser" ]; then
	complaints=1
	page 'throw new Error("this one is to be seen");' ""
	complaints=0
	page "" ""
	equal "$(widths tree_c | cut -d' ' -f1)" 589 "half of the page is tree_c"
	page "" "#search=tree_b"
	has "$tmp/dom" 'id="matched"[^>]*>found: 33.3%' "a search by the address"
	equal "$(grep -c 'class="f found"' "$tmp/dom")" 1 "rectangles found"
	page 'id("word").value="tree_[ab]";id("word").dispatchEvent(new Event("input"));' ""
	has "$tmp/dom" 'id="matched"[^>]*>found: 50.0%' "a search by typing"
	page 'id("word").value="(";id("word").dispatchEvent(new Event("input"));' ""
	has "$tmp/dom" 'not a regular expression' "a search that makes no sense"
	page 'frames.find(g=>g.dataset.n=="tree_b").dispatchEvent(new Event("click"));' ""
	equal "$(widths tree_b)" "1179 " "zoomed, tree_b is as wide as the page"
	equal "$(widths tree_a)" "" "zoomed, tree_a is gone"
	equal "$(widths main)" "1179 " "and its callers are still there"
	page 'frames.find(g=>g.dataset.n=="tree_b").dispatchEvent(new Event("click"));id("zoomout").dispatchEvent(new Event("click"));' ""
	equal "$(widths tree_b)" "392 " "zoomed out again"
fi
no_trace "all of these"
finish
