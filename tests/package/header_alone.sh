#!/bin/sh
# header_alone.sh CXX INCLUDE_FOLDER  compiles the public header by itself, strictly, and with nothing but the standard library.
set -eu
included=$(mktemp)
trap 'rm -f "$included"' EXIT
printf '#include <latchkey/client.h>\nint main() {}\n' |
  "$1" -std=c++20 -Wall -Wextra -Wpedantic -Wdeprecated-copy-dtor -Werror -fsyntax-only -H -I"$2" -x c++ - 2> "$included" ||
  { cat "$included" >&2; exit 1; }
grep -q 'latchkey/client\.h$' "$included"
if grep '^\.' "$included" | grep -E 'boost|nlohmann|openssl|latchkey' | grep -vE '/latchkey/(client|values)\.h$'; then
  echo "the public header includes these" >&2
  exit 1
fi
