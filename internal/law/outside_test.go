package law

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// under says whether a package is one of the folders, or below one.
func under(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return name == f || strings.HasPrefix(name, f+"/")
	})
}

// checkOutside is the second law: only the worker calls a link's writing
// methods, and only adapters, the API client and the program's main package
// speak to other machines at all.
//
// A writing method is any function that takes a plumbline.WantedChange and
// answers with a link.Outcome, whatever it is called and whatever interface or
// type it is reached through.
func checkOutside(h *house) (bad []string) {
	for _, r := range h.rooms {
		name := r.name()
		mayWrite := under(name, "internal/worker") || kit(name)
		mayDial := under(name, "internal/link", "client", "cmd/plumbline", "cmd/bench", "internal/law")
		h.eachUse(r, func(id *ast.Ident, obj types.Object) {
			fn, ok := obj.(*types.Func)
			switch {
			case ok && writes(fn) && !mayWrite && !insideLink(r, fn):
				bad = append(bad, fmt.Sprintf("%s: %s uses the writing method %s; only internal/worker may", h.at(id), name, fn.Name()))
			case !mayDial && dials(obj):
				bad = append(bad, fmt.Sprintf("%s: %s calls out with %s.%s; only adapters and the client may", h.at(id), name, obj.Pkg().Name(), obj.Name()))
			}
		})
	}
	return bad
}

// insideLink says whether an adapter only calls itself, or the functions that
// the package link has for all adapters.
func insideLink(r *room, fn *types.Func) bool {
	return under(r.name(), "internal/link") && (fn.Pkg() == r.pkg || receiver(fn) == "" && packageLevel(fn))
}

// writes says whether fn changes something in a tracker.
func writes(fn *types.Func) bool {
	sig := fn.Signature()
	if (has(sig.Params(), module, "Mail") || has(sig.Params(), module, "Post")) && has(sig.Results(), module, "Sent") {
		return true
	}
	return has(sig.Params(), module, "WantedChange") && has(sig.Results(), module+"/internal/link", "Outcome")
}

func has(vars *types.Tuple, pkg, name string) bool {
	for v := range vars.Variables() {
		t := v.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg {
			return true
		}
	}
	return false
}

// dials says whether a use of obj opens a connection or prepares a request.
func dials(obj types.Object) bool {
	if obj.Pkg() == nil {
		return false
	}
	recv := receiver(obj)
	switch obj.Pkg().Path() {
	case "net/http":
		switch {
		case recv == "Client" || recv == "Transport" || recv == "RoundTripper":
			_, call := obj.(*types.Func)
			return call && obj.Name() != "CloseIdleConnections"
		case packageLevel(obj):
			return slices.Contains([]string{"Get", "Head", "Post", "PostForm", "DefaultClient", "NewRequest", "NewRequestWithContext"}, obj.Name())
		}
	case "net":
		return strings.HasPrefix(obj.Name(), "Dial") && (packageLevel(obj) && obj.Name() != "Dialer" || recv == "Dialer")
	case "net/smtp", "crypto/tls", "github.com/wneessen/go-mail":
		return strings.HasPrefix(obj.Name(), "Dial") || obj.Name() == "SendMail"
	}
	return false
}

// receiver is the name of the type that a method belongs to, else "".
func receiver(obj types.Object) string {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return ""
	}
	t := fn.Signature().Recv().Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}
