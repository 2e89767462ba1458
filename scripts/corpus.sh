#!/usr/bin/env bash
# Takes what farm.sh has collected into the tree: corpus.sh FOLDER [KIB]
#
# For each target the inputs that add coverage, small ones first, at most KIB
# kibibytes of them (default 60), go into the package's testdata/fuzz: those that
# reach a block of the program that the seeds and the inputs before them do not.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(cd "$1" && pwd)
most=$((${2:-60} * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

blocks() { # DIR PATTERN: the blocks that the inputs of that name reach
	(cd "$1" && "$work/cover.test" -test.run "$2" -test.coverprofile "$work/profile" >/dev/null 2>&1) || return 1
	awk 'NR > 1 && $3 > 0 { print $1 }' "$work/profile" | sort -u
}

for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	go test -c -tags "${TAGS-}" -covermode set -coverpkg ./... -o "$work/cover.test" "$dir"
	for target in $(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | cut -d' ' -f2); do
		[ -d "$folder/corpus/$target" ] || continue
		into=$dir/testdata/fuzz/$target
		mkdir -p "$into"
		blocks "$dir" "^$target\$" >"$work/reached"
		taken=0
		while read -r size name; do
			[ "$((taken + size))" -le "$most" ] || break
			[ ! -e "$into/$name" ] || continue
			cp "$folder/corpus/$target/$name" "$into/$name"
			if blocks "$dir" "^$target\$/^$name\$" >"$work/new" && [ -n "$(comm -13 "$work/reached" "$work/new" | head -1)" ]; then
				sort -u "$work/reached" "$work/new" -o "$work/reached"
				taken=$((taken + size))
			else
				rm "$into/$name"
			fi
		done < <(cd "$folder/corpus/$target" && find . -type f -printf '%s %f\n' | sort -n | head -n "${TRIES:-1000}")
		rmdir "$into" 2>/dev/null || echo "$target: $(ls "$into" | wc -l) inputs, $taken bytes added"
	done
done
