#!/bin/sh
# Measures the page in chromium and puts the figures into docs/web.md.
set -eu
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table" "$table.new"' EXIT
FIGURES="$table" go test -count=1 -run '^TestFigures$' ./web
awk -v file="$table" '
	/<!-- \/figures -->/ { inside = 0 }
	!inside { print }
	/<!-- figures -->/ { inside = 1; while ((getline line < file) > 0) print line }
' docs/web.md >"$table.new"
cat "$table.new" >docs/web.md
cat "$table"
