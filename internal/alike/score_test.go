package alike

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The scores were computed from the formula of BM25 by another program.
func TestScore(t *testing.T) {
	s := NewSketch()
	docs := []string{"cluster update fails", "slow cluster dns dns", "runbook missing"}
	for _, d := range docs {
		s.Add(Text{Body: d})
	}
	q := s.Ask(Text{Body: "cluster dns"})
	for i, want := range []float64{0.470004, 1.646646, 0} {
		if got := q.score(prepared(Text{Body: docs[i]})).words; math.Abs(got-want) > 1e-6 {
			t.Errorf("%q scores %.6f, want %.6f", docs[i], got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"  Größere Nodes, für DNS!":     "großere nodes fur dns",
		"naïve—café v1.29\nk8s_upgrade": "naive cafe v1 29 k8s upgrade",
		"部署 集群":                         "部署 集群",
		"\xff\x00a":                     "a",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRank(t *testing.T) {
	texts := []Text{
		{Title: "Certificates of the registry expire"},
		{Title: "Upgrade the clusters to 1.31", Body: "They run 1.29."},
		{Title: "Cluster upgrades take a night"},
		{Title: "Kaffee"},
	}
	s := NewSketch()
	for _, x := range texts {
		s.Add(x)
	}
	for typed, want := range map[string]int{"upgrading clusters": 1, "clusteru pgrades tak": 2, "registry certificate": 0, "kaffe": 3} {
		if got := s.Ask(Text{Title: typed}).Rank(texts); len(got) == 0 || got[0].At != want {
			t.Errorf("%q found %v, want text %d first", typed, got, want)
		}
	}
	if got := s.Ask(Text{Title: "zzz"}).Rank(texts); len(got) != 0 {
		t.Errorf("nothing in common, found %v", got)
	}
	if got := s.Ask(Text{}).Rank(texts); len(got) != 0 {
		t.Errorf("nothing asked, found %v", got)
	}
}

func TestTerms(t *testing.T) {
	s := NewSketch()
	for range 3 {
		s.Add(Text{Title: "cluster nodes"})
	}
	s.Add(Text{Title: "the nodes"})
	got := s.Ask(Text{Title: "Nodes of clusters: the node, kuberne"}).Terms()
	want := []Term{{Word: "of"}, {Word: "kuberne", Begun: true}, {Word: "the", Docs: 1, Share: 0.25}, {Word: "clusters", Docs: 3, Share: 0.75}, {Word: "nodes", Docs: 4, Share: 1}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i].Worth <= 0 {
			t.Errorf("term %v is worth %f", got[i], got[i].Worth)
		}
		got[i].Worth = 0
		if got[i] != want[i] {
			t.Errorf("term %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// Whatever is written, a text is most like itself, shares all of itself, and the
// answer is the same every time.
func TestRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"node", "nodes", "dns", "größe", "部署集群", "ox", "a", "update", "17", "🚀"}), 0, 9)
		text := rapid.Custom(func(t *rapid.T) Text {
			var x Text
			for _, w := range words.Draw(t, "title") {
				x.Title += w + " "
			}
			for _, w := range words.Draw(t, "body") {
				x.Body += w + ", "
			}
			return x
		})
		texts := rapid.SliceOfN(text, 1, 12).Draw(t, "texts")
		s := NewSketch()
		for _, x := range texts {
			s.Add(x)
		}
		asked := texts[0]
		first := s.Ask(asked).Rank(texts)
		again := s.Ask(asked).Rank(texts)
		if len(first) != len(again) {
			t.Fatalf("%v, then %v", first, again)
		}
		for i := range first {
			if first[i].At != again[i].At || math.Abs(first[i].Share-again[i].Share) > 1e-9 {
				t.Fatalf("%v, then %v", first, again)
			}
			if m := first[i]; m.At == 0 && m.Share > 0 && math.Abs(m.Share-1) > 1e-9 {
				t.Fatalf("%q shares %f of itself", asked, m.Share)
			}
		}
	})
}
