#!/bin/sh
# include_direction_can_fail.sh SCRIPT - a tree with one wrong include per rule: each is found, with
# file and line, and nothing else is.
script=$1
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
cd "$root" || exit 2
mkdir -p host/state host/reference include/qfp kernels/shared kernels/cpu kernels/checked tests/oracle

printf '#include "core/error.h"\n\n#  include <fftw3.h>\n' > host/state/grid.c
printf '#include "shared/axis.h"\n' > host/state/axis.h
printf '#include <cuda_runtime.h>\n#include "backend/grid.h"\n' > host/state/device.c
printf '#include <stddef.h>\n#include "core/error.h"\n' > include/qfp/run.h
printf '#include "core/error.h"\n' > kernels/shared/cell.h
printf '#include <fftw3.h>\n#include "state/phase_grid.h"\n' > kernels/cpu/loop.c
printf '#include "cpu/buffer.h"\n#include "cpu/symbol.h"\n' > kernels/checked/slots.c
printf '#include "io/config.h"\n#include "algebra/polynomial.h"\n' > host/reference/ket.c
printf '#include "shared/flow_cell.h"\n' > tests/oracle/test_flow.c

output=$(sh "$script" "$root") && { echo "wrong includes were accepted"; exit 1; }
status=0
for place in host/state/grid.c:3 host/state/axis.h:1 host/state/device.c:1 host/state/device.c:2 \
             include/qfp/run.h:2 kernels/shared/cell.h:1 kernels/cpu/loop.c:2 \
             kernels/checked/slots.c:2 host/reference/ket.c:2 tests/oracle/test_flow.c:1; do
    case $output in
    *"$place: "*) ;;
    *) echo "not found: $place"; status=1 ;;
    esac
done
lines=$(printf '%s\n' "$output" | wc -l)
[ "$lines" -eq 10 ] || { echo "10 wrong includes, but $lines lines:"; echo "$output"; status=1; }
exit $status
