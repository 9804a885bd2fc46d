#!/bin/bash
# consume.sh BUILD EXAMPLES SCRATCH - what BUILD installs is all that examples/library needs: through find_package,
# shared and static, and through pkg-config.  The examples compare with exact values themselves.  77 where a
# build with sanitizers would have to be linked like one.
set -euo pipefail
build=$1 examples=$2 scratch=$3
if nm -D "$build/libqfp.so" | grep -E '__[at]san_init' >/dev/null; then exit 77; fi
rm -rf "$scratch"
cmake --install "$build" --prefix "$scratch/tree" >/dev/null
tree=$scratch/tree
cmake -S "$examples" -B "$scratch/cmake" "-DCMAKE_PREFIX_PATH=$tree" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$scratch/cmake" >/dev/null
for program in kerr_c kerr_cpp kerr_static; do
    "$scratch/cmake/$program" >/dev/null
done
PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name qfp.pc)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir qfp)
# shellcheck disable=SC2046 # flags are words
cc -std=c11 -Wall -Werror "$examples/kerr.c" $(pkg-config --cflags --libs qfp) -lm -o "$scratch/c"
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Werror "$examples/kerr.cpp" $(pkg-config --cflags --libs qfp) -o "$scratch/cpp"
"$scratch/c" >/dev/null
"$scratch/cpp" >/dev/null
version=$(pkg-config --modversion qfp)
[ "$("$tree/bin/qfp" version | cut -d ' ' -f 2)" = "$version" ]
# no header includes what was not installed
! grep -rhE '^#include "' "$tree/include/qfp" | sed 's/.*"\(.*\)".*/\1/' | sort -u | while read -r name; do
    [ -e "$tree/include/$name" ] || echo "$name"
done | grep .
