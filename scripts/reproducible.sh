#!/bin/sh
# Builds the program twice, in folders of different names and with separate
# caches, and compares: the same source gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
build() { # FOLDER
	mkdir -p "$1"
	git ls-files -z --cached --others --exclude-standard | xargs -0 tar cf - | tar xf - -C "$1"
	(cd "$1" && CGO_ENABLED=0 GOCACHE="$1.cache" go build -trimpath -buildvcs=false -tags "${TAGS-}" -o "$1.bin" ./cmd/keyconv)
	sha256sum <"$1.bin" | cut -d' ' -f1
}
first=$(build "$work/a")
second=$(build "$work/another/folder/with a space")
echo "$first"
echo "$second"
[ "$first" = "$second" ] || { echo "the same source gave two programs" >&2; exit 1; }
