#!/bin/sh
# names.sh ROOT - every file and folder that a comment or a page names exists, under that path or at
# the end of one, as shared/axis.h is; so do what git ignores, headers that are included, and
# configurations whose name is a string of a source (tests write them) or that a page writes.  Capitals stand for a name
# (CONFIG.yaml), one letter for none (c.c. is a conjugate).  Prints FILE:LINE and the name; exit
# status 1 if any is missing.
root=$1
cd "$root" || exit 2
list=$(mktemp) || exit 2
trap 'rm -f "$list"' EXIT
find . \( -path './build*' -o -path ./results -o -path '*/.*' \) -prune -o -type f -print |
    sed 's|^\./||' | sort >"$list"
sources=$(grep -E '(\.([ch]|cu|cuh|cpp|sh|awk|py|cmake|md)|/CMakeLists\.txt|^[^/]*\.txt)$' "$list" |
          grep -vE '^bench/results/|_can_fail\.sh$')
sed -nE 's|^/||; s|/?$|/|p' .gitignore >>"$list" 2>/dev/null
printf '%s\n' "$sources" |
    xargs sed -nE 's/^#include <([^>]*)>.*/\1/p; s/.*"([a-z_]+\.yaml)".*/\1/p; s/^cat > ([a-z_]+\.yaml) <<.*/\1/p' >>"$list"
printf '%s\n' "$sources" |
    xargs awk -v list="$list" '
    BEGIN {
        while ((getline path < list) > 0) {
            sub(/\.in$/, "", path)
            for (;; path = substr(path, index(path, "/") + 1)) {
                known[path] = 1
                folder = path
                while (sub(/\/[^\/]*$/, "", folder)) known[folder] = 1
                if (!index(path, "/")) break
            }
        }
    }
    FNR == 1 {
        inside = 0
        kind = FILENAME ~ /\.md$/ ? "page" : FILENAME ~ /\.([ch]|cu|cuh|cpp)$/ ? "c" : "hash"
    }
    { text = "" }
    kind == "page" { text = $0 }
    kind == "hash" && match($0, /# .*/) { text = substr($0, RSTART) }
    kind == "c" {
        rest = $0
        while (rest != "") {
            at = index(rest, inside ? "*/" : "/*")
            if (inside) text = text " " (at ? substr(rest, 1, at - 1) : rest)
            if (!at) break
            inside = !inside
            rest = substr(rest, at + 2)
        }
    }
    {
        count = split(text, word, /[^A-Za-z0-9_.\/*-]+/)
        for (i = 1; i <= count; i++) {
            name = word[i]
            gsub(/^[.\/]+|[.\/]+$/, "", name)
            if (name !~ /^[A-Za-z_][A-Za-z0-9_.\/-]*\.([ch]|cu|cuh|cpp|sh|awk|py|cmake|md|yaml|txt)$/ &&
                name !~ /^(bench|cmake|configs|docs|host|include|kernels|tests)\/[a-z0-9_\/]+$/) continue
            if (name !~ /README\.md$/ && name ~ /(^|[\/_-])[A-Z]+[_.-]|(^|\/)[a-z]\./) continue
            if (!(name in known)) {
                print FILENAME ":" FNR ": " name " does not exist"
                missing = 1
            }
        }
    }
    END { exit missing }'
