package law

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// impurePackages reach outside the program, or answer differently each time.
// A name stands for the packages below it too; net is meant alone, since
// net/url and net/netip only parse.
var impurePackages = []string{
	"os", "io/ioutil", "net/http", "net/rpc", "net/smtp", "net/textproto", "database/sql", "crypto/rand", "crypto/tls",
	"syscall", "log/syslog", "runtime", "unsafe", "plugin", "expvar", "hash/maphash", "testing",
}

// purePackages are the modules of others that the tools and judges may use.
var purePackages = []string{
	"cel.dev/cel-go", "cel.dev/expr", "google.golang.org/protobuf", "google.golang.org/genproto", // expressions
	"github.com/goccy/go-yaml",                                       // definitions as data
	"github.com/kljensen/snowball", "golang.org/x/text/unicode/norm", // words
}

// mayEmbed are the packages of floors 0 to 2 whose data is a file: compiled in,
// so the same for every run.
var mayEmbed = []string{"internal/crew", "internal/flow", "internal/limit", "internal/rank", "internal/demo", "internal/format/intake"}

// pureEdges are the packages above floor 2 that keep the law too.
var pureEdges = []string{"internal/format", "internal/demo"}

// checkPure is the third law: floors 0 to 2 take values and return values. They
// read no clock, no file, no network, no environment and no global randomness,
// print nothing and start nothing. Floor 0 needs the standard library only. The
// application starts no goroutine and no timer either: those are the worker's.
// Files and the demo become words in the same pure way.
func checkPure(h *house) []string {
	rows, bad := readTable(h.tree)
	for _, r := range h.rooms {
		floor := floorOf(rows, r.name())
		pure := floor >= 0 && floor <= 2 || floor == 3 && under(r.name(), pureEdges...)
		if r.name() == "internal/app" {
			bad = append(bad, checkStartsNothing(h, r)...)
		}
		if !pure {
			continue
		}
		for _, f := range r.files {
			for _, s := range f.imports() {
				if why := impureImport(importPath(s), r.name(), floor); why != "" {
					bad = append(bad, fmt.Sprintf("%s: floor %d imports %s: %s", h.at(s), floor, importPath(s), why))
				}
			}
		}
		h.eachUse(r, func(id *ast.Ident, obj types.Object) {
			if why := impureUse(obj); why != "" {
				bad = append(bad, fmt.Sprintf("%s: floor %d uses %s.%s: %s", h.at(id), floor, obj.Pkg().Name(), obj.Name(), why))
			}
		})
		bad = append(bad, checkStartsNothing(h, r)...)
	}
	return bad
}

func impureImport(p, name string, floor int) string {
	first, _, _ := strings.Cut(p, "/")
	_, own := nameOf(p)
	switch {
	case own:
		return ""
	case p == "net" || p == "log" || under(p, impurePackages...):
		return "judgement is pure"
	case p == "embed" && !slices.Contains(mayEmbed, name):
		return "its data is not declared in mayEmbed"
	case strings.Contains(first, ".") && floor == 0:
		return "words need the standard library only"
	case strings.Contains(first, ".") && !under(p, purePackages...):
		return "it is not in purePackages"
	}
	return ""
}

// impureUse says what is wrong with using obj, or "".
func impureUse(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	name, top := obj.Name(), packageLevel(obj)
	_, call := obj.(*types.Func)
	switch obj.Pkg().Path() {
	case "time":
		if name == "Local" {
			return "the time zone of the machine"
		}
		if top && slices.Contains([]string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "Sleep", "NewTimer", "NewTicker"}, name) {
			return "the time is an argument"
		}
	case "math/rand", "math/rand/v2":
		if top && call && !strings.HasPrefix(name, "New") {
			return "the seed is an argument"
		}
	case "fmt":
		if top && (strings.HasPrefix(name, "Print") || strings.HasPrefix(name, "Scan")) {
			return "judges return, they do not print"
		}
	case "log/slog":
		if top && call && slices.Contains([]string{"Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "Default", "SetDefault", "With",
			"DebugContext", "InfoContext", "WarnContext", "ErrorContext"}, name) {
			return "only doors and the worker log"
		}
	}
	return ""
}

// checkStartsNothing finds go statements and timers.
func checkStartsNothing(h *house, r *room) (bad []string) {
	for _, f := range r.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				bad = append(bad, fmt.Sprintf("%s: %s starts a goroutine; the worker owns those", h.at(g), r.name()))
			}
			return true
		})
	}
	if r.name() != "internal/app" {
		return bad
	}
	h.eachUse(r, func(id *ast.Ident, obj types.Object) {
		if obj.Pkg() != nil && obj.Pkg().Path() == "time" && packageLevel(obj) &&
			slices.Contains([]string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "Sleep", "NewTimer", "NewTicker"}, obj.Name()) {
			bad = append(bad, fmt.Sprintf("%s: %s uses time.%s; it is given its clock, and the worker owns the timers", h.at(id), r.name(), obj.Name()))
		}
	})
	return bad
}
