package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unsteady is what differs from run to run, or with every change of the styles.
var unsteady = []struct {
	re   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`/assets/[^"]+`), "/assets/FILE"},
	{regexp.MustCompile(`(comment|evidence)-[0-9a-f-]{16,}`), "$1-ID"},
}

// spread puts each element on a line of its own, so that a difference can be read.
var spread = strings.NewReplacer("><", ">\n<", "> <", ">\n<")

// compare compares with the file in testdata, or writes it when ./do golden runs.
func compare(t *testing.T, name, got string) {
	t.Helper()
	for _, u := range unsteady {
		got = u.re.ReplaceAllString(got, u.with)
	}
	got = spread.Replace(got) + "\n"
	path := filepath.Join("testdata", name+".html")
	if os.Getenv("PLUMBLINE_TEST_UPDATE") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: ./do golden ./internal/web writes it", err)
	}
	if want := string(b); got != want {
		t.Errorf("%s differs; ./do golden ./internal/web writes it again.\n%s", path, firstDifference(got, want))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "line " + strings.Join([]string{g[max(0, i-1)], "got:  " + g[i], "want: " + w[i]}, "\n")
		}
	}
	return "one is longer"
}

// main is the part of a page between its frame.
func main(body string) string {
	_, body, _ = strings.Cut(body, "<main")
	body, _, _ = strings.Cut(body, "</main>")
	return "<main" + body + "</main>"
}

// The pages as they are. The item is one with nearly everything on it, seen by
// the product manager and by a requester; the frame is compared once.
func TestGolden(t *testing.T) {
	s := demoSite(t)
	rich, fresh := "/items/"+string(s.find("Make nftables the default")), "/items/"+string(s.find("Fixed egress addresses"))
	mara, jonas := s.as("mara"), s.as("jonas")
	compare(t, "frame", jonas.get("/ask?process=question", 200).body)
	compare(t, "item-mara", main(mara.get(rich, 200).body))
	compare(t, "item-jonas", main(jonas.get(rich, 200).body))
	compare(t, "inbox", main(mara.get("/inbox?front="+strings.TrimPrefix(fresh, "/items/"), 200).body))
	compare(t, "list", main(jonas.get("/items?limit=3&mine=1&status=all", 200).body))
	compare(t, "board", main(mara.get("/board?process=question", 200).body))
	compare(t, "decide-refused", main(mara.post(fresh+"/decide", vals("outcome", "decline", "sentence", "No."), 422).body))
	compare(t, "move", main(s.as("ines").get("/items/"+string(s.find("Stop listing all pods every minute"))+"/move?to=workflow-infra::Ready", 200).body))
	compare(t, "denied", main(jonas.get("/inbox", 403).body))
	compare(t, "sign-in", main(s.as("").get("/signin", 200).body))
}
