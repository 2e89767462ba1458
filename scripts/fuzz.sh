#!/bin/sh
# Runs every fuzz target of the module for the time given: fuzz.sh 10m
# An input that fails is left in the package's testdata/fuzz, as a seed.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=$(go env GOCACHE)/fuzz
fuzz() { # DIR TARGET TIME CACHE
	cd "$1" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "$3" -test.fuzzminimizetime 20x -test.fuzzcachedir "$4"
}
for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	package=$(go list "$dir")
	go test -c -fuzz . -tags "${TAGS-}" -o "$work/fuzz.test" "$package" # once for all targets of a package
	for target in $(cd "$dir" && "$work/fuzz.test" -test.list '^Fuzz'); do
		echo "fuzz $package $target $1"
		(fuzz "$dir" "$target" "$1" "$cache/$package") >"$work/out" 2>&1 && status=0 || status=1
		cat "$work/out"
		# Before Go 1.27 the engine now and then reports its own deadline as a
		# failure (go.dev/issue/75804). A target that fails leaves an input.
		[ $status = 0 ] || { grep -q '^    context deadline exceeded$' "$work/out" && ! grep -q 'Failing input' "$work/out"; } || exit 1
	done
done
