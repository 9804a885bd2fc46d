#!/bin/sh
# gpu_main.sh PROGRAM - exit status of a program with tests/gpu/main.c: 0 with a device, 77 without,
# 1 without one where one is required; a failing test is a failure.
program=$1
status=0

expect() {
    wanted=$1 what=$2
    shift 2
    env "$@" "$program" --quiet > /dev/null 2>&1
    got=$?
    [ $got -eq "$wanted" ] || { echo "$what: exit status $got instead of $wanted"; status=1; }
}

expect 0 "a device" QFP_CUDA_ON_HOST_DEVICE=present
expect 0 "a required device" QFP_CUDA_ON_HOST_DEVICE=present QFP_REQUIRE_GPU=1
expect 77 "no device" QFP_CUDA_ON_HOST_DEVICE=none
expect 77 "no driver" QFP_CUDA_ON_HOST_DEVICE=no-driver
expect 77 "no driver, none required" QFP_CUDA_ON_HOST_DEVICE=no-driver QFP_REQUIRE_GPU=0
expect 1 "no driver, but required" QFP_CUDA_ON_HOST_DEVICE=no-driver QFP_REQUIRE_GPU=1
expect 1 "failing tests" QFP_CUDA_ON_HOST_FAIL_LAUNCH=1
exit $status
