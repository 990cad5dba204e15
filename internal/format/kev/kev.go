// Package kev reads CISA's catalog of known exploited vulnerabilities, in its
// JSON form.
//
// Laws: pure: bytes in, entries out, each with its line. Dates are taken as they
// stand: some entries were due before they were listed.
package kev

import (
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// Entry is one vulnerability, or why it cannot be read.
type Entry struct {
	plumbline.Exploited
	Line int
	Skip string
}

// Catalog is the file.
type Catalog struct {
	Version  string
	Released plumbline.Time // 0: it does not say
	Entries  []Entry
}

type entry struct {
	CVE        jsondoc.Text   `json:"cveID"`
	Vendor     jsondoc.Text   `json:"vendorProject"`
	Product    jsondoc.Text   `json:"product"`
	Name       jsondoc.Text   `json:"vulnerabilityName"`
	Added      jsondoc.Moment `json:"dateAdded"`
	Due        jsondoc.Moment `json:"dueDate"`
	Action     jsondoc.Text   `json:"requiredAction"`
	Ransomware jsondoc.Text   `json:"knownRansomwareCampaignUse"`
}

// Parse reads a catalog. It fails, with an error of kind Invalid, when the file is
// none.
func Parse(name string, data []byte) (*Catalog, error) {
	var head struct {
		Version  jsondoc.Text    `json:"catalogVersion"`
		Released jsondoc.Past    `json:"dateReleased"`
		List     json.RawMessage `json:"vulnerabilities"`
	}
	rows, err := jsondoc.Rows(name, data, "vulnerabilities")
	if err != nil {
		return nil, err
	}
	if !jsondoc.Document(data, &head) || len(head.List) == 0 || head.List[0] != '[' {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is no catalog of exploited vulnerabilities: it has no list \"vulnerabilities\", or breaks off. Take known_exploited_vulnerabilities.json as CISA gives it.", name)
	}
	out := &Catalog{Version: string(head.Version), Released: plumbline.Time(head.Released)}
	seen := map[string]bool{}
	for r := range rows {
		e := Entry{Line: r.Line, Skip: r.Unfit()}
		var in entry
		if e.Skip == "" {
			e.Skip = r.Into(&in)
		}
		if e.Skip == "" {
			e.Exploited = plumbline.Exploited{CVE: strings.ToUpper(jsondoc.Line(in.CVE)), Vendor: jsondoc.Clip(in.Vendor, 200), Product: jsondoc.Clip(in.Product, 200), Name: jsondoc.Clip(in.Name, 300),
				Added: plumbline.Time(in.Added), Due: plumbline.Time(in.Due), Action: jsondoc.Clip(in.Action, 2000), Ransomware: strings.EqualFold(string(in.Ransomware), "known")}
			e.Skip = wrong(e.Exploited)
		}
		if e.Skip == "" && seen[e.CVE] {
			e.Skip = e.CVE + " stands in the catalog before"
		}
		seen[e.CVE] = true
		out.Entries = append(out.Entries, e)
	}
	return out, nil
}

// wrong says what an entry lacks.
func wrong(e plumbline.Exploited) string {
	switch {
	case !strings.HasPrefix(e.CVE, "CVE-") || len(e.CVE) > 40:
		return "it has no CVE"
	case e.Added == 0:
		return e.CVE + " does not say when it was listed"
	}
	return ""
}
