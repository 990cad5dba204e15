package law

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the module's path, and the name of the root package in the table.
const module = "plumbline"

// house is a source tree: parsed, and type-checked without its tests.
type house struct {
	fset  *token.FileSet
	tree  fs.FS
	rooms []*room // by dir
	byDir map[string]*room
	errs  []string // what does not parse or type-check
}

// room is one package.
type room struct {
	dir   string  // from the root, "." for the root itself
	files []*file // without tests
	tests []*file
	pkg   *types.Package
	info  *types.Info
	state int // 0 not checked, 1 being checked, 2 checked
}

// file is one Go file of a package.
type file struct {
	name      string // from the root, with slashes
	src       []byte
	ast       *ast.File
	generated bool
}

// name is how the table calls the package.
func (r *room) name() string {
	if r.dir == "." {
		return module
	}
	return r.dir
}

// nameOf is how the table calls an own package by its import path; ok is
// false for a package that is not ours.
func nameOf(importPath string) (name string, ok bool) {
	if importPath == module {
		return module, true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// at is a position as "dir/file.go:12".
func (h *house) at(n ast.Node) string { return h.pos(n.Pos()) }

func (h *house) pos(p token.Pos) string {
	q := h.fset.Position(p)
	return fmt.Sprintf("%s:%d", q.Filename, q.Line)
}

// imports lists what a file imports.
func (f *file) imports() []*ast.ImportSpec { return f.ast.Imports }

func importPath(s *ast.ImportSpec) string {
	p, _ := strconv.Unquote(s.Path.Value)
	return p
}

// loadHouse reads, parses and type-checks a tree.
func loadHouse(tree fs.FS) (*house, error) {
	h := &house{fset: token.NewFileSet(), tree: tree, byDir: map[string]*room{}}
	err := walkSource(tree, func(name string) error {
		if !strings.HasSuffix(name, ".go") || strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		return h.add(name)
	})
	if err != nil {
		return nil, err
	}
	for _, r := range h.byDir {
		h.rooms = append(h.rooms, r)
	}
	sort.Slice(h.rooms, func(i, j int) bool { return h.rooms[i].dir < h.rooms[j].dir })
	prime(h)
	for _, r := range h.rooms {
		h.check(r)
	}
	return h, nil
}

// add parses one file into its room, unless it is for another platform.
func (h *house) add(name string) error {
	ctx := build.Default
	ctx.OpenFile = func(p string) (io.ReadCloser, error) { return h.tree.Open(p) }
	ctx.JoinPath = path.Join
	dir := path.Dir(name)
	if ok, err := ctx.MatchFile(dir, path.Base(name)); err != nil || !ok {
		return err
	}
	src, err := fs.ReadFile(h.tree, name)
	if err != nil {
		return err
	}
	tree, err := parser.ParseFile(h.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		h.errs = append(h.errs, err.Error())
		return nil
	}
	r := h.byDir[dir]
	if r == nil {
		r = &room{dir: dir}
		h.byDir[dir] = r
	}
	f := &file{name: name, src: src, ast: tree, generated: ast.IsGenerated(tree)}
	if strings.HasSuffix(name, "_test.go") {
		r.tests = append(r.tests, f)
	} else {
		r.files = append(r.files, f)
	}
	return nil
}

// check type-checks a room, and before it the rooms it imports.
func (h *house) check(r *room) {
	if r.state != 0 {
		return
	}
	r.state = 1
	r.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{
		Importer: importerFunc(h.importPackage),
		Error:    func(err error) { h.errs = append(h.errs, err.Error()) },
	}
	var files []*ast.File
	for _, f := range r.files {
		files = append(files, f.ast)
	}
	p := module
	if r.dir != "." {
		p += "/" + r.dir
	}
	r.pkg, _ = conf.Check(p, h.fset, files, r.info)
	r.state = 2
}

func (h *house) importPackage(p string) (*types.Package, error) {
	name, own := nameOf(p)
	if !own {
		return outside.Import(p)
	}
	if name == module {
		name = "."
	}
	r := h.byDir[name]
	if r == nil {
		return nil, fmt.Errorf("there is no package %s", p)
	}
	if r.state == 1 {
		return nil, errors.New("import cycle")
	}
	h.check(r)
	return r.pkg, nil
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(p string) (*types.Package, error) { return f(p) }

// Packages that are not ours come as compiled export data, which the go command
// keeps in its build cache.
var (
	exportMu    sync.Mutex
	exportFiles = map[string]string{}
	outside     = importer.ForCompiler(token.NewFileSet(), "gc", openExport)
)

func openExport(p string) (io.ReadCloser, error) {
	exportMu.Lock()
	name := exportFiles[p]
	exportMu.Unlock()
	if name == "" {
		if err := listExports(p); err != nil {
			return nil, err
		}
		exportMu.Lock()
		name = exportFiles[p]
		exportMu.Unlock()
	}
	return os.Open(name)
}

// prime asks the go command once for all packages that the tree imports.
func prime(h *house) {
	want := map[string]bool{}
	for _, r := range h.rooms {
		for _, f := range r.files {
			for _, s := range f.imports() {
				p := importPath(s)
				if _, own := nameOf(p); !own && p != "unsafe" && p != "C" && exportFiles[p] == "" {
					want[p] = true
				}
			}
		}
	}
	var list []string
	for p := range want {
		list = append(list, p)
	}
	sort.Strings(list)
	if len(list) > 0 {
		if err := listExports(list...); err != nil {
			h.errs = append(h.errs, err.Error())
		}
	}
}

func listExports(paths ...string) error {
	args := append([]string{"list", "-export", "-f", "{{.ImportPath}}\t{{.Export}}"}, paths...)
	cmd := exec.Command("go", args...)
	cmd.Dir = "../.."
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list -export: %v\n%s", err, stderr.String())
	}
	exportMu.Lock()
	defer exportMu.Unlock()
	for line := range strings.Lines(string(out)) {
		if p, name, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			exportFiles[p] = name
		}
	}
	return nil
}

// walkSource calls visit for every file that belongs to the repository: all
// but the folders that .gitignore names and git's own.
func walkSource(tree fs.FS, visit func(name string) error) error {
	skip := map[string]bool{".git": true, "node_modules": true} // "/bin": at the root only
	if b, err := fs.ReadFile(tree, ".gitignore"); err == nil {
		for line := range strings.Lines(string(b)) {
			if dir, ok := strings.CutSuffix(strings.TrimSpace(line), "/"); ok {
				skip[dir] = true
			}
		}
	}
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (skip["/"+name] || skip[d.Name()]):
			return fs.SkipDir
		case d.IsDir() || name == ".git": // a file, in a worktree
			return nil
		}
		return visit(name)
	})
}

// ours is this repository, read once for all tests.
var ours = sync.OnceValues(func() (*house, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	return loadHouse(os.DirFS(root))
})

// eachUse calls visit for every name that a room uses, outside its tests.
func (h *house) eachUse(r *room, visit func(id *ast.Ident, obj types.Object)) {
	var ids []*ast.Ident
	for id := range r.info.Uses {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i].Pos() < ids[j].Pos() })
	for _, id := range ids {
		visit(id, r.info.Uses[id])
	}
}

// packageLevel says whether obj is declared at the top of a package: no method,
// no field, nothing local.
func packageLevel(obj types.Object) bool {
	return obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope()
}

func readable(t *testing.T, h *house) {
	t.Helper()
	for i, e := range h.errs {
		if i == 10 {
			t.Fatalf("and %d more", len(h.errs)-10)
		}
		t.Errorf("does not parse or type-check: %s", e)
	}
	if len(h.errs) > 0 {
		t.FailNow()
	}
}
