package law

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// forbidden must stand in no file of the repository: it would tie it to the
// machine or the network that it was written on. They are written in two parts
// here, so that this file may stand in it too.
var forbidden = []string{
	"../" + "shared", "/" + "work/", "/" + "root/", "/" + "tmp/bash_jobs",
	"proxy." + "golang.org", "registry." + "npmjs.org", "deb." + "debian.org", "security." + "debian.org",
}

// checkWords reads every text file of the repository.
func checkWords(h *house) (bad []string) {
	err := walkSource(h.tree, func(name string) error {
		b, err := fs.ReadFile(h.tree, name)
		if err != nil || bytes.IndexByte(b, 0) >= 0 {
			return err
		}
		if path.Base(name) == "go.sum" {
			return nil
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			n++
			for _, w := range forbidden {
				if strings.Contains(line, w) {
					bad = append(bad, fmt.Sprintf("%s:%d: %q stands here; the repository stands alone", name, n, w))
				}
			}
		}
		return nil
	})
	if err != nil {
		bad = append(bad, err.Error())
	}
	return bad
}
