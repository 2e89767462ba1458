#!/bin/sh
# Runs every fuzz target of the module for the time given: fuzz.sh 10m
# An input that fails is left in the package's testdata/fuzz, as a seed.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=$(go env GOCACHE)/fuzz
for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	package=$(go list "$dir")
	go test -c -fuzz . -tags "${TAGS-}" -o "$work/fuzz.test" "$package" # once for all targets of a package
	for target in $(cd "$dir" && "$work/fuzz.test" -test.list '^Fuzz'); do
		echo "fuzz $package $target $1"
		(cd "$dir" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$1" -test.fuzzminimizetime 20x -test.fuzzcachedir "$cache/$package")
	done
done
