#!/bin/sh
# Makes docs/performance.md: keyconv beside puttygen, ssh-keygen, kayrus/putty and
# x/crypto/ssh, in one run. With --full the batch has 1,000 keys and the damaged
# files 10^6 lines; it takes hours.
set -eu
cd "$(dirname "$0")/.."
[ "${1-}" != --full ] || export KEYCONV_FULL=1
KEYCONV_PERFORMANCE="$PWD/docs/performance.md" go test -count=1 -timeout 24h -run '^TestPerformance$' ./internal/bench
