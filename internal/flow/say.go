package flow

import (
	"fmt"
	"strings"

	"plumbline"
)

// notEntered says why a lane cannot be moved in that the item is not in.
func (d *Definition) notEntered(lane *Lane) string {
	if d.HandOff.To.Lane() != lane.ID {
		return fmt.Sprintf("It is not in the lane %s.", lane.Name)
	}
	return fmt.Sprintf("It has not been handed off: that is a move to %s, from %s.", d.HandOff.To.Name(), orList(d.HandOff.From))
}

func (d *Definition) noWay(m move) string {
	from, ok := d.states[m.from]
	if !ok {
		return fmt.Sprintf("It cannot go from %s to %s.", m.from.Name(), m.to.Name())
	}
	ways := d.after(from, m.Facts)
	if len(ways) == 0 {
		return fmt.Sprintf("It cannot go to %s: %s is the end.", m.to.Name(), m.from.Name())
	}
	return fmt.Sprintf("It cannot go from %s to %s, only to %s.", m.from.Name(), m.to.Name(), orList(ways))
}

func orList(states []plumbline.State) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.Name()
	}
	return orWords(names)
}

func orWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// roleNames says who may, in words.
func roleNames(roles []plumbline.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		switch r {
		case plumbline.PM:
			names[i] = "the product manager"
		case plumbline.Admin:
			names[i] = "an administrator"
		case plumbline.Contributor:
			names[i] = "a contributor"
		default:
			names[i] = "the requester"
		}
	}
	return orWords(names)
}
