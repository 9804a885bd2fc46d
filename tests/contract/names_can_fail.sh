#!/bin/sh
# names_can_fail.sh SCRIPT - a tree with names that are missing in each kind of file: each is found,
# with file and line, and nothing else is.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
cd "$root" || exit 2
mkdir -p host/state host/algebra docs cmake configs
: > configs/kerr.yaml
: > host/algebra/print.c
: > cmake/version.h.in
printf '/out/\n' > .gitignore
printf '%s\n' '#include <fftw3.h>' '/* Like state/husimi.h, version.h, fftw3.h, own.yaml and' \
       ' * host/algebra; + c.c. */' 'open("own.yaml");' > host/state/grid.c
printf '/* husimi.h - see\n * weyl.h */\nint x; /* a/b/grid.c */ int y; // "none.h"\n' \
    > host/state/husimi.h
printf '`qfp run configs/kerr.yaml`, CONFIG.yaml, out/\nconfigs/dimer.yaml and host/algebra/\n' \
    > docs/page.md
printf '`host/io/`, [the page](docs/page.md), docs/README.md\n' > README.md
printf 'x() { echo "${1#none.c}"; } # as in cmake/none.cmake\n' > run.sh

output=$(sh "$script" "$root") && { echo "names of nothing were accepted"; exit 1; }
status=0
for place in host/state/husimi.h:2 host/state/husimi.h:3 docs/page.md:2 README.md:1 run.sh:1; do
    case $output in
    *"$place: "*) ;;
    *) echo "not found: $place"; status=1 ;;
    esac
done
lines=$(printf '%s\n' "$output" | wc -l)
[ "$lines" -eq 6 ] || { echo "6 wrong names, but $lines lines:"; echo "$output"; status=1; }
exit $status
