package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The form of a control comes back as it was left, tells what is wrong, and keeps
// what is right; a day that nobody said is empty in it.
func TestControlForm(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	const at = "/products/kube-apiserver/controls/nist_ocp4/AC-4(2)"
	page := v.get(at, http.StatusOK).body
	if strings.Contains(page, "0001-01-01") {
		t.Error("a day that nobody said stands in the form")
	}
	bad := url.Values{"state": {"planned"}, "owner": {"Grete's crew"}, "cadence": {"monthly"}, "due": {""}}
	if r := v.post(at, bad, http.StatusUnprocessableEntity); !strings.Contains(r.body, "is not an amount of time") || !strings.Contains(r.body, "Grete&#39;s crew") {
		t.Errorf("the form came back as %s", r.body)
	}
	good := url.Values{"state": {"planned"}, "owner": {"Grete's crew"}, "cadence": {"P30D"}, "due": {"2099-01-31"}}
	v.post(at, good, http.StatusOK)
	if page = v.get(at, http.StatusOK).body; !strings.Contains(page, "2099-01-31") || !strings.Contains(page, "Grete&#39;s crew") {
		t.Error("what was said is not on the page")
	}
}
