#!/usr/bin/env bash
# Fuzzes all targets in turn, again and again, with what the machine has left:
#
#   farm.sh MINUTES SECONDS FOLDER
#
# for MINUTES in all and SECONDS a target. FOLDER gets the corpora (corpus/),
# the inputs that failed (crashes/) and a line in log.tsv for each run: package,
# target, executions, CPU seconds, failures. scripts/reliability.sh adds the log
# to the figures of docs/reliability.md.
set -u
cd "$(dirname "$0")/.." || exit 1
end=$(($(date +%s) + $1 * 60))
each=$2
mkdir -p "$3/corpus" "$3/crashes" "$3/bin"
folder=$(cd "$3" && pwd)
root=$PWD
export GOCACHE=${GOCACHE:-$folder/gocache}

gently() { chrt -i 0 nice -n 19 "$@"; }
chrt -i 0 true 2>/dev/null || gently() { nice -n 19 "$@"; }

# A binary for each package that has targets, instrumented for coverage.
targets=()
for package in $(go list ./...); do
	dir=${package#github.com/keyconv/keyconv}
	dir=.${dir:-}
	names=$(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go 2>/dev/null | cut -d' ' -f2)
	[ -n "$names" ] || continue
	binary=$folder/bin/$(echo "$dir" | tr -c 'a-z0-9\n' _).test
	gently go test -c -fuzz . -o "$binary" "$package" || exit 1
	for name in $names; do targets+=("$dir $name $binary"); done
done

TIMEFORMAT='cpu %U %S'
run() { # DIR TARGET BINARY
	local before out cpu execs failed
	cd "$root/$1" || return
	before=$(ls "testdata/fuzz/$2" 2>/dev/null)
	out=$({ time gently "$3" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "${each}s" -test.fuzzminimizetime 20x \
		-test.parallel "${PARALLEL:-2}" -test.fuzzcachedir "$folder/corpus" -test.timeout 0; } 2>&1)
	cpu=$(echo "$out" | awk '/^cpu / { print $2 + $3 }')
	execs=$(echo "$out" | grep -o 'execs: [0-9]*' | tail -1 | cut -d' ' -f2)
	failed=0
	for input in $(ls "testdata/fuzz/$2" 2>/dev/null); do
		echo "$before" | grep -qx "$input" && continue
		failed=$((failed + 1))
		mkdir -p "$folder/crashes/$2" # out of the way of the next run
		mv "testdata/fuzz/$2/$input" "$folder/crashes/$2/"
		echo "$out" >"$folder/crashes/$2/$input.txt"
	done
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${execs:-0}" "$cpu" "$failed" >>"$folder/log.tsv"
}

while [ "$(date +%s)" -lt "$end" ]; do
	for target in "${targets[@]}"; do
		[ "$(date +%s)" -lt "$end" ] || break
		# shellcheck disable=SC2086
		run $target
	done
done
