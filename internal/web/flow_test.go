package web_test

import "testing"

// The key of all work says each lane's name once, with what waits in it; that of one
// process says the lane beside the state.
func TestTheKeyOfTheFlowNamesLanesOnce(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	all := mara.get("/flow", 200)
	all.has(t, "Engineering, waiting")
	all.lacks(t, "waiting (")
	mara.get("/flow?process=request", 200).has(t, "Triage (Engineering)")
}
