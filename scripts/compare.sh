#!/bin/sh
# Makes README's table of keyconv and its peers on the same damaged pastes.
set -eu
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table"' EXIT
COMPARE="$table" go test -count=1 -run '^TestCompare$' ./repair
awk -v file="$table" '
	/<!-- \/compare -->/ { inside = 0 }
	!inside { print }
	/<!-- compare -->/ { inside = 1; while ((getline line < file) > 0) print line }
' README.md >"$table.new"
cat "$table.new" >README.md
rm -f "$table.new"
cat "$table"
