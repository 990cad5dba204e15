package notices

import (
	"encoding/json"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// public are the events that webhooks are told of. What is not listed here does
// not leave the house, whatever it holds.
var public = []string{
	"item filed", "item picked up", "item picked up again", "item accepted", "item edited", "item moved", "item decided",
	"item handed off", "item sent back", "item closed", "item reopened", "item withdrawn", "comment added", "evidence attached",
}

// HookTypes are the types of events that a webhook can choose from.
func (d *Desk) HookTypes() []string { return hookTypes() }

func hookTypes() []string {
	out := make([]string, len(public))
	for i, t := range public {
		out[i] = dotted(t)
	}
	return out
}

// dotted is an event's type as Standard Webhooks recommends it: "item.moved".
func dotted(typ string) string {
	noun, verb, _ := strings.Cut(typ, " ")
	return noun + "." + strings.ReplaceAll(verb, " ", "_")
}

// hookBody is what a webhook gets.
type hookBody struct {
	Type      string         `json:"type"`
	Timestamp plumbline.Time `json:"timestamp"` // when it happened
	Data      any            `json:"data"`
}

// hookData is an event as anybody may read it.
type hookData struct {
	Seq    int64       `json:"seq"` // as in GET /api/v1/events
	Item   hookItem    `json:"item"`
	By     string      `json:"by"`
	Change *hookChange `json:"change,omitempty"`
}

// hookItem is the item as it was when the event was passed on.
type hookItem struct {
	Key      plumbline.Key        `json:"key"`
	Title    string               `json:"title"`
	Kind     plumbline.ItemKind   `json:"kind"`
	Process  plumbline.ProcessID  `json:"process"`
	State    plumbline.State      `json:"state"`
	Team     plumbline.TeamRef    `json:"team,omitempty"`
	Product  plumbline.ProductRef `json:"product,omitempty"`
	Priority string               `json:"priority,omitempty"`
	Severity string               `json:"severity,omitempty"`
	Open     bool                 `json:"open"`
	URL      string               `json:"url"`
	Issue    string               `json:"issue,omitempty"` // where it lives in the tracker
}

// hookChange is what of an event's data is for everybody.
type hookChange struct {
	From     plumbline.State   `json:"from,omitempty"`
	To       plumbline.State   `json:"to,omitempty"`
	Outcome  plumbline.Outcome `json:"outcome,omitempty"`
	Sentence string            `json:"sentence,omitempty"`
	Team     plumbline.TeamRef `json:"team,omitempty"`
}

// project is the body for an event, and whether it may leave at all: the event
// and its item are public.
func (d *Desk) project(e plumbline.Event, it plumbline.Item) (body string, ok bool, err error) {
	if e.Item == "" || it.ID != e.Item || e.Seen != plumbline.Public || it.Visibility != plumbline.Public || !slices.Contains(public, e.Type) {
		return "", false, nil
	}
	data := hookData{Seq: e.Seq, By: e.By, Item: hookItem{
		Key: it.Key, Title: it.Title, Kind: it.Kind, Process: it.Process, State: it.State, Team: it.Team, Product: it.Product,
		Priority: it.Priority, Severity: it.Severity, Open: it.Open(), URL: d.conf.BaseURL + "/items/" + string(it.Key), Issue: it.URL,
	}}
	var change hookChange
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &change) == nil && change != (hookChange{}) {
		data.Change = &change
	}
	raw, err := json.Marshal(hookBody{Type: dotted(e.Type), Timestamp: e.At, Data: data})
	return string(raw), err == nil, err
}

// post writes a letter for every webhook that wants to hear of an event.
func (d *Desk) post(tx *store.Tx, s scene, hooks []plumbline.Webhook, events []plumbline.Event) error {
	if len(hooks) == 0 {
		return nil
	}
	for _, e := range events {
		body, ok, err := d.project(e, s.items[e.Item])
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		for _, h := range hooks {
			if len(h.Types) > 0 && !slices.Contains(h.Types, dotted(e.Type)) {
				continue
			}
			if _, err := tx.InsertLetter(d.hookLetter(h, store.NewID(), hookKey(h.ID, e.Seq), dotted(e.Type), e.Seq, body)); err != nil {
				return err
			}
		}
	}
	return nil
}
