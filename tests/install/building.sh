#!/bin/bash
# building.sh PROJECT - what run.sh and test.sh do of CUDA, and what they show while they build.
set -euo pipefail
project=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
source "$project/cmake/building.sh"
mkdir "$scratch/bin" "$scratch/folder"
PATH=$scratch/bin:$PATH
cd "$scratch"
unset QFP_CUDA
# expect WHAT FOUND PATTERN
# shellcheck disable=SC2053
expect() { [[ $2 == $3 ]] || { echo "$1: '$2', not '$3'"; exit 1; }; }

driver() { printf '#!/bin/sh\nexit %s\n' "$1" >bin/nvidia-smi && chmod +x bin/nvidia-smi; }
chosen() { choose_cuda folder "the backend" 2>said && expect "$1" "$cuda: $(cat said)" "$2"; }
driver 9
chosen 'without a driver' 'OFF: Left out: the backend, for no NVIDIA driver answers here; QFP_CUDA=ON * builds it all the same'
QFP_CUDA=ON chosen 'asked for' 'ON: '
echo 'QFP_CUDA:STRING=OFF' >folder/CMakeCache.txt
chosen 'a folder that was told' 'OFF: '
driver 0
chosen 'with a driver' 'AUTO: '
QFP_CUDA=OFF chosen 'not wanted' 'OFF: '

# Of make and of ninja, of a few lines and of many, into a file: every tenth once.
{
    seq -f '[%3.0f%%] Building C object one.o' 1 100
    echo '[100%] Built target one'
} | progress log 2>said
expect 'lines of make' "$(tr '\n' ' ' <said)" 'building: 0 % building: 10 % *building: 90 % building: 100 % '
expect 'how many' "$(wc -l <said) of $(wc -l <log)" '11 of 101'
printf '[%d/3] Building\n' 1 2 3 | progress log 2>said
expect 'lines of ninja' "$(tr '\n' ' ' <said)" 'building: 30 % building: 60 % building: 100 % '

# On a terminal in one line, which is empty at the end.
cat >terminal.sh <<END
source "$project/cmake/building.sh"
printf '[%d/2] Building\\n' 1 2 | progress log
END
script -qec 'bash terminal.sh' /dev/null >said </dev/null
expect 'on a terminal' "$(tr '\r\033' 'rE' <said)" 'rbuilding \[1/2\] BuildingE\[Krbuilding \[2/2\] BuildingE\[KrE\[K'

# A build that fails does so through the pipe.
cmake() { echo '[1/2] Building' && return 3; }
if build log folder 2>said; then echo "a failed build passes"; exit 1; fi
