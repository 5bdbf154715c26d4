#!/bin/sh
# build_example.sh SOURCES OUT [PREFIX]  builds the example app as its reader would, against what is installed (in PREFIX):
# OUT/cmake/token_printer with find_package, OUT/make/token_printer with pkg-config.
set -eu
sources=$1
out=$2
prefix=${3:-}

cmake -S "$sources" -B "$out/cmake" ${prefix:+"-DCMAKE_PREFIX_PATH=$prefix"} > /dev/null
cmake --build "$out/cmake"
cp -r "$sources" "$out/make"
if [ -n "$prefix" ]; then
  for folder in "$prefix"/lib "$prefix"/lib/*; do
    [ ! -d "$folder/pkgconfig" ] || libraries=$folder
  done
  export PKG_CONFIG_PATH="$libraries/pkgconfig" LDFLAGS="-Wl,-rpath,$libraries"
fi
make -C "$out/make" --no-print-directory
