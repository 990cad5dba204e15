package gitlabtest

import (
	"net/http"

	"plumbline/internal/link/linktest"
)

// Suite makes servers of a kind for the conformance suite.
func Suite(kind Options) func(linktest.Setting) linktest.Setup {
	return func(set linktest.Setting) linktest.Setup {
		opt := kind
		opt.Now, opt.Token = set.Now, set.Token
		if opt.Signing == "" {
			opt.Secret = set.Secret
		}
		s := New(opt)
		return linktest.Setup{
			Peer: s, Wire: s.Wire, Courier: s.Courier, Project: s.opt.Project, Bot: Bot, Close: s.Close,
			Inherit: func(name string) { s.CreateGroupLabel(name) },
			Demote:  func() { s.SetLevel(Bot, Guest) },
			Archive: s.Archive, Open: s.IssueOpen, Body: s.IssueBody, Resend: s.Redeliver, Unread: s.AddHiddenNotes,
			// A guest may edit an issue of its own, but not set its labels.
			Deaf: func(string) string {
				ref := s.CreateIssue(Bot, "of our own", "", "infrapm")
				s.SetLevel(Bot, Guest)
				return ref
			},
			Signed: s.signed,
		}
	}
}

// signed is a delivery of any body, as a webhook with the options' secrets
// would send it.
func (s *Server) signed(body []byte) (http.Header, []byte) {
	defer s.lock()()
	h := http.Header{}
	h.Set("X-Gitlab-Event", "Issue Hook")
	h.Set("Idempotency-Key", uuid())
	h.Set("webhook-id", h.Get("Idempotency-Key"))
	h.Set("X-Gitlab-Token", s.opt.Secret)
	s.sign(&Hook{Signing: s.opt.Signing}, h, body)
	return h, body
}
