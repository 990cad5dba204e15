package web

import "plumbline/internal/web/ui"

// keyPlace is where shortcuts of their own hold.
type keyPlace int

const (
	inInbox keyPlace = iota
	inList
	onItem
	onToday
	inRanking
	inGrid
	inPairs
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
	case inRanking:
		return []ui.KeyGroup{{Title: "In the ranking", Keys: []ui.KeyHelp{
			{Keys: []string{"F"}, Does: "Filter"}, {Keys: []string{"J"}, Does: "Next item"}, {Keys: []string{"K"}, Does: "Previous item"},
			{Keys: []string{"Y"}, Does: "Why the item stands there"}, {Keys: []string{"T"}, Does: "Try other estimates"},
		}}}
	case inGrid:
		return []ui.KeyGroup{{Title: "In the sheet", Keys: []ui.KeyHelp{
			{Keys: []string{"Tab"}, Does: "Next cell"}, {Keys: []string{"Enter"}, Does: "The cell below; with Shift the one above"}, {Keys: []string{"↓"}, Does: "The cell below"}, {Keys: []string{"↑"}, Does: "The cell above"},
			{Keys: []string{"Ctrl", "V"}, Does: "Paste several cells from a spreadsheet"}, {Keys: []string{"Ctrl", "Enter"}, Does: "Save what was changed"},
		}}}
	case inPairs:
		return []ui.KeyGroup{{Title: "In pairs", Keys: []ui.KeyHelp{
			{Keys: []string{"←"}, Does: "The left one is worth more"}, {Keys: []string{"→"}, Does: "The right one is worth more"}, {Keys: []string{"="}, Does: "As good as each other"},
		}}}
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
