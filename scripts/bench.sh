#!/bin/sh
# Makes docs/performance.md: keyconv beside puttygen, ssh-keygen, kayrus/putty and
# x/crypto/ssh, in one run of minutes. With --full the batch has 1,000 keys, which
# is a quarter of an hour more.
set -eu
cd "$(dirname "$0")/.."
[ "${1-}" != --full ] || export KEYCONV_FULL=1
KEYCONV_PERFORMANCE="$PWD/docs/performance.md" go test -count=1 -timeout 24h -run '^TestPerformance$' ./internal/bench
