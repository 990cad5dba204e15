package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"plumbline"
)

// withoutScript turns script off for the pages of the tab.
func (p *tab) withoutScript() {
	p.t.Helper()
	p.call(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
}

// Everything that matters works where no script runs: asking, taking in,
// moving, commenting, deciding.
func TestWithoutScript(t *testing.T) {
	s := demoSite(t)
	jonas, mara := s.tab("jonas"), s.tab("mara")
	jonas.withoutScript()
	mara.withoutScript()
	const title = "A mirror of the package index inside the network"

	jonas.goTo("/ask")
	jonas.click("main a", "My team needs something")
	jonas.waitText("Which of these fits best?")
	jonas.click("main a", "Something your team needs")
	jonas.waitText("What happens next")
	jonas.fill("In one line", title)
	jonas.fill("What happens today", "Builds stop when the index outside is slow.")
	jonas.click("main button", "Ask")
	jonas.waitText("Asked. You follow")
	key := s.find(plumbline.Filter{Text: title, Limit: 1}).Key
	page := "/items/" + string(key)
	jonas.waitAt(page)

	mara.goTo("/inbox?front=" + string(key))
	mara.click("article button", "Accept")
	mara.waitText(string(key) + " accepted")

	mara.goTo(page)
	mara.click("main button", "Move to…")
	mara.click(":popover-open button", "Validation backlog")
	mara.waitText(string(key) + " moved to Validation backlog")
	s.inState(key, "workflow::validation backlog")
	mara.click(".toast button", "Undo")
	mara.waitText(string(key) + " moved to Problem validation")
	s.inState(key, "workflow::problem validation")

	mara.fill("Comment", "Which index, and how often?")
	mara.click("#history button", "Comment")
	mara.waitText("Comment added")
	mara.waitText("Which index, and how often?")

	mara.click("#problem a", "Write")
	mara.waitAt(page + "/edit")
	mara.fill("Problem statement", "Builds stop when the index outside is slow.")
	mara.choose("Reach", "80")
	mara.choose("Impact", "medium")
	mara.choose("Confidence", "100")
	mara.click("main button", "Save")
	mara.waitText(string(key) + " saved")

	mara.click("main a", "Decide")
	mara.waitAt(page + "/decide")
	mara.click("label.choice", "Worth pursuing")
	mara.fill("What the requester reads", "Worth pursuing: builds must not stop.")
	mara.choose("Hand off to", "SIG Node")
	mara.click("main button", "Record the decision")
	mara.waitText(string(key) + " decided")
	s.inState(key, stateTriage)

	jonas.goTo(page)
	jonas.waitText("Worth pursuing: builds must not stop.")
}
