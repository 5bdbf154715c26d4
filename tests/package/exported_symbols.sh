#!/bin/sh
# exported_symbols.sh LIBRARY SYMBOLS  compares what the library shows with the list in SYMBOLS (deb-symbols(5)). A line that
# goes, or a type of client.h that changes, breaks apps that were linked before: that takes a new SOVERSION.
set -eu
shown=$(mktemp)
listed=$(mktemp)
trap 'rm -f "$shown" "$listed"' EXIT
nm --dynamic --defined-only "$1" | awk '{print $3}' | sed 's/@@/@/; s/^LATCHKEY_0$/LATCHKEY_0@LATCHKEY_0/' | LC_ALL=C sort > "$shown"
sed -n 's/^ \([^ ]*\) .*/\1/p' "$2" | LC_ALL=C sort > "$listed"
diff -u --label "listed in $2" --label "shown by $1" "$listed" "$shown"
