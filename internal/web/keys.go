package web

import "plumbline/internal/web/ui"

// keyPlace is where shortcuts of their own hold.
type keyPlace int

const (
	inInbox keyPlace = iota
	inList
	onItem
	onToday
)

// keys are the shortcuts of a place, for the sheet that "?" opens.
func keys(at keyPlace) []ui.KeyGroup {
	switch at {
	case inInbox:
		return []ui.KeyGroup{{Title: "In the inbox", Keys: []ui.KeyHelp{
			{Keys: []string{"1"}, Does: "Accept: it is ours to judge"}, {Keys: []string{"2"}, Does: "Decline as a duplicate"}, {Keys: []string{"3"}, Does: "Decline, with the reason"},
			{Keys: []string{"4"}, Does: "Ask the requester"}, {Keys: []string{"H"}, Does: "Snooze: put it off"}, {Keys: []string{"R"}, Does: "Redirect: it is somebody else's"},
			{Keys: []string{"J"}, Does: "Next item in front"}, {Keys: []string{"K"}, Does: "Previous item in front"}, {Keys: []string{"U"}, Does: "Take the last verdict back"},
			{Keys: []string{"Ctrl", "Z"}, Does: "The same"}, {Keys: []string{"Ctrl", "Enter"}, Does: "Send what is written"}, {Keys: []string{"O"}, Does: "Open its page"},
		}}}
	case onToday:
		return []ui.KeyGroup{{Title: "Today", Keys: []ui.KeyHelp{{Keys: []string{"J"}, Does: "Next line"}, {Keys: []string{"K"}, Does: "Previous line"}, {Keys: []string{"Enter"}, Does: "Open it"}}}}
	case onItem:
		return []ui.KeyGroup{{Title: "On an item", Keys: []ui.KeyHelp{
			{Keys: []string{"D"}, Does: "Decide, or hand off"}, {Keys: []string{"W"}, Does: "Record who wants it"}, {Keys: []string{"V"}, Does: "Attach evidence"},
		}}}
	}
	return []ui.KeyGroup{{Title: "In a list", Keys: []ui.KeyHelp{
		{Keys: []string{"F"}, Does: "Filter"}, {Keys: []string{"V"}, Does: "Save this view, or change it"}, {Keys: []string{"X"}, Does: "Choose the row; a click with Shift chooses all between"},
		{Keys: []string{"B"}, Does: "Change the chosen ones"}, {Keys: []string{"E"}, Does: "In a table: edit the row here"},
	}}}
}
