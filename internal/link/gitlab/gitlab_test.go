package gitlab_test

import (
	"testing"

	"plumbline/internal/link"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
)

func connect(cfg link.Config) (linktest.Adapter, error) { return gitlab.New(cfg) }

func TestConformance(t *testing.T) {
	for name, kind := range map[string]gitlabtest.Options{
		"free":    {Version: "18.5.0"},
		"premium": {Premium: true, WorkItems: true, SpacedTimes: true},
	} {
		t.Run(name, func(t *testing.T) {
			linktest.Run(t, linktest.Target{Start: gitlabtest.Suite(kind), Connect: connect})
		})
	}
}
