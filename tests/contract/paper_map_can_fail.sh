#!/bin/sh
# paper_map_can_fail.sh SCRIPT ROOT - one fault of each kind in a copy of the map: each is found.
script=$1
root=$2
copy=$(mktemp) || exit 2
trap 'rm -f "$copy"' EXIT

expect() { # SED-EXPRESSION WHAT-IS-SAID
    sed -E "$1" "$root/docs/paper-map.md" >"$copy"
    said=$(sh "$script" "$root" "$copy") && { echo "not found: $2"; exit 1; }
    case $said in
    *"$2"*) ;;
    *) echo "expected '$2', found '$said'"; exit 1 ;;
    esac
}

expect '/^\| \(41\)/d' 'equation 41 has no line'
expect '/^\| \(75\)/d' '74 lines for 75 equations'
expect 's#host/algebra/class\.c#host/algebra/klass.c#' 'host/algebra/klass.c does not exist'
expect 's#: known_hamiltonians#: unknown_hamiltonians#' 'has no test unknown_hamiltonians'
expect 's#pointer\.yaml#pointers.yaml#' 'configs/pointers.yaml does not exist'
