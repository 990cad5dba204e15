// Package sarif reads results of static analysis in the SARIF 2.1.0 form.
//
// Laws: pure: bytes in, results out, each with its line. A result that is
// suppressed is read like any other, and says so.
package sarif

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// Result is one result, or why it cannot be read.
type Result struct {
	Line        int // of the file
	Skip        string
	Tool        string
	Rule        string
	Title       string            // the rule's sentence, else what the result says
	Level       string            // "error", "warning", "note", "none"
	Score       plumbline.Decimal // security-severity of the rule or the result, 0 to 10; "" when neither says one
	Path        string            // of the file that the result is about
	At          int               // line in that file, 0: not known
	Message     string
	Fingerprint string // one that the tool gives, the same from run to run; empty: none
	Suppressed  bool
	Absent      bool // the tool says that it is not there any more
}

// Run is what one tool found at one time.
type Run struct {
	Tool    string
	Results []Result
}

type rule struct {
	ID    jsondoc.Text `json:"id"`
	Short struct {
		Text jsondoc.Text `json:"text"`
	} `json:"shortDescription"`
	Properties struct {
		Severity jsondoc.Text `json:"security-severity"`
	} `json:"properties"`
}

type run struct {
	Tool struct {
		Driver     part   `json:"driver"`
		Extensions []part `json:"extensions"`
	} `json:"tool"`
	Results json.RawMessage `json:"results"`
}

type part struct {
	Name  jsondoc.Text `json:"name"`
	Rules []rule       `json:"rules"`
}

type result struct {
	RuleID    jsondoc.Text `json:"ruleId"`
	RuleIndex *int         `json:"ruleIndex"`
	Rule      struct {
		ID    jsondoc.Text `json:"id"`
		Index *int         `json:"index"`
	} `json:"rule"`
	Level   jsondoc.Text `json:"level"`
	Message struct {
		Text jsondoc.Text `json:"text"`
	} `json:"message"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI jsondoc.Text `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Line int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
	} `json:"locations"`
	Partial      map[string]jsondoc.Text `json:"partialFingerprints"`
	Full         map[string]jsondoc.Text `json:"fingerprints"`
	Baseline     jsondoc.Text            `json:"baselineState"`
	Suppressions []suppression           `json:"suppressions"`
	Properties   struct {
		Severity jsondoc.Text `json:"security-severity"`
	} `json:"properties"`
}

type suppression struct {
	Status jsondoc.Text `json:"status"`
}

// Parse reads a log. It fails, with an error of kind Invalid, when the file is
// none.
func Parse(name string, data []byte) ([]Run, error) {
	var head struct {
		Runs json.RawMessage `json:"runs"`
	}
	rows, err := jsondoc.Rows(name, data, "runs")
	if err != nil {
		return nil, err
	}
	if !jsondoc.Document(data, &head) || len(head.Runs) == 0 || head.Runs[0] != '[' {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is no SARIF log: it has no list \"runs\", or breaks off.", name)
	}
	var out []Run
	for r := range rows {
		var in run
		bad := r.Bad
		if bad == "" {
			bad = r.Into(&in)
		}
		if bad != "" {
			out = append(out, Run{Results: []Result{{Line: r.Line, Skip: "this run cannot be read: " + bad}}})
			continue
		}
		out = append(out, in.read(name, r))
	}
	return out, nil
}

// read reads the results of a run.
func (in run) read(name string, at jsondoc.Row) Run {
	out := Run{Tool: jsondoc.Clip(in.Tool.Driver.Name, 80)}
	if len(in.Results) == 0 || in.Results[0] != '[' {
		return out
	}
	rows, err := jsondoc.Rows(name, at.JSON, "results")
	if err != nil {
		return out
	}
	rules := in.rules()
	for r := range rows {
		one := Result{Line: at.Line + r.Line - 1, Tool: out.Tool, Skip: r.Unfit()}
		var res result
		if one.Skip == "" {
			one.Skip = r.Into(&res)
		}
		if one.Skip == "" {
			res.take(&one, in.Tool.Driver.Rules, rules)
		}
		out.Results = append(out.Results, one)
	}
	return out
}

// rules are the rules of all parts of the tool by their id.
func (in run) rules() map[string]rule {
	out := map[string]rule{}
	for _, p := range append(in.Tool.Extensions, in.Tool.Driver) {
		for _, r := range p.Rules {
			out[string(r.ID)] = r
		}
	}
	return out
}

func (in result) take(out *Result, listed []rule, byID map[string]rule) {
	of := byID[cmp.Or(string(in.RuleID), string(in.Rule.ID))]
	if index := cmp.Or(in.RuleIndex, in.Rule.Index); of.ID == "" && index != nil && *index >= 0 && *index < len(listed) {
		of = listed[*index]
	}
	out.Rule = jsondoc.Clip(cmp.Or(in.RuleID, in.Rule.ID, of.ID), 200)
	out.Message = jsondoc.Clip(in.Message.Text, 1000)
	out.Title = cmp.Or(jsondoc.Clip(of.Short.Text, 300), jsondoc.Clip(in.Message.Text, 300))
	out.Level = cmp.Or(jsondoc.Clip(in.Level, 20), "warning")
	if score, err := plumbline.ParseDecimal(string(cmp.Or(in.Properties.Severity, of.Properties.Severity))); err == nil && inRange(score) {
		out.Score = score
	}
	if len(in.Locations) > 0 {
		where := in.Locations[0].Physical
		out.Path, out.At = jsondoc.Clip(where.Artifact.URI, 500), max(0, where.Region.Line)
	}
	for _, prints := range []map[string]jsondoc.Text{in.Full, in.Partial} {
		for _, name := range slices.Sorted(maps.Keys(prints)) {
			out.Fingerprint = cmp.Or(out.Fingerprint, jsondoc.Clip(prints[name], 200))
		}
	}
	out.Absent = in.Baseline == "absent"
	out.Suppressed = suppressed(in.Suppressions)
	if out.Rule == "" {
		out.Skip = "it names no rule"
	}
}

// suppressed: at least one suppression is accepted, or has no status. One that is
// under review or rejected hides nothing. Microsoft's viewers differ where one is
// under review beside another that was rejected.
func suppressed(list []suppression) bool {
	return slices.ContainsFunc(list, func(s suppression) bool { return s.Status == "" || s.Status == "accepted" })
}

func inRange(score plumbline.Decimal) bool {
	x := score.Rat()
	if x == nil {
		return false
	}
	f, _ := x.Float64()
	return f >= 0 && f <= 10
}
