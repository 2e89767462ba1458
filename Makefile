# make test      everything that CI runs
# make fuzz      every fuzz target for T each (make fuzz T=10m)
# make reliability  what make test samples, whole, and docs/reliability.md
#                FARM=folder adds the log of scripts/farm.sh to its figures
# make vuln      known vulnerabilities; 3 where they cannot be looked up
# make windows   what Windows decides, on Windows or under Wine 10 and later:
#                make windows WINE=/usr/lib/wine/wine64
# make cross     builds for Windows, macOS, arm64, 32 bits and js/wasm
# make bench     docs/performance.md: beside puttygen, ssh-keygen, kayrus/putty and
#                x/crypto/ssh in one run (scripts/bench.sh --full: longer)
# make micro     the benchmarks of the packages
# make build     bin/keyconv, with the page in it
# make web       the page: web/dist for a web host, web/page for bin/keyconv
# make snapshot  the whole release in dist/, published nowhere (first: minutes)
# make gallery   the pictures of docs/gallery, from the program

# blackfriday, which urfave/cli brings in for its documentation, costs start-up
# time; this tag leaves it out. Without cgo the program is linked statically and
# starts half a millisecond sooner; nothing in it resolves a name.
TAGS = urfave_cli_no_docs
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.16.0
T = 10s

# The race detector needs a C compiler.
RACE = $(shell command -v gcc >/dev/null 2>&1 || command -v cc >/dev/null 2>&1 && echo -race)

# Where goroutines are: the batches of the command line, the KDFs, the streams of
# repair and doctor. Elsewhere the detector costs minutes and has nothing to find.
# It sees nothing of assembly.
RACY = '^Test(Script|CheckKey|CheckStream|StreamSame|Vectors|WithoutAVX2|Each)$$' ./cmd/keyconv ./doctor ./repair ./internal/linebatch ./internal/bcryptpbkdf ./internal/argon2

# What computes with sizes and counts out of files, for an int of 32 bits; an amd64
# runs it. The tests of repair that are skipped take most of its time.
NARROW = -skip '^(Test(Compositions|Contained|Login|Miscopied|Parted|Points)|FuzzStream)$$' ./sshkey ./ppk ./openssh ./repair ./internal/argon2 ./internal/bcryptpbkdf ./internal/keyset ./internal/wire ./internal/formats/pemkey

# The formats on Windows, and what differs there: who may use a file, locks, names.
# Programs of other systems, which the other tests ask, are not there.
WINE = wine
RUN_EXE = $(if $(filter windows,$(shell go env GOHOSTOS)),,-exec $(WINE))

.PHONY: build web test windows tools lint unit burst fuzz bench micro snapshot gallery cross vuln reproducible reliability

build: web
	CGO_ENABLED=0 go build -trimpath -tags $(TAGS) -o bin/keyconv ./cmd/keyconv

web:
	cd web && go run ./build -o dist -embed page -version "$$(git describe --always --dirty 2>/dev/null)"

test: tools lint unit cross burst

tools:
	@sh scripts/tools.sh

lint:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt'd:"; gofmt -l .; exit 1; }
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./web/wasm
	go run $(STATICCHECK) ./...

unit:
	go test -tags $(TAGS) -timeout 9m ./...
	@test -z "$(RACE)" || { echo "once more, shorter, with the race detector"; go test -race -short -tags $(TAGS) -timeout 5m -run $(RACY); }
	@test "$$(go env GOHOSTOS)/$$(go env GOHOSTARCH)" != linux/amd64 || { echo "once more, shorter, with an int of 32 bits"; GOARCH=386 go test -short -tags $(TAGS) $(NARROW); }

windows: export GOOS = windows
windows: export WINEDEBUG = -all
windows:
	go test -short -tags $(TAGS) $(RUN_EXE) . ./authkeys ./openssh ./ppk ./rfc4716 ./repair/... ./sshkey ./internal/formats/... ./web/answer
	go test -tags $(TAGS) $(RUN_EXE) -run 'Windows|TwoWriters|Locked' ./cmd/keyconv ./doctor ./internal/safefile

burst:
	@TAGS=$(TAGS) sh scripts/fuzz.sh 1s

fuzz:
	@TAGS=$(TAGS) sh scripts/fuzz.sh $(T)

cross:
	@TAGS=$(TAGS) sh scripts/cross.sh

vuln:
	@TAGS=$(TAGS) sh scripts/vuln.sh

reproducible:
	@TAGS=$(TAGS) sh scripts/reproducible.sh

reliability: reproducible
	@TAGS=$(TAGS) bash scripts/reliability.sh $(FARM)

bench:
	@sh scripts/bench.sh

micro:
	go test -run '^$$' -bench . -benchmem ./...

# Not a part of make test: goreleaser takes two minutes of a core to compile,
# and six targets two and a half.
snapshot:
	go run $(GORELEASER) release --snapshot --clean
	DEB=$$(ls dist/*_linux_$$(go env GOARCH).deb) go test -count=1 -run Debian ./packaging

gallery:
	UPDATE=1 go test -count=1 -tags $(TAGS) -run Gallery ./cmd/keyconv
	UPDATE=1 go test -count=1 -run TestPage/shots ./web
