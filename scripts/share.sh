#!/bin/sh
# Makes what packages bring besides the program, of the program itself, into
# bin/share: share.sh VERSION DATE
set -eu
cd "$(dirname "$0")/.."
version=$1
date=$2
share=bin/share
rm -rf "$share"
mkdir -p "$share/completions" "$share/debian"
CGO_ENABLED=0 go build -trimpath -buildvcs=auto -tags urfave_cli_no_docs -ldflags="-s -w" -o bin/keyconv ./cmd/keyconv

bin/keyconv man --date "${date%%T*}" --output-dir "$share/man"
gzip -9nk "$share"/man/*.1
for shell in bash zsh fish; do
	bin/keyconv completion "$shell" >"$share/completions/keyconv.$shell"
done
bin/keyconv completion powershell >"$share/completions/keyconv.ps1"

# The licences of what is linked into the program, Go's own among them.
{
	echo "$(go env GOROOT)"
	go list -deps -tags urfave_cli_no_docs -f '{{with .Module}}{{if not .Main}}{{.Dir}} {{.Path}}{{end}}{{end}}' ./cmd/keyconv | sort -u
} | while read -r dir module; do
	printf '==== %s\n\n' "${module:-Go}"
	cat "$dir"/LICENSE*
	echo
done | gzip -9n >"$share/licenses.gz"

# Debian wants a changelog of the package in its own form.
{
	printf 'keyconv (%s) unstable; urgency=medium\n\n' "$version"
	printf '  * https://github.com/keyconv/keyconv/blob/main/CHANGELOG.md\n\n'
	printf ' -- keyconv maintainers <maintainers@keyconv.invalid>  %s\n' "$(date -u -R -d "$date")"
} | gzip -9n >"$share/debian/changelog.gz"
