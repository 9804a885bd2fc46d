#!/bin/bash
# keep.sh FOLDER - copies the reports of a visit, FOLDER/call-N.md, to
# bench/results/DATE-gpu-call-N.md; nothing that is there is replaced.
set -eu
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: bench/gpu/keep.sh FOLDER" >&2
    exit 2
fi
results=$(cd "$(dirname "$0")/../results" && pwd)
kept=0
for report in "$1"/call-*.md; do
    date=$(sed -n 's/^| date | \([0-9-]*\) .*/\1/p' "$report")
    [ -n "$date" ] || { echo "keep.sh: no report of a visit: $report" >&2; exit 1; }
    to=$results/$date-gpu-$(basename "$report")
    [ ! -e "$to" ] || { echo "keep.sh: $to is there already" >&2; exit 1; }
    install -m 644 "$report" "$to"
    echo "$to"
    kept=1
done
[ $kept = 1 ]
