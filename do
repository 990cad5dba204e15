#!/bin/sh
# The one entry to everything that is done here by hand or by CI. Without an
# argument it prints its commands.
set -eu
cd "$(dirname "$0")"

usage() {
	cat <<'END'
./do run        build, and serve the demo at http://127.0.0.1:8080
./do test       install what the tests need, check, and run everything
./do test ARGS  only go test ARGS, with its databases and browser
./do check      formatting, vet, staticcheck, generated files, go.mod, size of the binary
./do fix        format, and write the generated files again
./do generate   write the generated files again
./do golden     write the golden files of the tests again; read the difference
./do bench      measure the server beside its floors, 10,000 items; -full: up to a million
./do bench PKG  run the benchmarks of a package
./do shots DIR  take screenshots of every page into DIR (./shots)
./do build      build bin/plumbline, static
END
}

say() { printf '%s\n' "do: $*" >&2; }
die() {
	say "$*"
	exit 1
}

# One configuration for the program, its tests and its linters, so that each
# package is compiled once; no cgo, as in the program that we ship.
export CGO_ENABLED=0
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"

max_size=40000000 # bytes of bin/plumbline
scratch=''        # made by need_scratch, removed at the end
pg_data=''        # of the running throwaway cluster

cleanup() {
	status=$?
	trap - EXIT
	if [ -n "$pg_data" ]; then
		(cd "$scratch" && as_pg "$pg_bin/pg_ctl" -D "$pg_data" -m immediate -s stop) || say "PostgreSQL in $pg_data did not stop"
	fi
	[ -z "$scratch" ] || rm -rf "$scratch"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

need_scratch() {
	[ -n "$scratch" ] || scratch=$(mktemp -d "${TMPDIR:-/tmp}/plumbline.XXXXXX")
}

need_go() {
	[ -c /dev/null ] || die "/dev/null is not a character device, and Go will not build. Mend it as root: rm -f /dev/null && mknod -m 666 /dev/null c 1 3"
	command -v go >/dev/null || die "Go is not installed, or not in PATH; go.mod says which version is needed"
}

# install NAME... installs packages of the distribution.
install() {
	command -v apt-get >/dev/null || die "missing: $*. Install it with this system's package manager and run again"
	if [ "$(id -u)" = 0 ]; then
		root=''
	elif command -v sudo >/dev/null; then
		root=sudo
	else
		die "missing: $*. Install it as root: apt-get install $*"
	fi
	say "installing $* with apt-get; this can take a minute"
	need_scratch
	if [ "$updated" = no ]; then
		$root apt-get update >"$scratch/apt.log" 2>&1 </dev/null || say "apt-get update failed; going on with the lists that are here"
		updated=yes
	fi
	$root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
		apt-get install -y --no-install-recommends "$@" >>"$scratch/apt.log" 2>&1 </dev/null || {
		cat "$scratch/apt.log" >&2
		die "could not install $*"
	}
}
updated=no

find_pg() {
	for d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
		if [ -x "$d/initdb" ] && [ -x "$d/pg_ctl" ]; then pg_bin=$d; fi
	done
	if [ -z "$pg_bin" ] && command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
		pg_bin=$(dirname "$(command -v initdb)")
	fi
	[ -n "$pg_bin" ]
}
pg_bin=''

# The package would start a server of its own, which nobody here wants.
no_main_cluster() {
	conf=/etc/postgresql-common/createcluster.conf
	if [ "$(id -u)" = 0 ] && [ ! -e "$conf" ]; then
		mkdir -p "$(dirname "$conf")"
		echo 'create_main_cluster = false' >"$conf"
	fi
}

need_postgres() {
	if ! find_pg; then
		no_main_cluster
		install postgresql
		find_pg || die "PostgreSQL was installed, but initdb is nowhere to be found"
	fi
}

find_chromium() {
	for c in "${PLUMBLINE_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
		if [ -n "$c" ] && command -v "$c" >/dev/null; then
			PLUMBLINE_TEST_CHROMIUM=$(command -v "$c")
			export PLUMBLINE_TEST_CHROMIUM
			return 0
		fi
	done
	return 1
}

need_chromium() {
	find_chromium && return
	install chromium
	find_chromium || die "Chromium was installed, but is nowhere to be found"
}

# need_smtp installs the SMTP server that mail is tested with.
need_smtp() {
	python=/usr/bin/python3
	[ -x $python ] || python=python3
	$python -c 'import aiosmtpd' 2>/dev/null || install python3-aiosmtpd
}

# need_prometheus installs the Prometheus that objectives are measured with. The
# package would start a server of its own, which nobody here wants.
need_prometheus() {
	command -v "${PLUMBLINE_TEST_PROMETHEUS:-prometheus}" >/dev/null && return
	if [ "$(id -u)" = 0 ] && [ ! -e /etc/default/prometheus ] && command -v systemctl >/dev/null; then
		systemctl mask prometheus.service >/dev/null 2>&1 || true
	fi
	install prometheus
	command -v prometheus >/dev/null || die "Prometheus was installed, but is nowhere to be found"
}

# need_axe fetches the checker of accessibility that the browser tests load.
need_axe() {
	dir=internal/web/browsertest
	if [ ! -e $dir/node_modules/axe-core/axe.min.js ]; then
		command -v npm >/dev/null || install npm
		(cd $dir && npm ci --ignore-scripts --no-audit --no-fund >&2 </dev/null) || die "the packages of $dir could not be fetched"
	fi
}

# as_pg COMMAND... runs it as a user that PostgreSQL accepts: anybody but root.
as_pg() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif command -v runuser >/dev/null; then
		runuser -u "$pg_user" -- "$@"
	else
		setpriv --reuid "$pg_user" --regid "$pg_user" --clear-groups "$@"
	fi
}

# start_postgres starts a throwaway cluster that listens on a socket only. It
# sorts text as people expect and not by bytes, as most servers do: what relies
# on the order of bytes must fail here.
start_postgres() {
	need_postgres
	need_scratch
	pg_user=postgres
	if [ "$(id -u)" = 0 ]; then
		id "$pg_user" >/dev/null 2>&1 || useradd --system --no-create-home "$pg_user"
		chmod 711 "$scratch"
	fi
	mkdir "$scratch/pg"
	[ "$(id -u)" != 0 ] || chown "$pg_user" "$scratch/pg"
	(
		cd "$scratch/pg"
		as_pg "$pg_bin/initdb" -D "$scratch/pg/data" -U postgres -A trust --no-sync -E UTF8 \
			--locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >init.log 2>&1 || {
			cat init.log >&2
			exit 1
		}
		as_pg "$pg_bin/pg_ctl" -D "$scratch/pg/data" -l "$scratch/pg/log" -s -w -t 60 -o "-c listen_addresses='' -c unix_socket_directories=$scratch/pg \
			-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" start || {
			cat log >&2
			exit 1
		}
	) || die "PostgreSQL did not start"
	pg_data=$scratch/pg/data
	export PLUMBLINE_TEST_POSTGRES="postgres://postgres@/postgres?host=$scratch/pg&sslmode=disable"
}

tool() {
	t=$1
	shift
	go tool -modfile=go.tool.mod "$t" "$@"
}

build() {
	mkdir -p bin
	# Only what plans, ranks, databases and compression spend their time in is built with inlining, which keeps four and a half megabytes out.
	set -- -gcflags=all=-l
	for part in plumbline plumbline/internal/alike plumbline/internal/allot plumbline/internal/app/ranking \
		plumbline/internal/forecast plumbline/internal/limit plumbline/internal/plan plumbline/internal/rank \
		github.com/a-h/templ/... github.com/klauspost/... golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b modernc.org/... \
		bufio bytes cmp compress/... context crypto/hmac crypto/internal/... crypto/sha1 crypto/sha256 crypto/sha512 crypto/subtle database/sql/... \
		encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json errors fmt hash/... html internal/... io iter log/slog/... maps math/... \
		net/http net/url reflect runtime/... slices sort strconv strings sync/... time unicode/...; do
		set -- "$@" "-gcflags=$part="
	done
	# Functions begin at every 8th byte, not every 32nd, which keeps nearly half of a megabyte out.
	go build -ldflags '-s -w -funcalign=8' "$@" -o bin/plumbline ./cmd/plumbline
}

# go_files lists our Go files, each ended by a NUL.
go_files() {
	find . -type d \( -name node_modules -o -name testdata -o -name '.?*' \) -prune -o -type f -name '*.go' -print0
}

check_format() {
	bad=$(go_files | xargs -0 gofmt -l)
	[ -z "$bad" ] || die "not formatted (./do fix mends it): $bad"
}

# generate writes the generated files of the tree in the current folder: pages,
# the demo's data, and what the browser loads.
generate() {
	mod=$PWD/go.tool.mod
	for dir in $(find internal -name '*.templ' -exec dirname {} \; | sort -u); do
		(cd "$dir" && go tool -modfile="$mod" templ generate -path .) || return 1
	done
	go run ./internal/web/markup/gen internal/web internal/web/ui || return 1
	go generate ./internal/demo || return 1
	if ! command -v npm >/dev/null; then
		say "npm is not installed: the script and the styles in internal/web/assets/dist are taken as they are"
		return 0
	fi
	if [ ! -d internal/web/assets/node_modules ]; then
		(cd internal/web/assets && npm ci --ignore-scripts --no-audit --no-fund >&2 </dev/null) || return 1
	fi
	go generate ./internal/web/assets
}

# check_generated formats and generates in a copy, and compares.
check_generated() {
	need_scratch
	copy=$scratch/copy
	mkdir "$copy"
	tar -cf - --exclude ./.git --exclude node_modules --exclude ./bin --exclude ./.data --exclude ./shots . | tar -C "$copy" -xf -
	if [ -d internal/web/assets/node_modules ]; then
		cp -R internal/web/assets/node_modules "$copy/internal/web/assets/"
	fi
	(cd "$copy" && tool templ fmt internal && generate) >"$scratch/generate.log" 2>&1 || {
		cat "$scratch/generate.log" >&2
		die "the generators failed"
	}
	diff -r -q -x node_modules internal "$copy/internal" >&2 ||
		die "pages are not formatted or generated files are not up to date: run ./do fix"
	rm -rf "$copy"
}

check_gomod() {
	need_scratch
	if go mod tidy -diff >"$scratch/tidy" 2>"$scratch/tidy.err"; then return; fi
	if [ -s "$scratch/tidy" ]; then
		cat "$scratch/tidy" >&2
		die "go.mod is not tidy: run go mod tidy"
	fi
	cat "$scratch/tidy.err" >&2
	say "go.mod could not be checked: not every module is at hand"
}

check_size() {
	build
	size=$(wc -c <bin/plumbline)
	[ "$size" -lt "$max_size" ] || die "bin/plumbline has $size bytes; at most $max_size"
	say "bin/plumbline has $size bytes"
}

step() {
	say "$1"
	"$2"
}

vet() { go vet ./...; }
staticcheck() { tool staticcheck ./...; }

do_check() {
	need_go
	step "formatting" check_format
	step "generated files" check_generated
	step "go.mod" check_gomod
	step "the program builds" check_size
	step "go vet" vet
	step "staticcheck" staticcheck
}

do_generate() {
	need_go
	generate
}

do_fix() {
	need_go
	tool templ fmt internal
	do_generate
	go_files | xargs -0 gofmt -w
}

# The race detector needs cgo and makes SQLite fifty times slower, so it is for
# the packages without a database.
race='./internal/link/...'

# go_test ARGS writes the results to standard output as JSON, and notes that it
# failed: the report behind it counts tests, and a run may fail without any. What vet
# says is said by do_check.
go_test() {
	go test -json -vet=off -timeout 10m "$@" 2>&1 || : >"$scratch/failed"
}

# reported COMMAND... runs it, writes its results for people, and fails when
# anything did.
reported() {
	go build -o "$scratch/report" ./internal/law/report
	rm -f "$scratch/failed"
	"$@" | "$scratch/report" || return 1
	[ ! -e "$scratch/failed" ] || die "go test failed, though no test did: see above"
}

need_race() {
	if ! command -v "$(go env CC)" >/dev/null; then
		install gcc libc6-dev
	fi
}

all_tests() {
	go_test ./...
	# shellcheck disable=SC2086 # a list
	CGO_ENABLED=1 go_test -race $race
}

do_test() {
	need_go
	need_chromium
	need_axe
	need_smtp
	need_prometheus
	if [ $# -gt 0 ]; then
		start_postgres
		reported go_test "$@"
		return
	fi
	need_race
	do_check
	start_postgres
	say "tests"
	reported all_tests
}

do_run() {
	need_go
	build
	exec bin/plumbline serve --demo --data ./.data "$@"
}

do_build() {
	need_go
	build
}

do_golden() {
	need_go
	need_chromium
	need_axe
	need_prometheus
	start_postgres
	PLUMBLINE_TEST_UPDATE=1 go test "${@:-./...}"
}

do_bench() {
	need_go
	start_postgres
	case ${1:-} in
	./*) go test -run '^$' -bench . -benchmem "$@" ;;
	*) go run ./cmd/bench "$@" ;;
	esac
}

do_shots() {
	need_go
	need_chromium
	need_axe
	start_postgres
	mkdir -p "${1:-shots}"
	PLUMBLINE_TEST_SHOTS=$(cd "${1:-shots}" && pwd) go test -count=1 -run Shots ./internal/web/... ./cmd/...
}

if [ $# -eq 0 ]; then
	usage
	exit 0
fi
command=$1
shift
case $command in
run | test | check | fix | generate | golden | bench | shots | build) "do_$command" "$@" ;;
*)
	usage >&2
	die "there is no command $command"
	;;
esac
