package cvss_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/format/cvss"
)

func TestScore(t *testing.T) {
	for _, c := range []struct {
		vector  string
		score   plumbline.Decimal
		version string
	}{
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "10", cvss.V3},  // CVE-2021-44228
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", "7.5", cvss.V3}, // CVE-2020-25649
		{"AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", "7.5", cvss.V3},          // as CycloneDX writes it
		{"CVSS:3.0/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", "5.4", cvss.V3}, // example of the specification: CVE-2013-1937 family
		{"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "7.8", cvss.V3},
		{"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", "0", cvss.V3},
		{"AV:N/AC:L/Au:N/C:N/I:N/A:C", "7.8", cvss.V2}, // example of the guide: CVE-2002-0392
		{"AV:N/AC:L/Au:N/C:C/I:C/A:C", "10", cvss.V2},  // CVE-2003-0818
		{"AV:L/AC:H/Au:N/C:C/I:C/A:C", "6.2", cvss.V2}, // CVE-2003-0062
		{"(AV:N/AC:L/Au:N/C:N/I:N/A:N)", "0", cvss.V2},
	} {
		score, version, ok := cvss.Score(c.vector)
		if !ok || score != c.score || version != c.version {
			t.Errorf("%s: got %q %q %v, want %q %q", c.vector, score, version, ok, c.score, c.version)
		}
	}
	for _, vector := range []string{"", "CVSS:3.1", "CVSS:3.1/AV:N", "AAV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "high"} {
		if score, _, ok := cvss.Score(vector); ok {
			t.Errorf("%q: got %q, want none", vector, score)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H")
	f.Add("AV:N/AC:L/Au:N/C:N/I:N/A:C")
	f.Fuzz(func(t *testing.T, vector string) {
		score, _, ok := cvss.Score(vector)
		if x := score.Rat(); ok && (x == nil || x.Sign() < 0 || x.Num().Int64() > 10*x.Denom().Int64()) {
			t.Errorf("%q: got %q", vector, score)
		}
	})
}
