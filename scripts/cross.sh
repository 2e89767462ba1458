#!/bin/sh
# Builds the program and all packages for the other systems, and vets them
# there, tests too, where that system has files and processes. What has code of
# its own for arm64 is tested there, where qemu is.
set -eu
cd "$(dirname "$0")/.."
for target in windows/amd64 darwin/arm64 linux/arm64 linux/386 linux/arm js/wasm; do
	export GOOS="${target%/*}" GOARCH="${target#*/}" CGO_ENABLED=0
	echo "cross $target"
	go build -tags "${TAGS-}" -o /dev/null ./cmd/keyconv
	case "$GOOS" in
	js) go build -tags "${TAGS-}" ./... ;; # the tests there would need a browser to run
	*) go vet -tags "${TAGS-}" ./... ;;
	esac
done
if command -v qemu-aarch64-static >/dev/null 2>&1; then
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go test -exec qemu-aarch64-static ./internal/b64 ./internal/argon2
else
	echo "cross: no qemu-aarch64-static, not tested on arm64"
fi
