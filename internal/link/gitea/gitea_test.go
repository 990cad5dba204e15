package gitea_test

import (
	"testing"

	"plumbline/internal/link"
	"plumbline/internal/link/gitea"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/linktest"
)

func connect(cfg link.Config) (linktest.Adapter, error) { return gitea.New(cfg) }

func TestConformance(t *testing.T) {
	for name, kind := range map[string]giteatest.Options{
		"gitea 1.23": {},
		"gitea 1.26": {Version: "1.26.0"},
		"forgejo":    {Version: "11.0.0+gitea-1.22.0", Forgejo: true},
	} {
		t.Run(name, func(t *testing.T) {
			linktest.Run(t, linktest.Target{Start: giteatest.Suite(kind), Connect: connect})
		})
	}
}
