#!/bin/sh
# include_direction.sh ROOT - main → include ← host → backend.h → kernels → shared.
# Prints FILE:LINE and the rule for every include that points the wrong way; exit status 1 if any.
root=$1
cd "$root" || exit 2
found=0

# check FOLDER RULE FORBIDDEN [ALLOWED]: no include in FOLDER may match FORBIDDEN unless it
# matches ALLOWED.  Patterns are matched against what stands between the delimiters.
check() {
    folder=$1 rule=$2 forbidden=$3 allowed=${4:-^\$}
    [ -d "$folder" ] || return 0
    hits=$(grep -rnE --include='*.[ch]' --include='*.cu' --include='*.cuh' \
                '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' "$folder" |
           sed -E 's/^([^:]*):([0-9]+):[^"<]*["<]([^">]*)[">].*/\1:\2 \3/' |
           awk -v forbidden="$forbidden" -v allowed="$allowed" \
               '$2 ~ forbidden && $2 !~ allowed { print $1 ": includes " $2 }')
    if [ -n "$hits" ]; then
        printf '%s\n' "$hits" | sed "s|\$| ($rule)|"
        found=1
    fi
}

device='^(cuda|cu[a-z]*\.h|curand|cufft|cublas|thrust|cooperative_groups|nv)'
system='^[a-z_0-9]+\.h$|^sys/[a-z]+\.h$'

check host 'kernels are behind backend.h' \
      "(^|/)(kernels|cpu|checked|shared|cuda)/|^fftw|$device"
for folder in host/*/; do
    [ "$folder" = host/backend/ ] ||
        check "${folder%/}" 'host code includes backend.h, which has all objects' '^backend/'
done
check include/qfp 'public headers know qfp/ and the standard library' \
      '.' '^qfp/|^(stddef|stdint|stdbool|stdio|limits|float|math|complex)\.h$'
check kernels/shared 'a cell formula knows nothing but its neighbours' \
      '.' '^shared/|^(stddef|stdint|string|math|float)\.h$|^backend\.h$'
check kernels/staging 'staging knows backend.h, shared/ and itself' \
      '.' "^backend\\.h\$|^core/error\\.h\$|^(shared|staging)/|$system"
check kernels/cpu 'the CPU knows backend.h, shared/, staging/ and itself' \
      '.' "^backend\\.h\$|^core/error\\.h\$|^(shared|staging|cpu)/|$system"
# The checked backend hands the CPU buffers of its own pages.
check kernels/checked 'the checked backend knows backend.h, shared/, itself and cpu/buffer.h' \
      '.' "^backend\\.h\$|^core/error\\.h\$|^(shared|checked)/|^cpu/buffer\\.h\$|$system"
check kernels/cuda 'the CUDA backend knows backend.h, shared/, staging/, itself and the toolkit' \
      '.' "^backend\\.h\$|^core/error\\.h\$|^(shared|staging|cuda)/|$device|$system"
check kernels 'kernels know no file formats' '^(hdf5|yaml|fftw_threads)'
check host/reference 'the reference shares no code with what it judges' \
      '(^|/)(algebra|state|evolve|fock|run|ensemble)/|(^|/)backend[a-z_]*\.h'
check tests/oracle 'an oracle shares no code with kernels' '(^|/)(kernels|cpu|checked|shared|cuda)/'

exit $found
