package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A product manager makes a limit, tells what is known of it, and changes it.
func TestALimitFromThePages(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	v.get("/cockpit/new", 200).has(t, "a promise with a date")
	wrong := v.post("/cockpit/new", vals("kind", "reliability", "id", "Docs Up", "scope", "kubelet", "objective", "100 %", "window", "often", "owner", "nobody"), 422)
	wrong.has(t, "A scope is product:NAME", "Write the window as 28 days", `value="100 %"`)
	v.post("/cockpit/new", vals("kind", "reliability", "id", "api-availability", "scope", "product:kubelet", "objective", "99 %", "window", "28 d"), 422).has(t, "There is a limit")
	s.as("jonas").post("/cockpit/new", vals("kind", "reliability", "id", "mine"), 403)

	v.post("/cockpit/new", vals("kind", "reliability", "id", "docs-up", "name", "Docs are up", "scope", "product:kubectl", "objective", "90 %", "window", "28 days", "owner", "mara", "cadence", "12 h", "hard", "on"), 200).
		has(t, "There is no evidence yet.", "90 % in the last 28 days", "Mara Lindqvist", "12 hours", "hard: it may refuse work")
	v.post("/constraints/docs-up/tell", vals("at", "2026-11-23", "from", "2026-11-01", "to", "2026-11-23", "bad", "x", "total", "1000"), 422).has(t, "x")
	v.post("/constraints/docs-up/tell", vals("at", "2026-11-23", "from", "2026-11-23", "to", "2026-11-01", "bad", "1", "total", "1000"), 422).has(t, "ends before it begins")
	told := v.post("/constraints/docs-up/tell", vals("at", "2026-11-23", "from", "2026-11-01", "to", "2026-11-23", "bad", "5", "total", "1,000", "ref", "the status page"), 200)
	told.has(t, "Taken in, and judged again.", "95 % of the error budget is left", "5 of 1,000 bad", "the status page", "by hand: Mara Lindqvist", "2026-11-01 to 2026-11-22")

	form := v.get("/constraints/docs-up/edit", 200)
	form.has(t, `value="90 %"`, `value="28 days"`, `value="mara"`, `value="12 h"`)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(form.body)[1]
	change := vals("version", version, "name", "Docs answer", "objective", "99 %", "window", "month", "cadence", "")
	v.post("/constraints/docs-up/edit", change, 200).has(t, "Docs answer</h1>", "99 % in a month of the calendar", "soft: it asks", "Earlier versions", "90 % in the last 28 days")
	v.post("/constraints/docs-up/edit", change, 409).has(t, "was changed meanwhile")
	s.as("ines").post("/constraints/docs-up/edit", change, 403)
}

// An exception is asked for by one and approved by another, and can be taken back.
func TestExceptionsFromThePages(t *testing.T) {
	s := demoSite(t)
	const at = "/constraints/findings-ingress-nginx"
	ines, avery := s.as("ines"), s.as("avery")
	s.as("jonas").post(at+"/exception", vals("reason", "Please.", "until", "2026-12-01"), 403)
	ines.post(at+"/exception", vals("reason", "", "until", "2027-12-01"), 422).has(t, "at most 90 days")
	ines.post(at+"/exception", vals("reason", "The upgrade waits for the vendor.", "until", "2026-12-20"), 200).has(t, "Asked. It holds once others have approved it.", "Waits for approval", "Take back")
	id := regexp.MustCompile(`action="/exceptions/([^"]+)"`).FindStringSubmatch(ines.get(at, 200).body)
	if id == nil || strings.Contains(ines.get(at, 200).body, `value="approve"`) {
		t.Fatal("who asked may take it back, and not approve it")
	}
	ines.post("/exceptions/"+id[1], vals("do", "approve"), 403)
	s.as("jonas").get(at, 200).lacks(t, `action="/exceptions/`)
	s.as("mara").get("/cockpit?kind=security", 200).lacks(t, "waits for approval")
	avery.get(at, 200).has(t, `value="approve"`, "Refuse")
	avery.post("/exceptions/"+id[1], vals("do", "approve"), 200).has(t, "It holds until 2026-12-20", "Exempt until 2026-12-20", "In force", "Avery Okafor")
	ines.post("/exceptions/"+id[1], vals("do", "end"), 200).has(t, "judged without it", "3 findings are overdue", "Taken back")
}

// Work is tied to what it mends, or filed for it.
func TestTheWorkOfALimitFromThePages(t *testing.T) {
	s := demoSite(t)
	const at = "/constraints/findings-ingress-nginx"
	v, key := s.as("mara"), string(s.find("Make nftables the default"))
	v.get(at, 200).has(t, "Nobody works on it", "Tie an item that mends it")
	v.post(at+"/tie", vals("key", "REQ-99999"), 404).has(t, "There is no item")
	v.post(at+"/tie", vals("key", " "+strings.ToLower(key)), 200).has(t, "Tied", "/items/"+key)
	v.get(at, 200).lacks(t, "Nobody works on it")
	v.post(at+"/untie", vals("key", key), 200).has(t, "Untied", "No item is tied to it.")
	v.post(at+"/file", vals("title", ""), 422)
	v.post(at+"/file", vals("title", "Renew the proxy", "body", "All three of them."), 200).has(t, "and tied to the limit", "Renew the proxy")
	made := s.item(s.find("Renew the proxy"))
	if made.Product != "ingress-nginx-app" {
		t.Errorf("it is about %q", made.Product)
	}
	jonas := s.as("jonas")
	jonas.get(at, 200).lacks(t, "Tie an item", "Ask for one", "Give evidence", at+"/edit")
	jonas.post(at+"/tie", url.Values{"key": {key}}, 403)
	jonas.post(at+"/file", vals("title", "Mine"), 403)
}
