#!/bin/bash
# static.sh - what the compiler made of the CUDA kernels, as Markdown tables: registers, stack, spills,
# shared memory, warps, instructions by class.  Needs nvcc and cuobjdump, no GPU.
#
#   static.sh [--arch 90] [FILE.cu…]  compiles with the release build's flags into build-static/ (what
#                                     is newer there than its sources and headers is kept).  Without
#                                     files: all of kernels/cuda, of the plane kernels some sizes,
#                                     and how planes of every size are cut
#   static.sh --check LIMITS LIBRARY [ARCH]
#                                     the kernels in a built library against a file of limits: exit
#                                     status 1 with a sentence for each above, 77 where that cannot be
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
shown_planes=" 32 42 48 60 64 80 96 128 "

# missing WHAT: 77 for a test, which is then skipped.
missing() {
    echo "static.sh: $1" >&2
    exit 77
}

# find_tool NAME FOLDER…: its folder goes to PATH.
find_tool() {
    local name=$1 folder
    shift
    command -v "$name" > /dev/null && return
    for folder in "$@"; do
        [ -x "$folder/$name" ] && PATH=$PATH:$folder && return
    done
    return 1
}

# cuobjdump and nvdisasm, which it runs: of the toolkit, or where pip puts NVIDIA's packages.
find_disassembler() {
    local toolkit=/usr/local/cuda/bin pip=
    command -v nvcc > /dev/null && toolkit=$(dirname "$(command -v nvcc)")
    pip=$(python3 -c 'import glob, site
for at in site.getsitepackages() + [site.getusersitepackages()]:
    print("\n".join(glob.glob(at + "/nvidia/cu*/bin") + glob.glob(at + "/nvidia/cuda_*/bin")))' \
        2> /dev/null || true)
    for tool in cuobjdump nvdisasm; do
        # shellcheck disable=SC2086 # one folder a line
        find_tool $tool "$toolkit" $pip || missing "$tool was not found: it is part of the CUDA \
toolkit, and of 'pip install nvidia-cuda-cuobjdump nvidia-cuda-nvdisasm'"
    done
}

# compile FILE.cu: $cache/FILE.cubin and FILE.txt, what ptxas says, unless they are newer than all
# that went into them.
compile() {
    local at stale=1 from
    at=$cache/$(basename "$1" .cu)
    if [ -e "$at.cubin" ] && [ -e "$at.d" ]; then
        stale=0
        for from in $(sed "s,^[^ ]* :,,; s,\\\\$,," "$at.d"); do
            [ -e "$from" ] && [ ! "$from" -nt "$at.cubin" ] || { stale=1; break; }
        done
    fi
    [ $stale -eq 0 ] && return
    nvcc -O3 -DNDEBUG -std=c++17 -arch="sm_$arch" -DQFPI_CUDA_OLDEST="$arch" -cubin -Xptxas -v \
        -I"$root/kernels" -I"$root/host" -I"$root/include" -MD -MF "$at.d" -o "$at.new" "$1" \
        > "$at.txt" 2>&1 || { cat "$at.txt" >&2; rm -f "$at.new"; return 1; }
    mv "$at.new" "$at.cubin"
}

# figures < output of cuobjdump --dump-resource-usage, --dump-sass and ptxas -v, in this order: a line
# per kernel, of tab-separated NAME REGISTERS STACK STATIC_SHARED SPILLED_BYTES TOTAL FP64 FP32 INTEGER
# SHARED GLOBAL LOCAL BRANCHES BARRIERS CALLS OTHER LOADS_32 LOADS_64 LOADS_128, sorted.
figures() {
    awk '
    # Of an instruction, which is given without its predicate; empty for what is behind the end: NOP
    # and a jump to itself.
    function class(op, line,    base) {
        base = op; sub(/\..*/, "", base)
        if (base == "NOP" || (base == "BRA" && target(line) == hex(address))) return ""
        if (base ~ /^D(ADD|MUL|FMA|SETP|MMA|MNMX)$/) return "fp64"
        if (base ~ /^F(ADD|MUL|FMA|MNMX|SETP|SET|SWZADD|CHK)(32I)?$/) return "fp32"
        if (base ~ /^(LDS|STS|LDSM|STSM|ATOMS)$/) return "shared"
        if (base ~ /^(LDG|STG|LD|ST|RED|ATOM|ATOMG|LDGSTS)$/) return "global"
        if (base ~ /^(LDL|STL)$/) return "local"
        if (base ~ /^(BRA|BRX|JMP|JMX|BRXU|JMXU)$/) return "branch"
        if (base ~ /^(BAR|WARPSYNC)$/) return "barrier"
        if (base == "CALL") return "call"
        if (op ~ /^U?IMAD\.MOV/) return "other" # a move
        if (base ~ /^U?(IADD3?|IMAD|IMUL|LEA|ISETP|LOP3?|PLOP3|SHF|SHL|SHR|SEL|IABS|IMNMX)$/ ||
            base ~ /^U?(PRMT|POPC|FLO|BREV|BMSK|SGXT|ISCADD|IDP|VOTE)$/ ||
            base ~ /^(VIADD|VIADDMNMX|VIMNMX|FSEL)$/) return "integer"
        return "other"
    }
    function target(line) {
        return match(line, /BRA 0x[0-9a-f]+/) ? hex(substr(line, RSTART + 6, RLENGTH - 6)) : ""
    }
    function hex(s) { sub(/^0+/, "", s); return s }
    /^ *Function [^:]*:$/ { sub(/^ *Function /, ""); sub(/:$/, ""); used = $0; next }
    /^ *REG:/ {
        for (i = 1; i <= NF; i++) { split($i, pair, ":"); n[used, pair[1]] = pair[2] }
        names[used] = 1; next
    }
    /Function : / { kernel = $NF; next }
    /Function properties for / { properties = $NF; next }
    /bytes spill stores/ { n[properties, "spilled"] = $5 + $9; next }
    /^ +\/\*[0-9a-f]+\*\/ / {
        match($0, /[0-9a-f]+\*\//); address = substr($0, RSTART, RLENGTH - 2)
        op = $2 ~ /^@/ ? $3 : $2
        sub(/;$/, "", op)
        what = class(op, $0)
        if (what == "") next
        n[kernel, what]++
        n[kernel, "total"]++
        if (op ~ /^LDG?(\.|$)/)
            n[kernel, "load" (op ~ /\.128/ ? 128 : op ~ /\.64/ ? 64 : 32)]++
    }
    END {
        keys = "REG STACK SHARED spilled total fp64 fp32 integer shared global local branch " \
               "barrier call other load32 load64 load128"
        columns = split(keys, key, " ")
        for (k in names) {
            line = k
            for (i = 1; i <= columns; i++) line = line "\t" n[k, key[i]] + 0
            print line
        }
    }' | c++filt | sed 's/^void //; s/([^\t]*)\t/\t/; s/\([0-9]\)ul*\([,>]\)/\1\2/g' | sort -V
}

# table: of figures, one row per kernel.
table() {
    awk -F '\t' -v arch="$arch" -v most="$(most_warps "$arch")" '
    BEGIN {
        print "| kernel | registers | stack | spilled | static shared | warps | instructions | FP64 " \
              "| FP32 | integer | shared | global | local | branches | barriers | CALLs | other " \
              "| loads of 4, 8, 16 bytes |"
        print "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    }
    {
        # A quarter of a multiprocessor has 512 x 32 registers, given out in eights.
        each = int(512 / (8 * int(($2 + 7) / 8)))
        warps = 4 * each < most ? 4 * each : most
        printf "| `%s` | %d | %d | %d | %d | %d", $1, $2, $3, $5, $4, warps
        for (i = 6; i <= 16; i++) printf " | %d", $i
        printf " | %d, %d, %d |\n", $17, $18, $19
    }'
}

# Warps that a multiprocessor of compute capability $1 can have.
most_warps() {
    case $1 in
    86 | 89 | 120 | 121) echo 48 ;;
    75) echo 32 ;;
    *) echo 64 ;;
    esac
}

# geometry: how planes of every n of plane_programs.cuh are cut.
geometry() {
    local program=$cache/geometry sizes
    sizes=$(sed -n 's/^#define CUDA_PLANES_[A-Z]* //p' "$root/kernels/cuda/plane_programs.cuh" | tr '\n' ',')
    "${CXX:-c++}" -std=c++17 -I"$root/kernels" -x c++ -o "$program" - <<END
#include <cstdio>
#include <initializer_list>
#include "cuda/plane_geometry.cuh"
int main()
{
    for (unsigned words : {2u, 1u})
        for (unsigned n : {$sizes}) {
            cuda_plane_geometry g = cuda_plane_geometry_of(n, words);
            printf("k_plane<%s, %u, false>\t%u\t%u x %u\t%u\t%u\t%u\t%u\n",
                   words == 2 ? "double" : "float", n, n, g.first, g.second, g.warps, g.blocks,
                   g.warps * g.blocks, 8 * words * n * g.pitch);
        }
}
END
    "$program" | awk -F '\t' '
    NR == FNR { registers[$1] = $2; next }
    FNR == 1 {
        print "| n | precision | radices | warps per block | blocks per SM | warps per SM " \
              "| bytes of one complex plane | registers |"
        print "|--:|---|---|--:|--:|--:|--:|--:|"
    }
    {
        printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", $2, $1 ~ /double/ ? "double" : "single",
               $3, $4, $5, $6, $7, registers[$1]
    }' "$1" -
}

# check LIMITS < figures: every kernel against the first line of LIMITS whose pattern is its name,
#     PATTERN  REGISTERS  STACK  CALLS  INSTRUCTIONS  REASON
# where PATTERN is a shell pattern of the name without spaces.
check() {
    local status=0 name registers stack instructions calls pattern most_r most_s most_c most_i kernels=0
    while IFS=$'\t' read -r name registers stack _ _ instructions _ _ _ _ _ _ _ _ calls _; do
        kernels=$((kernels + 1))
        while read -r pattern most_r most_s most_c most_i _; do
            # shellcheck disable=SC2254 # it is a pattern
            case ${name// /} in $pattern) break ;; esac
            pattern=
        done < <(grep -v '^ *\(#\|$\)' "$1")
        if [ -z "$pattern" ]; then
            echo "$name: no limit in $1"
            status=1
            continue
        fi
        above "$name" "$registers" "$most_r" registers || status=1
        above "$name" "$stack" "$most_s" "bytes of stack" || status=1
        above "$name" "$calls" "$most_c" CALLs || status=1
        above "$name" "$instructions" "$most_i" instructions || status=1
    done
    [ $kernels -gt 0 ] || missing "no code for sm_$arch in this library"
    [ $status -ne 0 ] || echo "$kernels kernels within their limits"
    return $status
}

above() {
    [ "$2" -le "$3" ] || { echo "$1: $2 $4, at most $3"; return 1; }
}

# The version of nvcc, such as 13.0.
release() { nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p'; }

arch=90
find_tool nvcc "${CUDA_HOME:-/usr/local/cuda}/bin" /usr/local/cuda/bin || missing "nvcc was not found"
if [ "${1-}" = --check ]; then
    arch=${4-90}
    limits_of=$(awk '$1 == "compiler" { print $2 }' "$2")
    [ "$(release)" = "$limits_of" ] ||
        missing "the limits are those of CUDA $limits_of, and CUDA $(release) is here"
    find_disassembler
    command -v c++filt > /dev/null || missing "c++filt was not found: it is part of binutils"
    { cuobjdump -arch "sm_$arch" --dump-resource-usage "$3"; cuobjdump -arch "sm_$arch" --dump-sass "$3"; } \
        2> /dev/null | figures | check "$2"
    exit
fi
if [ "${1-}" = --arch ]; then
    arch=$2
    shift 2
fi
find_disassembler
cache=$root/build-static/sm_$arch
mkdir -p "$cache"
files=("$root"/kernels/cuda/*.cu)
[ $# -eq 0 ] || mapfile -t files < <(realpath -- "$@")
export -f compile
export cache arch here root
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'compile "$1"' compile
for file in "${files[@]}"; do
    at=$cache/$(basename "$file" .cu)
    cuobjdump --dump-resource-usage "$at.cubin"
    cuobjdump --dump-sass "$at.cubin"
    cat "$at.txt"
done | figures > "$cache/figures"
if [ $# -gt 0 ]; then
    table < "$cache/figures"
    exit
fi
cat <<END
# Kernels as compiled for sm_$arch

\`bench/gpu/static.sh\`, CUDA $(release), flags of a release build.

- instructions are those in the code, not those executed: a loop counts once, padding not at all;
  integer has addresses and selections with it, other are moves, conversions, loads of constants
- warps are those of a multiprocessor that its registers suffice for
- spilled are bytes stored to and loaded from local memory
- of static shared memory 1024 bytes are CUDA's own; what a launch asks for is not in it
- loads are those of global memory

END
awk -F '\t' -v shown="$shown_planes" '{
    n = $1; if (sub(/^k_plane<[a-z]*, /, "", n)) { sub(/,.*/, "", n); if (!index(shown, " " n " ")) next }
    print
}' "$cache/figures" | table
cat <<END

## Planes of n x n points

Warps and blocks as the kernels are compiled for.  What a launch keeps in shared memory is one complex
plane and one for every inner part, or lines where that is too much.

END
geometry "$cache/figures"
