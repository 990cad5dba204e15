package demo

import (
	_ "embed"

	"plumbline"
)

//go:embed data/sloth-multifile.yml
var slothFile []byte

//go:embed data/openslo-timeslices.yaml
var opensloFile []byte

// ObjectiveFile is a real file of objectives, as examples of Sloth and of OpenSLO
// have it, and the product of the demo that they are said to be about.
type ObjectiveFile struct {
	Name, Format string
	Product      plumbline.ProductRef
	Body         []byte
}

// ObjectiveFiles are the demo's files of objectives.
func ObjectiveFiles() []ObjectiveFile {
	return []ObjectiveFile{
		{Name: "sloth-multifile.yml", Format: "sloth", Product: "coredns-app", Body: slothFile},
		{Name: "openslo-timeslices.yaml", Format: "openslo", Product: "cert-manager-app", Body: opensloFile},
	}
}

// InventedErrors is the share of bad events of an objective on a day so many days
// ago, and how many events there are in an hour. It is made up: quiet days, a bad
// one nine days ago, and a little more trouble in the last three.
func InventedErrors(id string, daysAgo int) (share, eventsAnHour float64) {
	share, eventsAnHour = 0.00035, 90_000
	switch {
	case daysAgo == 9:
		share = 0.006
	case daysAgo < 3:
		share = 0.0011
	}
	if id == "myservice2/requests-availability" {
		share /= 6 // of a target that is ten times stricter
	}
	return share, eventsAnHour
}
