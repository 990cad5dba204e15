// Package osv reads vulnerability advisories in the OSV form: one object, a list,
// one a line, or the answer of a query with a list "vulns".
//
// Laws: pure: bytes in, advisories out, each with its line. An advisory without a
// severity has none: nothing is put in its place. A time that is nonsense, such
// as "modified" in the year 1, is not known.
package osv

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// Most is how many names an advisory may have.
const Most = 200

// Advisory is one advisory, or why it cannot be read.
type Advisory struct {
	Line      int
	Skip      string
	ID        string
	Aliases   []string // other names of the same vulnerability, each once
	Summary   string
	Published plumbline.Time
	Withdrawn plumbline.Time
	Vectors   []string // of CVSS, as they stand
	Word      string   // "HIGH": what a database says in a word; empty: nothing
	Fixed     []string // "Go/github.com/gin-gonic/gin 1.6.0"
}

type advisory struct {
	ID        jsondoc.Text   `json:"id"`
	Aliases   []jsondoc.Text `json:"aliases"`
	Summary   jsondoc.Text   `json:"summary"`
	Details   jsondoc.Text   `json:"details"`
	Published jsondoc.Past   `json:"published"`
	Withdrawn jsondoc.Past   `json:"withdrawn"`
	Severity  []severity     `json:"severity"`
	Affected  []affected     `json:"affected"`
	Database  struct {
		Severity jsondoc.Text `json:"severity"`
	} `json:"database_specific"`
}

type severity struct {
	Type  jsondoc.Text `json:"type"`
	Score jsondoc.Text `json:"score"`
}

type affected struct {
	Package struct {
		Name      jsondoc.Text `json:"name"`
		Ecosystem jsondoc.Text `json:"ecosystem"`
	} `json:"package"`
	Severity []severity `json:"severity"`
	Ranges   []struct {
		Events []struct {
			Fixed jsondoc.Text `json:"fixed"`
		} `json:"events"`
	} `json:"ranges"`
}

// Parse reads a file. It fails, with an error of kind Invalid, when the file is no
// JSON.
func Parse(name string, data []byte) ([]Advisory, error) {
	rows, err := jsondoc.Rows(name, data, "vulns")
	if err != nil {
		return nil, err
	}
	var out []Advisory
	for r := range rows {
		a := Advisory{Line: r.Line, Skip: r.Unfit()}
		var in advisory
		if a.Skip == "" {
			a.Skip = r.Into(&in)
		}
		if a.Skip == "" {
			in.take(&a)
		}
		out = append(out, a)
	}
	return out, nil
}

func (in advisory) take(a *Advisory) {
	a.ID = jsondoc.Line(in.ID)
	a.Published, a.Withdrawn = plumbline.Time(in.Published), plumbline.Time(in.Withdrawn)
	if a.Summary = jsondoc.Clip(in.Summary, 300); a.Summary == "" {
		a.Summary = jsondoc.Clip(in.Details, 300)
	}
	for _, n := range in.Aliases {
		if s := jsondoc.Line(n); s != "" && s != a.ID && !slices.Contains(a.Aliases, s) && len(a.Aliases) < Most {
			a.Aliases = append(a.Aliases, s)
		}
	}
	switch {
	case a.ID == "":
		a.Skip = "it has no id"
	case slices.ContainsFunc(append([]string{a.ID}, a.Aliases...), func(s string) bool { return len(s) > 200 }):
		a.Skip = "a name of it is longer than 200 bytes"
	case len(in.Aliases) > Most:
		a.Skip = "it has more than 200 aliases"
	}
	a.Word = jsondoc.Clip(in.Database.Severity, 20)
	for _, s := range in.Severity {
		a.Vectors = append(a.Vectors, jsondoc.Clip(s.Score, 300))
	}
	for _, p := range in.Affected {
		for _, s := range p.Severity {
			a.Vectors = append(a.Vectors, jsondoc.Clip(s.Score, 300))
		}
		where := strings.Trim(jsondoc.Clip(p.Package.Ecosystem, 60)+"/"+jsondoc.Clip(p.Package.Name, 200), "/")
		for _, r := range p.Ranges {
			for _, e := range r.Events {
				if fixed := where + " " + jsondoc.Clip(e.Fixed, 60); e.Fixed != "" && !slices.Contains(a.Fixed, fixed) && len(a.Fixed) < 50 {
					a.Fixed = append(a.Fixed, fixed)
				}
			}
		}
	}
}
