// Command gen bundles what the browser loads: src and the pinned npm packages
// become one script, one style sheet and one font in dist, each named by the
// hash of its content, and the icons that the pages use become a Go file in
// ../ui. It runs in the assets folder, by go generate.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		return fmt.Errorf("node_modules is missing: run `npm ci` in internal/web/assets first")
	}
	out := filepath.Join(root, "dist")
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	m := map[string]any{}
	size := map[string]int{}
	rooms := map[string]map[string]string{}
	files, err := bundle(root)
	if err != nil {
		return err
	}
	mark, err := os.ReadFile(filepath.Join(root, "src/mark.svg"))
	if err != nil {
		return err
	}
	files[hashed("mark", ".svg", mark)] = mark
	for name, body := range files {
		wire := len(body)
		if ext := filepath.Ext(name); ext == ".js" || ext == ".css" {
			packed, err := pack(body)
			if err != nil {
				return err
			}
			wire = len(packed)
			if err := os.WriteFile(filepath.Join(out, name+".gz"), packed, 0o644); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(out, name), body, 0o644); err != nil {
			return err
		}
		kind := map[string]string{".js": "js", ".css": "css", ".woff2": "font", ".svg": "icon"}[filepath.Ext(name)]
		if room, _, _ := strings.Cut(name, "-"); kind == "css" || kind == "js" {
			if room != "app" {
				if rooms[room] == nil {
					rooms[room] = map[string]string{}
				}
				rooms[room][kind], size[room+" "+kind] = name, wire
				continue
			}
		}
		m[kind], size[kind] = name, wire
	}
	if err := writeLicences(root, filepath.Join(out, "licences.txt")); err != nil {
		return err
	}
	if err := writeIcons(root, filepath.Join(root, "../ui/icons_gen.go")); err != nil {
		return err
	}
	if m["sources"], err = sum(root); err != nil {
		return err
	}
	m["bytes"], m["rooms"] = size, rooms
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println("assets: bytes on the wire", size)
	return os.WriteFile(filepath.Join(out, "manifest.json"), append(b, '\n'), 0o644)
}

// bundle returns the files by their hashed names.
func bundle(root string) (map[string][]byte, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	r := api.Build(api.BuildOptions{
		AbsWorkingDir: abs,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/js/main.js", OutputPath: "app"},
			{InputPath: "src/css/main.css", OutputPath: "app"},
			// Loaded by the pages of a room only.
			{InputPath: "src/js/judging.js", OutputPath: "judging"},
			{InputPath: "src/css/judging.css", OutputPath: "judging"},
			{InputPath: "src/css/limits.css", OutputPath: "limits"},
			{InputPath: "src/js/planning.js", OutputPath: "planning"},
			{InputPath: "src/css/planning.css", OutputPath: "planning"},
		},
		Bundle:            true,
		Write:             false,
		Outdir:            "dist",
		EntryNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile},
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone, // the licences are in licences.txt
		Engines: []api.Engine{ // what has light-dark(), nesting and popovers; older ones get the page without
			{Name: api.EngineChrome, Version: "125"}, {Name: api.EngineFirefox, Version: "128"}, {Name: api.EngineSafari, Version: "17.5"},
		},
	})
	if bad := append(r.Errors, r.Warnings...); len(bad) > 0 {
		where := ""
		if at := bad[0].Location; at != nil {
			where = fmt.Sprintf("%s:%d: ", at.File, at.Line)
		}
		return nil, fmt.Errorf("%s%s", where, bad[0].Text)
	}
	files := map[string][]byte{}
	for _, f := range r.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

func hashed(name, ext string, body []byte) string {
	h := sha256.Sum256(body)
	return name + "-" + strings.ToUpper(hex.EncodeToString(h[:4])) + ext
}

// pack compresses without a time stamp, so that the same input gives the same bytes.
func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writeLicences gathers the licence texts of what ends up in the binary.
func writeLicences(root, out string) error {
	var b strings.Builder
	b.WriteString("Plumbline's pages contain the following work of others.\n")
	for _, p := range [...]struct{ name, file, what string }{
		{"Inter 5.3.0, a subset", "../src/font/OFL.txt", "the font; SIL Open Font License 1.1"},
		{"htmx 4.0.1", "htmx.org/LICENSE", "in the script; Zero-Clause BSD"},
		{"SortableJS 1.15.7", "sortablejs/LICENSE", "in the script; MIT"},
		{"Lucide 1.62.0", "lucide-static/LICENSE", "the icons in the pages; ISC, some from Feather under MIT"},
	} {
		text, err := os.ReadFile(filepath.Join(root, "node_modules", p.file))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n%s\n%s: %s\n%s\n\n%s\n", strings.Repeat("=", 72), p.name, p.what, strings.Repeat("=", 72), strings.TrimSpace(string(text)))
	}
	return os.WriteFile(out, []byte(b.String()), 0o644)
}
