#!/bin/sh
# sizes.sh ROOT - no source file, test, script or CMake file is longer than 450 lines.  Prints the
# longer ones; exit status 1 if any.
root=$1
cd "$root" || exit 2
find . \( -path './build*' -o -path '*/.*' \) -prune -o -type f \
     \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' -o -name '*.sh' \
        -o -name '*.awk' -o -name '*.py' -o -name '*.cmake' -o -name CMakeLists.txt \) -print |
    sort | xargs wc -l |
    awk '$2 != "total" && $1 > 450 { print $2 ": " $1 " lines"; long = 1 } END { exit long }'
