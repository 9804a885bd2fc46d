#!/bin/sh
# all_launched.sh SOURCES FOLDER - every __global__ kernel k_… of SOURCES/*.cu stands in a file of
# FOLDER, where the tests wrote the names of what they launched.  Prints what is missing.
sources=$1 folder=$2
defined=$(cat "$sources"/*.cu "$sources"/*.cuh | sed 's://.*::' | tr '\n' ' ' |
          sed 's/__global__/\n&/g' | sed -nE 's/^__global__[^;{]*[ *](k_[A-Za-z0-9_]+) *\(.*/\1/p' |
          sort -u)
launched=$(cat "$folder"/*.txt 2>/dev/null | sort -u)
[ -n "$defined" ] || { echo "no kernel found in $sources"; exit 1; }
status=0
for kernel in $defined; do
    printf '%s\n' "$launched" | grep -qx "$kernel" || {
        echo "no test launches $kernel ($(grep -l "$kernel" "$sources"/*.cu | head -n 1))"
        status=1
    }
done
[ $status -ne 0 ] || echo "all $(printf '%s\n' "$defined" | wc -l) kernels are launched by tests"
exit $status
