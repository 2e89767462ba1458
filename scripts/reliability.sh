#!/usr/bin/env bash
# Runs everything that make test only samples, prints the figures and writes
# them to docs/reliability.md:
#
#   reliability.sh [FOLDER]
#
# FOLDER is one that farm.sh has filled: its log is added to docs/fuzzing.tsv,
# which keeps the sums of all runs, and set aside.
set -euo pipefail
cd "$(dirname "$0")/.."
lines=$(mktemp)
trap 'rm -f "$lines" "$lines".*' EXIT

# farm adds a log to the sums: package, target, executions, CPU seconds, failures.
farm() {
	[ -s "$1/log.tsv" ] || return 0
	mv "$1/log.tsv" "$1/log.$(date +%s).tsv"
	cat docs/fuzzing.tsv "$(ls -t "$1"/log.*.tsv | head -1)" | awk -F'\t' -v OFS='\t' '
		!/^#/ && NF == 5 { k = $1 OFS $2; n[k] += $3; t[k] += $4; f[k] += $5 }
		END { for (k in n) printf "%s\t%d\t%.1f\t%d\n", k, n[k], t[k], f[k] }' | sort >"$lines.farm"
	{ grep '^#' docs/fuzzing.tsv; cat "$lines.farm"; } >"$lines.new"
	cat "$lines.new" >docs/fuzzing.tsv
}
[ $# -eq 0 ] || farm "$1"

failed=0
try() { # PACKAGE PATTERN
	KEYCONV_RELIABILITY=1 go test -count=1 -timeout 60m -tags "${TAGS-}" -v -run "$2" "$1" >"$lines.out" 2>&1 || { failed=1; grep -v '^=== ' "$lines.out" | cut -c1-300 | tail -40; }
	grep -o 'reliability:.*' "$lines.out" | tee -a "$lines" | cut -c1-160
}
try ./fuzz 'TestHostileFiles|TestEndless|TestMutations'
try . 'TestCorpusDamaged|TestCorpusCut|TestInjection'
try ./internal/safefile .
try ./cmd/keyconv 'TestShownText|TestSecretsNotShown'
try ./cmd/keyconv "$(grep -h -B200 'reliability: ' cmd/keyconv/*_test.go | grep -o '^func Test[A-Za-z0-9]*' | cut -d' ' -f2 | paste -sd'|')"

heading() { printf '\n## %s\n\n' "$1"; }
table() { # HEADER...
	printf '|'; printf ' %s |' "$@"; printf '\n|'; printf ' --- |%.0s' "$@"; echo
}
of() { grep -P "^reliability:\t$1\t" "$lines" | cut -f3-; }

{
	echo "# Reliability"
	echo
	echo "Made by \`make reliability\`; times are processor time, memory is all that was"
	echo "allocated, which is at least the peak. Nothing here is edited by hand."

	heading "Fuzzing"
	echo "Sums of all runs of \`scripts/farm.sh\`, kept in \`docs/fuzzing.tsv\`. Targets of the"
	echo "name Tree change a sound container as a tree, encrypt it and give it its MAC again."
	echo
	table target executions "CPU hours" failures
	awk -F'\t' '!/^#/ { printf "| %s %s | %d | %.2f | %d |\n", $1, $2, $3, $4 / 3600, $5; n++; e += $3; t += $4; f += $5 }
		END { printf "| **%d targets** | **%d** | **%.2f** | **%d** |\n", n, e, t / 3600, f }' docs/fuzzing.tsv
	echo
	cat docs/found.md

	heading "Structured mutations"
	echo "Each file is read and opened; what is accepted is a key that proves itself."
	echo
	table container mutations accepted "slowest" "of bytes" "most memory" "of bytes"
	of mutations | awk -F'\t' '{ printf "| %s | %d | %d | %.1f ms | %d | %d KiB | %d |\n", $1, $2, $3, $4 / 1000, $5, $6 / 1024, $7 }'

	heading "Files at the limits and over them"
	echo "The worst format for each. \`sshkey/limits.go\` has the limits, and who else has them."
	echo
	table "what is asked for" format bytes verdict time memory
	of hostile | sort -t$'\t' -k1,1 -k6,6r -k4,4nr | awk -F'\t' '!seen[$1 $6]++ { printf "| %s | %s | %d | %s | %.1f ms | %d KiB |\n", $1, $2, $3, $6, $4 / 1000, $5 / 1024 }'

	heading "Damaged real keys"
	of corpus | awk -F'\t' '{
		printf "%d private key files of other projects, cut at every 16th byte (%d times) and with a\n", $1, $2
		printf "bit flipped in every 16th byte (%d): no panic. %d were read all the same, %d of them as\n", $3, $4, $5
		printf "another number, all in files where a number stands alone, each named with its reason in\n"
		printf "`corpus_damage_test.go`. Encrypted files are opened with the keys of the sound file,\n"
		printf "which accepts more than deriving them anew; %d were derived anew.\n", $6 }'

	echo
	of cut | awk -F'\t' '{
		printf "%d other files (public keys, certificates, invalid ones), %d times cut and %d times with a\n", $1, $2, $3
		printf "bit flipped, to the reader and to the repair: no panic. %d times a key was read of a file that\n", $4
		printf "was cut, each time one of the whole file; a flipped bit of a public key, which has no check,\n"
		printf "was another key %d times.\n", $5 }'

	heading "Injection and secrets"
	of injection | awk -F'\t' '{ printf "- %d texts that would be a second line, header or option, in every field of every format: %d refused, the others came back as text of the one key.\n", $1, $2 }'
	of shown | awk -F'\t' '{ printf "- %d runs of commands over files and arguments with terminal commands, line ends and bidirectional controls: none reached standard error or a report as it was.\n", $1 }'
	of secrets | awk -F'\t' '{ printf "- %d runs over sound and damaged keys, with right and wrong passphrases: none showed a passphrase or a private number.\n", $1 }'

	heading "Faults"
	grep -P '^reliability: ' "$lines" | sed 's/^reliability: /- /' || true
} >"$lines.md"
cat "$lines.md" >docs/reliability.md
echo "wrote docs/reliability.md"
exit $failed
