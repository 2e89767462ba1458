#!/bin/sh
# Makes sure that the real tools that judge in the tests are there: installs
# them where apt-get and npm are there and may, and says what is missing
# otherwise. The tests skip what needs a missing tool at a desk; in CI that is a
# failure.
set -u
cd "$(dirname "$0")/.." || exit 1

missing=
need() { # PACKAGE CHECK...: what Debian calls it, and what succeeds when it is there
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}
command_is_there() { PATH="$PATH:/usr/sbin" command -v "$1"; }
module_is_there() { # keytest.Python looks in the same places
	/usr/bin/python3 -c "import $1" || python3 -c "import $1"
}
need putty-tools command_is_there puttygen
need putty-tools command_is_there plink
need openssh-client command_is_there ssh-keygen
need openssh-server command_is_there sshd
need openssl command_is_there openssl
need dropbear-bin command_is_there dropbearconvert
need python3-paramiko module_is_there paramiko
need python3-asyncssh module_is_there asyncssh
need python3-bcrypt module_is_there bcrypt # for asyncssh, which only recommends it
need nodejs command_is_there node
need npm command_is_there npm
need zsh command_is_there zsh
need fish command_is_there fish
need man-db command_is_there man
need mandoc command_is_there mandoc
need lintian command_is_there lintian
need chromium command_is_there chromium
need tzdata test -e /usr/share/zoneinfo/Europe/Berlin
need qemu-user-static command_is_there qemu-aarch64-static # for scripts/cross.sh
need fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
missing=${missing# }

install_packages() {
	command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
	echo "installing $missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# What npm has goes into .tools, which git ignores; keytest.Node looks there.
# No package may run a script of its own: none of these needs to.
modules='sshpk@1.18.0 tree-sitter-powershell@0.26.4 web-tree-sitter@0.27.1'
modules_are_there() {
	for module in $modules; do
		[ -f ".tools/node_modules/${module%@*}/package.json" ] || return 1
	done
}
install_modules() {
	command -v npm >/dev/null 2>&1 || return 1
	echo "installing $modules"
	npm install --prefix .tools --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error $modules >/dev/null
}

ok=true
if [ -n "$missing" ] && ! install_packages; then
	echo "not installed: $missing- the tests that need them are skipped (Debian: apt-get install $missing)" >&2
	ok=false
fi
if ! modules_are_there && ! install_modules; then
	echo "not installed: $modules - the tests that need them are skipped (npm install --prefix .tools --ignore-scripts $modules)" >&2
	ok=false
fi
$ok || [ -z "${CI-}" ]
