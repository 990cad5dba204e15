package law

import (
	"fmt"
	"go/ast"
	"go/types"
)

// checkPrivate is the fourth law, as far as types can say it: no link and no
// file format takes or gives a private value, and doors never unwrap one. What
// the type itself does when it is printed is tested beside it.
func checkPrivate(h *house) (bad []string) {
	for _, r := range h.rooms {
		name := r.name()
		if under(name, "internal/link", "internal/format") {
			bad = append(bad, checkExportsNothingPrivate(h, r)...)
		}
		noKeep := under(name, "internal/web", "internal/api", "internal/worker", "client", "internal/link", "internal/format", "cmd")
		noReveal := under(name, "internal/worker", "client", "internal/link", "internal/format")
		h.eachUse(r, func(id *ast.Ident, obj types.Object) {
			if receiver(obj) != "Private" || obj.Pkg().Path() != module {
				return
			}
			if obj.Name() == "Keep" && noKeep || obj.Name() == "Reveal" && noReveal {
				bad = append(bad, fmt.Sprintf("%s: %s unwraps a private value with %s", h.at(id), name, obj.Name()))
			}
		})
	}
	return bad
}

// checkExportsNothingPrivate looks at every exported function, method and type.
func checkExportsNothingPrivate(h *house, r *room) (bad []string) {
	scope := r.pkg.Scope()
	for _, n := range scope.Names() {
		obj := scope.Lookup(n)
		if !obj.Exported() {
			continue
		}
		if holdsPrivate(obj.Type(), nil) {
			bad = append(bad, fmt.Sprintf("%s: %s.%s has a private value in it", h.pos(obj.Pos()), r.name(), n))
		}
		named, ok := obj.Type().(*types.Named)
		if _, isType := obj.(*types.TypeName); !ok || !isType {
			continue
		}
		for m := range named.Methods() {
			if m.Exported() && holdsPrivate(m.Signature(), nil) {
				bad = append(bad, fmt.Sprintf("%s: %s.%s.%s has a private value in it", h.pos(m.Pos()), r.name(), n, m.Name()))
			}
		}
	}
	return bad
}

// holdsPrivate says whether a value of type t can hold a plumbline.Private that
// somebody who has the value can reach.
func holdsPrivate(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	if seen == nil {
		seen = map[types.Type]bool{}
	}
	seen[t] = true
	in := func(t types.Type) bool { return holdsPrivate(t, seen) }
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Name() == "Private" && t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == module {
			return true
		}
		return in(t.Underlying())
	case *types.Pointer:
		return in(t.Elem())
	case *types.Slice:
		return in(t.Elem())
	case *types.Array:
		return in(t.Elem())
	case *types.Chan:
		return in(t.Elem())
	case *types.Map:
		return in(t.Key()) || in(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if in(f.Type()) {
				return true
			}
		}
	case *types.Signature:
		return in(t.Params()) || in(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if in(v.Type()) {
				return true
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if in(m.Signature()) {
				return true
			}
		}
	}
	return false
}
