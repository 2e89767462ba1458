#!/bin/sh
# Prints the table of keyconv and its peers on the same damaged pastes.
set -eu
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table"' EXIT
COMPARE="$table" go test -count=1 -run '^TestCompare$' ./repair
[ -s "$table" ] || { echo "a tool of scripts/tools.sh is missing"; exit 1; }
cat "$table"
