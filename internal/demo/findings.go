package demo

import (
	"embed"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	"plumbline"
)

// The files that bear evidence about vulnerabilities. The catalog, the advisory,
// the parts and the verdict are excerpts of real files; that these products have
// these packages is made up, as the names of the scans say. "{day-20}" is the day
// twenty days before the organisation is made.
//
//go:embed findings/*.json
var findingFiles embed.FS

// EvidenceFile is a file that is taken in as evidence.
type EvidenceFile struct {
	Format   string
	Name     string
	Settings map[string]string
	Body     []byte
}

var dayToken = regexp.MustCompile(`\{day-([0-9]+)\}`)

// Findings are the files about vulnerabilities of the organisation's products, in
// the order in which they are taken in.
func Findings(asOf plumbline.Time) ([]EvidenceFile, error) {
	var out []EvidenceFile
	for _, f := range []struct{ format, name, product string }{
		{"kev", "kev.json", ""}, {"cyclonedx", "ingress-first.json", "ingress-nginx-app"}, {"cyclonedx", "ingress-now.json", "ingress-nginx-app"}, {"osv", "osv.json", ""},
		{"cyclonedx", "logs-first.json", "fluent-logshipping-app"}, {"cyclonedx", "logs-verdicts.json", "fluent-logshipping-app"}, {"cyclonedx", "logs-now.json", "fluent-logshipping-app"},
		{"cyclonedx", "flux-now.json", "flux-app"}, {"cyclonedx", "parts.json", "dicebear"},
	} {
		body, err := fs.ReadFile(findingFiles, "findings/"+f.name)
		if err != nil {
			return nil, err
		}
		body = dayToken.ReplaceAllFunc(body, func(token []byte) []byte {
			days, err := strconv.Atoi(string(dayToken.FindSubmatch(token)[1]))
			if err != nil {
				return token
			}
			return []byte(asOf.Add(-time.Duration(days) * 24 * time.Hour).Std().Format(time.DateOnly))
		})
		one := EvidenceFile{Format: f.format, Name: f.name, Body: body}
		if f.product != "" {
			one.Settings = map[string]string{"product": f.product}
		}
		out = append(out, one)
	}
	return out, nil
}

// Exposed are the products that are said to be reachable from the internet.
func Exposed() []plumbline.ProductRef { return []plumbline.ProductRef{"ingress-nginx-app"} }
