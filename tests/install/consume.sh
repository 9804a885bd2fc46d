#!/bin/bash
# consume.sh BUILD PROJECT SCRATCH - what BUILD installs is all that examples/library needs: through find_package,
# shared and static, and through pkg-config, as docs/library.md shows it.  The examples compare with exact values
# themselves.  77 where a build with sanitizers would have to be linked like one.
set -euo pipefail
build=$1 examples=$2/examples/library page=$2/docs/library.md scratch=$3
if nm -D "$build/libqfp.so" | grep -E '__[at]san_init' >/dev/null; then exit 77; fi
rm -rf "$scratch"
cmake --install "$build" --prefix "$scratch/tree" >/dev/null
tree=$scratch/tree
cmake -S "$examples" -B "$scratch/cmake" "-DCMAKE_PREFIX_PATH=$tree" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$scratch/cmake" --target all kerr_static >/dev/null
for program in kerr_c kerr_cpp kerr_static; do
    "$scratch/cmake/$program" >/dev/null
done
# the build tree serves as well, and no other minor version does
cmake -S "$examples" -B "$scratch/from_build" "-Dqfp_DIR=$build" >/dev/null
cmake --build "$scratch/from_build" --target kerr_cpp >/dev/null
"$scratch/from_build/kerr_cpp" >/dev/null 2>&1
mkdir "$scratch/later"
sed 's/find_package(qfp 0.1/find_package(qfp 0.2/' "$examples/CMakeLists.txt" >"$scratch/later/CMakeLists.txt"
if cmake -S "$scratch/later" -B "$scratch/later/build" "-DCMAKE_PREFIX_PATH=$tree" >/dev/null 2>"$scratch/refused"; then exit 1; fi
grep 'version: 0.1' "$scratch/refused" >/dev/null
PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name qfp.pc)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir qfp)
# shellcheck disable=SC2046 # flags are words
cc -std=c11 -Wall -Wextra -Wpedantic -Werror "$examples/kerr.c" $(pkg-config --cflags --libs qfp) -lm -o "$scratch/c"
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror "$examples/kerr.cpp" $(pkg-config --cflags --libs qfp) -o "$scratch/cpp"
# the static library, as docs/library.md has it
# shellcheck disable=SC2046
cc -Wl,--as-needed "$examples/kerr.c" $(pkg-config --cflags qfp) "$LD_LIBRARY_PATH/libqfp.a" \
    $(pkg-config --static --libs qfp) -lm -o "$scratch/static"
for program in c cpp static; do
    "$scratch/$program" >/dev/null 2>&1
done
if readelf -d "$scratch/static" | grep 'libqfp' >/dev/null; then exit 1; fi
version=$(pkg-config --modversion qfp)
[ "$("$tree/bin/qfp" version | cut -d ' ' -f 2)" = "$version" ]

# What the page shows: a program of CMake, lines of a shell, and parts of a program in C.
shown() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/!p}" "$page"; }
mkdir "$scratch/page"
cp "$examples/kerr.c" "$scratch/page/PROGRAM.c"
cd "$scratch/page"
{
    printf '%s\n' 'cmake_minimum_required(VERSION 3.22)' 'project(mine C)' 'add_executable(mine PROGRAM.c)'
    shown cmake
    echo 'target_link_libraries(mine m)'
} >CMakeLists.txt
cmake -B build "-DCMAKE_PREFIX_PATH=$tree" . >/dev/null
cmake --build build >/dev/null
build/mine >/dev/null
bash -euo pipefail -c "$(shown shell)"
./a.out >/dev/null
{
    printf '%s\n' '#include <qfp/qfp.h>' '#include <stdio.h>' '#include <string.h>' \
        'void draw(const double *, size_t, size_t);' \
        'void show(const char *text, qfp_config *config, qfp_run_result result);' \
        'void show(const char *text, qfp_config *config, qfp_run_result result) {'
    shown c
    echo '}'
} >part.c
cc -std=c11 -Wall -Wextra -Werror -c part.c "-I$tree/include"

# no header includes what was not installed
! grep -rhE '^#include "' "$tree/include/qfp" | sed 's/.*"\(.*\)".*/\1/' | sort -u | while read -r name; do
    [ -e "$tree/include/$name" ] || echo "$name"
done | grep .
