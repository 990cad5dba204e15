package wording

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"plumbline"
)

// eventData is everything that events say, of which each says a part.
type eventData struct {
	From, To     plumbline.State
	Title        string
	Changed      []string
	Outcome      plumbline.Outcome
	Sentence     string
	Reopen       string
	Grade        plumbline.Grade
	Points       int
	Team         string
	Warnings     []string
	Labels       []string
	Expected     []string
	Found        []string
	Kind, Detail string
	Key          string
	Episode      int
	URL          string
	Link, Handle string
	Until        plumbline.Time
	OnComment    bool `json:"on_comment"`
	Why          string
	Text         string
	Source       string
	External     string
	For          string
	Format       string
	Product      string

	New, Altered, Same, Skipped int
}

// Entries puts events into words.
func Entries(events []plumbline.Event) []HistoryEntry {
	out := make([]HistoryEntry, 0, len(events))
	for _, e := range events {
		sentence, detail := InWordsOf(e)
		out = append(out, HistoryEntry{Event: e, Sentence: sentence, Detail: detail})
	}
	return out
}

// InWordsOf is inWords for an event as it is stored.
func InWordsOf(e plumbline.Event) (sentence, detail string) {
	if sentence, detail, ok := controlsInWords(e); ok {
		return sentence, detail
	}
	var d eventData
	if len(e.Data) > 0 {
		_ = json.Unmarshal(e.Data, &d)
	}
	if sentence := foretoldInWords(e.Type); sentence != "" {
		return sentence, ""
	}
	if sentence := planInWords(e.Type, d); sentence != "" {
		return sentence, ""
	}
	return inWords(e.Type, d)
}

// inWords is what happened, as a half sentence after the actor's name, and more
// detail if there is some.
func inWords(typ string, d eventData) (sentence, detail string) {
	if together := togetherInWords(typ, d); together != "" {
		return together, ""
	}
	switch typ {
	case "item filed":
		if d.For != "" {
			return "asked for this on behalf of " + d.For, ""
		}
		return "asked for this", d.Detail
	case "item imported":
		return "brought this in from " + cmp.Or(d.Source, "another system"), d.External
	case "item imported again":
		return "took in from " + cmp.Or(d.Source, "another system") + " that " + phrase(d.Changed) + " changed there", d.External
	case "item redirected":
		return "sent this to " + cmp.Or(d.Detail, d.Team), d.URL
	case "issue opened elsewhere":
		return "opened the request there", d.URL
	case "redirection answered":
		return "took in the answer", d.Sentence
	case "question became a request":
		return "made a request of this", d.Detail
	case "link attached":
		return "attached " + cmp.Or(d.Detail, "a link"), d.URL
	case "item picked up":
		return "picked this up for problem validation", ""
	case "item picked up again":
		return fmt.Sprintf("picked this up again (episode %d)", d.Episode), ""
	case "item accepted":
		return "accepted this: it is in remit", ""
	case "item edited":
		return "changed " + phrase(d.Changed), ""
	case "item moved", "item handed off", "item sent back", "item closed", "item reopened", "item withdrawn":
		return moveInWords(typ, d), strings.Join(d.Warnings, " ")
	case "item decided":
		return Decided(d.Outcome), d.Sentence
	case "item retargeted":
		return "retargeted this from " + cmp.Or(string(d.From), "no milestone") + " to " + cmp.Or(string(d.To), "none"), ""
	case "item restaged":
		return "set the stage to " + cmp.Or(string(d.To), "none"), ""
	case "owner changed":
		return "gave this from " + cmp.Or(string(d.From), "nobody") + " to " + cmp.Or(string(d.To), "nobody"), ""
	case "evidence attached":
		return "attached evidence, " + string(d.Grade), ""
	case "demand recorded", "demand changed", "demand withdrawn":
		return demandInWords(typ, d), ""
	case "comment added":
		return "commented", ""
	case "comment edited":
		return "changed a comment", ""
	case "comment deleted":
		return "deleted a comment", ""
	case "question asked":
		return "asked the requester a question", ""
	case "item snoozed":
		return "put this off" + WhenWords(d.Until, d.OnComment), ""
	case "item came back":
		return cameBack(d.Why), ""
	case "verdict taken back":
		return "took back that this was " + pastVerdict(d.Kind), ""
	case "rotation changed":
		return "changed who is on triage", ""
	case "labels contradict":
		return "found labels that contradict each other", strings.Join(d.Labels, ", ")
	case "write dropped":
		return "left people's labels as they are", fmt.Sprintf("expected %s, found %s", or(d.Expected, "none"), or(d.Found, "none"))
	case "write failed":
		return "could not write to the tracker: " + d.Kind, d.Detail
	case "person mentioned":
		return "mentioned " + cmp.Or(at(d.Handle), "somebody"), ""
	case "webhook disabled":
		return "turned off the webhook " + d.Text, strings.TrimSpace(strings.TrimPrefix(d.Detail, d.Text))
	case "issue opened":
		return "opened an issue in the tracker", d.URL
	}
	if strings.HasPrefix(typ, "limit ") && !strings.HasPrefix(typ, "limit policies ") {
		return limitInWords(typ, d)
	}
	return judgedInWords(typ, d)
}

func demandInWords(typ string, d eventData) string {
	switch typ {
	case "demand withdrawn":
		return "took back that somebody wants this"
	case "demand changed":
		return fmt.Sprintf("changed how much somebody wants this, with priority %d", d.Points)
	}
	return fmt.Sprintf("recorded who wants this, with priority %d", d.Points)
}

// togetherInWords is what happened to what belongs together: merges, relations
// and votes. It is empty for anything else.
func togetherInWords(typ string, d eventData) string {
	switch typ {
	case "item merged":
		return "merged this into " + d.Key
	case "merge received":
		return "merged " + d.Key + " into this"
	case "item unmerged":
		return "ended the merge into " + d.Key
	case "merge ended":
		return "ended the merge of " + d.Key
	case "items related":
		return relatedInWords(d)
	case "relation ended":
		return "ended the relation: " + d.Kind + " " + d.Key
	case "vote added":
		return "voted for this"
	case "vote withdrawn":
		return "took the vote back"
	}
	return ""
}

// relatedInWords is what a relation says of the item.
func relatedInWords(d eventData) string {
	switch d.Kind {
	case Related:
		return "related this to " + d.Key
	case Blocks:
		return "said that this blocks " + d.Key
	}
	return "said that this is " + d.Kind + " " + d.Key
}

// WhenWords is when a wait ends, as the end of a sentence.
func WhenWords(until plumbline.Time, onComment bool) string {
	switch {
	case until.IsZero() && onComment:
		return " until somebody comments"
	case until.IsZero():
		return ""
	case onComment:
		return " until " + until.Std().Format(time.DateOnly) + ", or until somebody comments"
	}
	return " until " + until.Std().Format(time.DateOnly)
}

func cameBack(why string) string {
	switch why {
	case "answer":
		return "answered: it is in the inbox again"
	case "comment":
		return "commented: it is in the inbox again"
	}
	return "brought this back to the inbox, as its time came"
}

// pastVerdict is a verdict as what was done to the item.
func pastVerdict(kind string) string {
	switch kind {
	case "decline":
		return "declined"
	case "redirect":
		return "redirected"
	case "later":
		return "put off"
	case "pursue":
		return "decided to be worth pursuing"
	case "asked":
		return "asked about"
	}
	return kind
}

// at is a handle as people write it.
func at(handle string) string {
	if handle == "" {
		return ""
	}
	return "@" + handle
}

// Decided is what an outcome does, as a half sentence.
func Decided(o plumbline.Outcome) string {
	switch o {
	case plumbline.Pursue:
		return "decided that this is worth pursuing"
	case plumbline.Decline:
		return "declined this"
	case plumbline.Later:
		return "put this off"
	case plumbline.Redirect:
		return "decided that this is for somebody else"
	}
	return "decided: " + string(o)
}

func moveInWords(typ string, d eventData) string {
	switch typ {
	case "item handed off":
		return "handed this off to " + cmp.Or(d.Team, "engineering")
	case "item sent back":
		return "sent this back to " + d.To.Name()
	case "item closed":
		return "closed this as " + d.To.Name()
	case "item reopened":
		return "opened this again in " + d.To.Name()
	}
	if d.From == "" {
		return "moved this to " + d.To.Name()
	}
	return "moved this from " + d.From.Name() + " to " + d.To.Name()
}

func phrase(names []string) string {
	for i, n := range names {
		names[i] = strings.ReplaceAll(n, "_", " ")
	}
	switch len(names) {
	case 0:
		return "something"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func or(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}

// HistoryEntry is one event in words.
type HistoryEntry struct {
	plumbline.Event
	Sentence string `json:"sentence"` // "moved to Triage"
	Detail   string `json:"detail,omitempty"`
}

// limitInWords is what happened to a limit, or in spite of one.
func limitInWords(typ string, d eventData) (sentence, detail string) {
	if typ == "limit set" {
		return "set the limit of " + plumbline.State(d.Kind).Name() + " to " + d.Text, ""
	}
	return "moved this into " + d.To.Name() + " though it was full", d.Text + ": " + d.Why
}
