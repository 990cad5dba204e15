package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

func (w *Web) doEdit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "edit", func(vals url.Values) (ui.Flash, error) {
		it, err := w.app.Edit(r.Context(), who, key(r), app.EditInput{
			Version: version(vals), Title: ptr[string](vals, "title"), Body: ptr[string](vals, "body"), Class: ptr[plumbline.Class](vals, "class"),
			Product: ptr[plumbline.ProductRef](vals, "product"), Assignee: ptr[string](vals, "assignee"), Priority: ptr[string](vals, "priority"),
			Severity: ptr[string](vals, "severity"), OnBehalfOf: ptr[string](vals, "on_behalf_of"), Visibility: ptr[plumbline.Visibility](vals, "visibility"),
			Fields: fieldsOf(vals),
		})
		return ui.Flash{Text: string(it.Key) + " saved."}, err
	})
}

// version is the one that the person saw; 0 when the form does not say.
func version(vals url.Values) int64 {
	n, _ := strconv.ParseInt(vals.Get("version"), 10, 64)
	return n
}

// doMove moves an item; the way back is offered with the answer.
func (w *Web) doMove(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "move", func(vals url.Values) (ui.Flash, error) {
		to := plumbline.State(vals.Get("to"))
		it, err := w.app.Move(r.Context(), who, key(r), app.MoveInput{
			To: to, Version: version(vals), Note: lines(vals.Get("note")), Message: plumbline.PublicText(lines(vals.Get("message"))),
			Assignee: ptr[string](vals, "assignee"), Priority: ptr[string](vals, "priority"), Team: ptr[plumbline.TeamRef](vals, "team"), Fields: fieldsOf(vals),
			Despite: lines(vals.Get("despite")),
		})
		if err != nil {
			return ui.Flash{}, err
		}
		return ui.Flash{Text: string(it.Key) + " moved to " + ui.StateName(to) + ".", Undo: undoOf(it, w.app.Return(who, it, to.Lane()))}, nil
	})
}

// undoOf is the form that takes a move back, or nil when the flow does not lead
// there.
func undoOf(it plumbline.Item, from plumbline.State) *ui.Undo {
	if from == "" {
		return nil
	}
	return &ui.Undo{Action: itemAddress(it.Key) + "/move", Fields: [][2]string{
		{"to", string(from)}, {"version", strconv.FormatInt(it.Version, 10)}, {"stay", "1"},
	}}
}

func (w *Web) doHandOff(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "handoff", func(vals url.Values) (ui.Flash, error) {
		it, err := w.app.HandOff(r.Context(), who, key(r), app.HandOffInput{Team: plumbline.TeamRef(vals.Get("team")), Despite: lines(vals.Get("despite"))})
		return ui.Flash{Text: string(it.Key) + " handed off: it is in " + ui.StateName(it.State) + "."}, err
	})
}

func (w *Web) doDemand(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "demand", func(vals url.Values) (ui.Flash, error) {
		in, err := demandInput(vals)
		if err != nil {
			return ui.Flash{}, err
		}
		_, err = w.app.Demand(r.Context(), who, key(r), in)
		return ui.Flash{Text: "Recorded who wants " + r.PathValue("key") + "."}, err
	})
}

func demandInput(vals url.Values) (in app.DemandInput, err error) {
	var bad plumbline.Problems
	in = app.DemandInput{
		Team: plumbline.TeamRef(vals.Get("team")), Account: plumbline.AccountRef(strings.TrimSpace(vals.Get("account"))), Strength: vals.Get("strength"),
		Worth: vals.Get("worth"), Currency: vals.Get("currency"), Stage: vals.Get("stage"), Note: lines(vals.Get("note")),
	}
	points, err := whole(vals, "points")
	bad.Merge(err)
	in.Points = int(points)
	in.Users, err = whole(vals, "users")
	bad.Merge(err)
	in.Seats, err = whole(vals, "seats")
	bad.Merge(err)
	in.Probability, err = percent(vals, "probability")
	bad.Merge(err)
	in.Close, err = day(vals, "close")
	bad.Merge(err)
	return in, bad.Err()
}

func (w *Web) doEvidence(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "evidence", func(vals url.Values) (ui.Flash, error) {
		observed, err := day(vals, "observed")
		if err != nil {
			return ui.Flash{}, err
		}
		_, err = w.app.Attach(r.Context(), who, key(r), app.EvidenceInput{
			Grade: plumbline.Grade(vals.Get("grade")), Text: lines(vals.Get("text")), Source: strings.TrimSpace(vals.Get("source")), Observed: observed, Internal: vals.Get("internal") != "",
		})
		return ui.Flash{Text: "Evidence attached to " + r.PathValue("key") + "."}, err
	})
}

func (w *Web) doComment(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "comment", func(vals url.Values) (ui.Flash, error) {
		_, err := w.app.Comment(r.Context(), who, key(r), app.CommentInput{Body: lines(vals.Get("body")), Internal: vals.Get("internal") != ""})
		return ui.Flash{Text: "Comment added."}, err
	})
}

func (w *Web) doDecide(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "decide", func(vals url.Values) (ui.Flash, error) {
		in := app.DecisionInput{
			Version: version(vals), Outcome: plumbline.Outcome(vals.Get("outcome")), Code: vals.Get("code"),
			Sentence: plumbline.PublicText(lines(vals.Get("sentence"))), Reason: lines(vals.Get("reason")),
		}
		if vals.Get("inline") != "" { // one sentence serves both
			in.Reason = cmp.Or(strings.TrimSpace(in.Reason), string(in.Sentence))
		}
		// What the form hides for an outcome is not meant, though it is sent.
		switch in.Outcome {
		case plumbline.Pursue:
			in.Team, in.Despite = plumbline.TeamRef(vals.Get("team")), lines(vals.Get("despite"))
		case plumbline.Redirect:
			in.Team, in.Place, in.PlaceURL = plumbline.TeamRef(vals.Get("owner")), strings.TrimSpace(vals.Get("place")), strings.TrimSpace(vals.Get("place_url"))
		case plumbline.Decline, plumbline.Later:
			in.Reopen = vals.Get("reopen")
		}
		d, err := w.app.Decide(r.Context(), who, key(r), in)
		text, _, _ := outcomeLook(d.Outcome)
		flash := ui.Flash{Text: r.PathValue("key") + " decided: " + strings.ToLower(text) + ". The requester reads why."}
		if in.Outcome != plumbline.Pursue {
			flash.Undo = undoVerdict(r, key(r))
		}
		return flash, err
	})
}

func (w *Web) doWatch(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	on := r.PostFormValue("on") == "1"
	if err := w.app.Watch(r.Context(), who, key(r), on); err != nil {
		return err
	}
	text := "You follow " + r.PathValue("key") + "."
	if !on {
		text = "You no longer follow " + r.PathValue("key") + "."
	}
	return w.done(rw, r, itemAddress(key(r)), ui.Flash{Text: text})
}
