package browsertest

import (
	"testing"
)

// Somebody types what is there already: it appears below the line, and one click
// adds their voice and leads there.
func TestAskedBeforeWhileTyping(t *testing.T) {
	s := demoSite(t)
	p := s.tab("jonas")
	p.phone()
	p.goTo("/ask?class=internal-team")
	p.write("In one line", "memory qos for pod")
	p.wait("what was asked before", `!!one('#similar a', 'Memory QoS')`)
	p.noLeaks()
	p.tap("#similar button", "This is mine too")
	p.waitText("Your voice counts for")
	p.wait("the vote on the item's page", `!!one('button', 'Voted')`)
}
