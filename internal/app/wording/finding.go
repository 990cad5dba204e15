package wording

import (
	"strconv"
	"strings"
)

// findingInWords is what happened to findings; ok says that it is about them.
func findingInWords(typ string, d eventData) (sentence, detail string, ok bool) {
	switch typ {
	case "findings imported":
		return "took in findings of " + d.Product + " from " + d.Source, strconv.Itoa(d.New) + " new, " + strconv.Itoa(d.Altered) + " changed", true
	case "findings scanned":
		if d.Altered > 0 {
			return "took in a scan of " + d.Product + " by " + d.Source, strconv.Itoa(d.Altered) + " findings are there no more", true
		}
		return "took in a scan of " + d.Product + " by " + d.Source, "", true
	case "components imported":
		return "took in the parts of " + d.Product, "", true
	case "exploited imported":
		return "took in the catalog of exploited vulnerabilities", strconv.Itoa(d.New) + " entries, " + strconv.Itoa(d.Altered) + " findings have other dates", true
	case "advisories imported":
		return "took in advisories", "", true
	case "finding judged":
		return "judged " + d.Text + ": " + strings.ReplaceAll(string(d.To), "_", " "), "", true
	case "finding described":
		return "said what the dates of " + d.Text + " follow from", "", true
	case "findings described":
		return "said what the dates of findings of " + d.Product + " follow from", "", true
	case "findings mended":
		return "said that what scans of " + d.Product + " find no more is mended", strconv.Itoa(d.Altered) + " findings", true
	case "deadlines chosen":
		return "chose by what findings are due: " + or(d.Labels, "nothing"), "", true
	}
	return "", "", false
}
