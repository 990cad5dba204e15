package demo

import (
	_ "embed"
	"slices"
)

//go:embed controls.yml
var controlFile []byte

// ControlledProduct is the product that the controls of the demo are about.
const ControlledProduct = "kube-apiserver"

// Controls is an excerpt of a real control file, as ComplianceAsCode writes them.
func Controls() []byte { return slices.Clone(controlFile) }
