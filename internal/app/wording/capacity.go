package wording

import "fmt"

// capacityInWords is inWords for what teams can do and where their work goes; ok says
// that it is about that.
func capacityInWords(typ string, d eventData) (sentence, detail string, ok bool) {
	switch typ {
	case "capacity entered":
		if d.Team == "" {
			return "took in who is there in teams from " + d.Text, fmt.Sprintf("%d new, %d changed", d.New, d.Altered), true
		}
		return "said who is there in " + d.Team + " in " + d.Text, "", true
	case "capacity taken back":
		return "took back who is there in " + d.Team + " in " + d.Text, "", true
	case "capacity learned":
		return "counted anew what teams finished", "", true
	case "capacity rules put":
		return "put other rules of capacity in force", "", true
	case "mix planned":
		return "planned the mix of work of " + d.Team, "", true
	case "work drifted":
		return "saw the work of " + d.Team + " leave its plan: " + d.Text, d.Why, true
	case "work came back":
		return "saw the work of " + d.Team + " back on its plan: " + d.Text, "", true
	}
	return "", "", false
}
