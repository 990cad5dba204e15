package controls

import (
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/store"
)

// field is a part of a record that can be said by itself.
type field struct {
	name string
	text func(r plumbline.ControlRecord) string
	copy func(to *plumbline.ControlRecord, from plumbline.ControlRecord)
}

// exceptionField names the exception as a whole.
const exceptionField = "exception"

// fieldsOf lists the parts of a record, named as our CSV names them.
func fieldsOf() []field {
	type rec = plumbline.ControlRecord
	return []field{
		{controlcsv.State, func(r rec) string { return string(r.State) }, func(to *rec, from rec) { to.State = from.State }},
		{controlcsv.Need, func(r rec) string { return r.Need }, func(to *rec, from rec) { to.Need = from.Need }},
		{controlcsv.Owner, func(r rec) string { return r.Owner }, func(to *rec, from rec) { to.Owner = from.Owner }},
		{controlcsv.Cadence, func(r rec) string { return r.Cadence }, func(to *rec, from rec) { to.Cadence = from.Cadence }},
		{controlcsv.Passed, func(r rec) string { return said(r.Passed) }, func(to *rec, from rec) { to.Passed = from.Passed }},
		{controlcsv.Evidence, func(r rec) string { return r.Evidence }, func(to *rec, from rec) { to.Evidence = from.Evidence }},
		{controlcsv.Assessed, func(r rec) string { return said(r.Assessed) }, func(to *rec, from rec) { to.Assessed = from.Assessed }},
		{controlcsv.Opened, func(r rec) string { return said(r.Opened) }, func(to *rec, from rec) { to.Opened = from.Opened }},
		{controlcsv.Due, func(r rec) string { return said(r.Due) }, func(to *rec, from rec) { to.Due = from.Due }},
		{controlcsv.Note, func(r rec) string { return r.Note }, func(to *rec, from rec) { to.Note = from.Note }},
		{exceptionField, func(r rec) string { return exceptionText(r.Exception) }, func(to *rec, from rec) { to.Exception = from.Exception }},
	}
}

// said is a time as the history of a control has it.
func said(t plumbline.Time) string {
	if t == 0 {
		return ""
	}
	return t.Std().UTC().Format(time.RFC3339)
}

func exceptionText(e plumbline.ControlException) string {
	if e == (plumbline.ControlException{}) {
		return ""
	}
	return strings.Join([]string{e.Reason, "asked for by " + e.Requester, "approved by " + e.Approver, said(e.From) + " to " + said(e.Until)}, "; ")
}

// given says which fields somebody said.
type given map[string]bool

// over puts what is said over what is known, and says what that changes.
func over(have plumbline.ControlRecord, in plumbline.ControlRecord, says given, now plumbline.Time) (plumbline.ControlRecord, []store.FieldChange) {
	out := have
	out.Product, out.Framework, out.Control, out.Maps = in.Product, in.Framework, in.Control, nil
	for _, f := range fieldsOf() {
		if says[f.name] {
			f.copy(&out, in)
		}
	}
	if !says[controlcsv.Assessed] || in.Assessed == 0 {
		if out.Assessed = have.Assessed; out.State != have.State || out.Assessed == 0 {
			out.Assessed = now
		}
	}
	follow(&out, have, says[controlcsv.Opened] && in.Opened != 0, says[controlcsv.Due] && in.Due != 0)
	var changes []store.FieldChange
	for _, f := range fieldsOf() {
		if was, is := f.text(have), f.text(out); was != is {
			changes = append(changes, store.FieldChange{Field: f.name, Was: clip(was), Is: clip(is)})
		}
	}
	return out, changes
}

// follow puts in the dates of a gap where nobody says them: it was opened when it
// was first said to be one, unless it was late by then; one that is closed has no
// dates any more.
func follow(out *plumbline.ControlRecord, have plumbline.ControlRecord, saysOpened, saysDue bool) {
	gap := out.State != "" && out.State.Gap()
	if !gap && !saysDue {
		out.Due = 0
	}
	if saysOpened {
		return
	}
	out.Opened = 0
	if gap {
		out.Opened = out.Assessed
		if have.Opened != 0 && have.State.Gap() {
			out.Opened = have.Opened
		}
		if out.Due != 0 && out.Due < out.Opened {
			out.Opened = 0
		}
	}
}

// clip keeps a text short in a history.
func clip(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// names are the fields that were changed.
func names(changes []store.FieldChange) (out []string) {
	for _, c := range changes {
		out = append(out, c.Field)
	}
	return out
}
