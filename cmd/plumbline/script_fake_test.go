package main

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"plumbline/internal/flow"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
)

// What the fake trackers are told of us. The token is planted: no output of the
// program may hold it.
const (
	fakeToken  = "planted-token-5e1f00d"
	fakeSecret = "planted-hook-secret"
)

// peer is a fake tracker as scripts see it.
type peer interface {
	linktest.Peer
	IssueOpen(ref string) bool
	ReopenIssue(user, ref string)
	Fail(n, status int)
	Calm()
	Writes() []linktest.Request
	Requests() []linktest.Request
	Forget()
	Close()
}

// cmdFake acts on a fake tracker, which it starts when there is none yet. What
// people do there is done as them:
//
//	gitlab start                      sets $GITLAB_URL
//	gitlab labels SEPARATOR           makes the labels of our processes
//	gitlab label NAME…                makes more
//	gitlab issue USER TITLE [LABEL…]  prints the ref
//	gitlab add USER REF LABEL…
//	gitlab remove USER REF LABEL…
//	gitlab close USER REF             also reopen
//	gitlab comment USER REF TEXT
//	gitlab delete REF
//	gitlab hook URL                   makes a webhook
//	gitlab fail N STATUS              the next N requests; calm ends it
//	gitlab revoke                     our token
//	gitlab show REF                   prints state, labels and comments
//	gitlab writes                     prints our writing requests; forget clears them
//	gitlab sent                       prints every byte of every request of ours
func cmdFake(ts *testscript.TestScript, kind string, neg bool, args []string) {
	if neg {
		ts.Fatalf("%s cannot be negated", kind)
	}
	fmt.Fprint(ts.Stdout(), fakeSays(ts, kind, args))
}

// fakeSays does what was asked and gives what is to be printed.
func fakeSays(ts *testscript.TestScript, kind string, args []string) string {
	p := fake(ts, kind)
	switch args[0] {
	case "start":
	case "label":
		for _, name := range args[1:] {
			p.CreateLabel(name)
		}
	case "labels":
		createLabels(ts, p, args[1])
	case "issue":
		return p.CreateIssue(args[1], args[2], "As filed in the tracker.", args[3:]...) + "\n"
	case "add":
		p.AddLabels(args[1], args[2], args[3:]...)
	case "remove":
		p.RemoveLabels(args[1], args[2], args[3:]...)
	case "close":
		p.CloseIssue(args[1], args[2])
	case "reopen":
		p.ReopenIssue(args[1], args[2])
	case "comment":
		p.Comment(args[1], args[2], args[3])
	case "delete":
		p.DeleteIssue(args[1])
	case "hook":
		p.AddHook(args[1])
	case "fail":
		var n, status int
		_, err := fmt.Sscan(args[1]+" "+args[2], &n, &status)
		ts.Check(err)
		p.Fail(n, status)
	case "calm":
		p.Calm()
	case "revoke":
		p.RevokeToken()
	case "show":
		return showIssue(p, args[1])
	case "writes":
		return showWrites(p)
	case "sent":
		return showSent(p)
	case "forget":
		p.Forget()
	default:
		ts.Fatalf("%s does not know %q", kind, args[0])
	}
	return ""
}

// createLabels makes every label that the built-in processes speak of.
func createLabels(ts *testscript.TestScript, p peer, separator string) {
	book, err := flow.Embedded()
	ts.Check(err)
	seen := map[string]bool{"": true}
	for _, def := range book.All() {
		names := []string{def.Trigger}
		for _, lane := range def.Lanes {
			for _, st := range lane.States {
				names = append(names, def.LabelOf(st.State, separator))
			}
		}
		for _, n := range names {
			if !seen[n] {
				p.CreateLabel(n)
			}
			seen[n] = true
		}
	}
}

func showIssue(p peer, ref string) string {
	var b strings.Builder
	state := "closed"
	if p.IssueOpen(ref) {
		state = "open"
	}
	fmt.Fprintf(&b, "issue %s: %s\n", ref, state)
	for _, l := range p.IssueLabels(ref) {
		fmt.Fprintf(&b, "label %s\n", l)
	}
	for _, c := range p.Comments(ref) {
		fmt.Fprintf(&b, "comment by %s: %s\n", c.Author, strings.ReplaceAll(c.Body, "\n", " / "))
	}
	return b.String()
}

func showSent(p peer) string {
	var b strings.Builder
	for _, r := range p.Requests() {
		fmt.Fprintf(&b, "%s %s %s %s\n", r.Method, r.Path, r.Agent, r.Body)
	}
	return b.String()
}

func showWrites(p peer) string {
	var b strings.Builder
	for _, w := range p.Writes() {
		fmt.Fprintf(&b, "%s %s\n", w.Method, w.Path)
	}
	fmt.Fprintf(&b, "%d writes\n", len(p.Writes()))
	return b.String()
}

// fake is the script's tracker of the kind.
func fake(ts *testscript.TestScript, kind string) peer {
	st := stageOf(ts)
	if p := st.fakes[kind]; p != nil {
		return p
	}
	if kind == "gitlab" {
		g := gitlabtest.New(gitlabtest.Options{Project: "group/infra", Token: fakeToken, Secret: fakeSecret})
		st.fakes[kind] = g
		ts.Setenv("GITLAB_URL", g.URL)
		return g
	}
	g := giteatest.New(giteatest.Options{Repo: "group/infra", Token: fakeToken, Secret: fakeSecret})
	st.fakes[kind] = g
	ts.Setenv("GITEA_URL", g.URL)
	return g
}
