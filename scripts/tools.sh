#!/bin/sh
# Makes sure that the real tools that judge in the tests are there: installs
# them where apt-get is there and may, and says what is missing otherwise. The
# tests skip what needs a missing tool at a desk; in CI that is a failure.
set -u

missing=
need() { # COMMAND PACKAGE
	PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need puttygen putty-tools
need plink putty-tools
need ssh-keygen openssh-client
need sshd openssh-server
need openssl openssl
need dropbearconvert dropbear-bin
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
[ -n "${missing# }" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
	echo "installing $missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "not installed: $missing- the tests that need them are skipped (Debian: apt-get install $missing)" >&2
[ -z "${CI-}" ]
