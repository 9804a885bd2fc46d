#!/bin/sh
# paper_map.sh ROOT [MAP] - docs/paper-map.md: equations 1 to 75 have one line each, in order; every
# file it names exists; every test named behind a test file is in that file; every configuration
# exists.  Prints what is wrong; exit status 1 if anything is.
root=$1
map=${2:-docs/paper-map.md}
cd "$root" || exit 2
problems=$(
    sed -nE 's/^\| \(([0-9]+)\) \|.*/\1/p' "$map" |
        awk '$1 != NR { print "equation " NR " has no line, or not in order"; exit }
             END { if (NR != 75) print NR " lines for 75 equations" }'
    grep -oE '`[A-Za-z0-9_/.]+\.(c|h|cu|md)`' "$map" | tr -d '`' | sort -u |
        while read -r file; do
            [ -f "$file" ] || echo "$file does not exist"
        done
    grep -oE '`tests/[A-Za-z0-9_/.]+\.c`: [A-Za-z0-9_]+' "$map" | tr -d '`:' | sort -u |
        while read -r file name; do
            grep -qE "(Test\([a-z_]+, |ON_EVERY_BACKEND\()$name[,)]" "$file" 2>/dev/null ||
                echo "$file has no test $name"
        done
    grep -oE '[a-z0-9_]+\.yaml' "$map" | sort -u |
        while read -r file; do
            [ -f "configs/$file" ] || echo "configs/$file does not exist"
        done
)
[ -z "$problems" ] || { printf '%s\n' "$problems"; exit 1; }
