package wording

// foretoldInWords is what happened to kept forecasts; empty: it is no such event.
func foretoldInWords(typ string) string {
	switch typ {
	case "forecasts kept":
		return "kept the forecasts of this week"
	case "forecasts scored":
		return "held reality against forecasts"
	}
	return ""
}
