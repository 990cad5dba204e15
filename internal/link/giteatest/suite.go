package giteatest

import (
	"net/http"

	"plumbline/internal/link/linktest"
)

// Suite makes servers of a kind for the conformance suite.
func Suite(kind Options) func(linktest.Setting) linktest.Setup {
	return func(set linktest.Setting) linktest.Setup {
		opt := kind
		opt.Now, opt.Token, opt.Secret = set.Now, set.Token, set.Secret
		s := New(opt)
		return linktest.Setup{
			Peer: s, Wire: s.Wire, Courier: s.Courier, Project: s.opt.Repo, Bot: Bot, Close: s.Close,
			Inherit: func(name string) { s.CreateGroupLabel(name) },
			Demote:  func() { s.SetRight(Bot, Read) },
			Archive: s.Archive, Open: s.IssueOpen, Body: s.IssueBody,
			Pull: func(label string) string { return s.CreatePull("mara", "a pull request", label) },
			// A label that is deleted at the last moment is passed over.
			Deaf: func(add string) string {
				ref := s.CreateIssue("mara", "A", "", "infrapm")
				s.Trouble(linktest.Trouble{Method: "POST", Path: "/labels", Do: func() { s.DeleteLabel(add) }})
				return ref
			},
			Signed: func(body []byte) (http.Header, []byte) {
				return s.header(&Hook{Secret: set.Secret}, "issues", "issues", "application/json", body), body
			},
		}
	}
}
