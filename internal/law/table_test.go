package law

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const architecture = "doc/architecture.md"

// row is one row of the package table.
type row struct {
	floor int
	name  string   // "plumbline", "internal/store", or a pattern: "internal/link/*"
	may   []string // group words and names, as written
}

func (r row) pattern() bool { return strings.Contains(r.name, "*") }

// groups are the words of the last column that stand for a whole floor.
var groups = map[string]int{"words": 0, "tools": 1, "judges": 2}

// readTable reads the package table: every row below the heading "| floor |
// package |" of doc/architecture.md.
func readTable(tree fs.FS) (rows []row, bad []string) {
	b, err := fs.ReadFile(tree, architecture)
	if err != nil {
		return nil, []string{err.Error()}
	}
	inside := false
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case len(cells) < 4:
			inside = false
		case cells[0] == "floor":
			inside = true
		case inside && !strings.HasPrefix(cells[0], "-"):
			floor, err := strconv.Atoi(cells[0])
			if err != nil {
				bad = append(bad, fmt.Sprintf("%s: %q is no floor", architecture, cells[0]))
				continue
			}
			r := row{floor: floor, name: strings.Trim(cells[1], "`")}
			if cells[3] != "–" {
				for word := range strings.SplitSeq(cells[3], ",") {
					r.may = append(r.may, strings.Trim(strings.TrimSpace(word), "`"))
				}
			}
			if slices.ContainsFunc(rows, func(o row) bool { return o.name == r.name }) {
				bad = append(bad, fmt.Sprintf("%s: %s has two rows", architecture, r.name))
			}
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		bad = append(bad, architecture+": there is no package table")
	}
	return rows, bad
}

// rowOf is the row of a package: its own, else the longest pattern.
func rowOf(rows []row, name string) (row, bool) {
	best, found := row{}, false
	for _, r := range rows {
		if r.name == name {
			return r, true
		}
		if ok, _ := path.Match(r.name, name); ok && (!found || len(r.name) > len(best.name)) {
			best, found = r, true
		}
	}
	return best, found
}

// allows says whether a package of row r may import the package name.
func (r row) allows(rows []row, name string) bool {
	to, ok := rowOf(rows, name)
	if !ok {
		return true // said elsewhere: it is not in the table
	}
	for _, m := range r.may {
		floor, group := groups[m]
		switch matched, _ := path.Match(m, name); {
		case m == "any", matched, group && to.floor == floor:
			return true
		}
	}
	return false
}

// kit says that a package is there for tests only.
func kit(name string) bool { return strings.HasSuffix(name, "test") || name == "internal/law" }

// topFolder is the folder that a package belongs to: "internal/link" for
// "internal/link/gitlab".
func topFolder(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if parts[0] == "internal" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// vague are names that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "service", "pkg", "misc"}

// checkTable is the first half of the first law: every package stands in the
// table once and imports what its row allows; no two folders import each other;
// only app and cmd import the store.
func checkTable(h *house) []string {
	rows, bad := readTable(h.tree)
	links := map[[2]string]bool{}
	for _, r := range h.rooms {
		self, ok := rowOf(rows, r.name())
		if !ok {
			bad = append(bad, fmt.Sprintf("%s: not in the package table of %s", r.name(), architecture))
			continue
		}
		if slices.Contains(vague, path.Base(r.dir)) {
			bad = append(bad, fmt.Sprintf("%s: a package is named for what it holds, not %q", r.name(), path.Base(r.dir)))
		}
		for _, f := range r.files {
			bad = append(bad, checkImports(h, rows, self, r, f)...)
			for _, s := range f.imports() {
				if to, own := nameOf(importPath(s)); own {
					links[[2]string{topFolder(r.name()), topFolder(to)}] = true
				}
			}
		}
		for _, f := range r.tests {
			bad = append(bad, checkTestImports(h, rows, self, f)...)
		}
	}
	bad = append(bad, checkMutual(links)...)
	return append(bad, checkRows(h, rows)...)
}

// checkMutual finds folders that import each other.
func checkMutual(links map[[2]string]bool) (bad []string) {
	for l := range links {
		if l[0] < l[1] && links[[2]string{l[1], l[0]}] {
			bad = append(bad, fmt.Sprintf("%s and %s import each other", l[0], l[1]))
		}
	}
	sort.Strings(bad)
	return bad
}

// checkImports checks one file against its package's row.
func checkImports(h *house, rows []row, self row, r *room, f *file) (bad []string) {
	for _, s := range f.imports() {
		to, own := nameOf(importPath(s))
		switch {
		case !own:
		case to == "internal/store" && !slices.Contains([]string{"internal/app", "internal/store", "cmd"}, topFolder(r.name())):
			bad = append(bad, fmt.Sprintf("%s: imports internal/store; only app and cmd may", h.at(s)))
		case kit(to) && !kit(r.name()):
			bad = append(bad, fmt.Sprintf("%s: imports %s, which is there for tests", h.at(s), to))
		case !self.allows(rows, to):
			bad = append(bad, fmt.Sprintf("%s: imports %s; its row allows %s", h.at(s), to, allowed(self)))
		}
	}
	return bad
}

func allowed(r row) string {
	if len(r.may) == 0 {
		return "nothing of ours"
	}
	return strings.Join(r.may, ", ")
}

// checkTestImports lets a test reach down to build what it needs, and to the
// kits, but never up.
func checkTestImports(h *house, rows []row, self row, f *file) (bad []string) {
	for _, s := range f.imports() {
		to, own := nameOf(importPath(s))
		if !own || to == self.name || kit(to) || kit(self.name) {
			continue
		}
		if r, ok := rowOf(rows, to); ok && r.floor > self.floor {
			bad = append(bad, fmt.Sprintf("%s: a test on floor %d imports %s on floor %d", h.at(s), self.floor, to, r.floor))
		}
	}
	return bad
}

// checkRows finds rows for packages that are not there, and words in the last
// column that mean nothing. A pattern may match nothing.
func checkRows(h *house, rows []row) (bad []string) {
	for _, r := range rows {
		dir := r.name
		if dir == module {
			dir = "."
		}
		if !r.pattern() && h.byDir[dir] == nil {
			bad = append(bad, fmt.Sprintf("%s: %s has a row but no package", architecture, r.name))
		}
		for _, m := range r.may {
			_, group := groups[m]
			known := slices.ContainsFunc(rows, func(o row) bool { return o.name == m })
			if !group && m != "any" && !known {
				bad = append(bad, fmt.Sprintf("%s: %s may import %q, which is no row", architecture, r.name, m))
			}
		}
	}
	return bad
}

// floorOf is the floor of a package, or -1 when it is not in the table.
func floorOf(rows []row, name string) int {
	if r, ok := rowOf(rows, name); ok {
		return r.floor
	}
	return -1
}
