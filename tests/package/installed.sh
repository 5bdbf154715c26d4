#!/bin/sh
# installed.sh BUILD SANDBOX SOURCES  installs BUILD into a folder, and uses nothing but that: the programs, and the example
# apps against the header and the library.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1
sandbox=$2
sources=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
prefix=$work/prefix
# As `cmake --install "$build" --prefix "$prefix" --strip`, but a rule that would write elsewhere is an error.
cmake -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_DO_STRIP=1 -DCMAKE_ERROR_ON_ABSOLUTE_INSTALL_DESTINATION=ON \
  -P "$build/cmake_install.cmake" > /dev/null
(cd "$prefix" && find . -type f -o -type l) | sort > "$work/files"

# Everything that the manual promises is there, and nothing of the tests.
for file in bin/latchkey bin/latchkeyd include/latchkey/client.h include/latchkey/values.h share/latchkey/io.latchkey.Broker.varlink \
  share/doc/latchkey/README.md share/doc/latchkey/LICENSE share/doc/latchkey/providers/kraken.md; do
  grep -qx "./$file" "$work/files" || { echo "not installed: $file" >&2; exit 1; }
done
for preset in "$sources"/providers/*.toml; do
  cmp "$preset" "$prefix/share/latchkey/providers/${preset##*/}"
done
if grep -E 'sandbox|test|\.a$' "$work/files"; then echo "must not be installed" >&2; exit 1; fi

"$here/build_example.sh" "$prefix/share/doc/liblatchkey-dev/examples/portfolio" "$work/portfolio" "$prefix"
for app in "$work/portfolio/cmake/portfolio" "$work/portfolio/make/portfolio"; do
  status=0
  said=$(LATCHKEY_SOCKET="$work/none" "$app" demo http://127.0.0.1:1 2>&1) || status=$?
  [ "$status" -eq 6 ] || { echo "without a daemon $app exits with $status: $said" >&2; exit 1; }
done

"$here/build_example.sh" "$prefix/share/doc/liblatchkey-dev/examples/token_printer" "$work" "$prefix"
export PATH="$prefix/bin:$PATH" HOME="$work/home"
mkdir "$HOME"
for app in "$work/cmake/token_printer" "$work/make/token_printer"; do
  "$here/with_daemon.sh" "$here/print_token.sh" "$sandbox" "$app"
  rm -r "$HOME/.config/latchkey" "$HOME/.local/state/latchkey"
done
