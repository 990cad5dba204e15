package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rota"
	"plumbline/internal/web/ui"
)

// doRotation changes who is on triage: the order one step at a time, the first
// week, or who takes one week.
func (w *Web) doRotation(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "rotation", "Rotation saved.", func(v url.Values) error {
		now, err := w.app.Rotation(r.Context(), who)
		if err != nil {
			return err
		}
		in, err := rotationInput(now, v)
		if err != nil {
			return err
		}
		_, err = w.app.PutRotation(r.Context(), who, in)
		return err
	})
}

func rotationInput(now rota.RotationView, v url.Values) (rota.RotationInput, error) {
	var in rota.RotationInput
	for _, m := range now.Order {
		in.Order = append(in.Order, m.Handle)
	}
	handle := v.Get("who")
	at := slices.Index(in.Order, handle)
	switch do := v.Get("do"); {
	case do == "add" && handle != "":
		in.Order = append(in.Order, handle)
	case do == "remove" && at >= 0:
		in.Order = slices.Delete(in.Order, at, at+1)
	case do == "up" && at > 0:
		in.Order[at], in.Order[at-1] = in.Order[at-1], in.Order[at]
	case do == "down" && at >= 0 && at < len(in.Order)-1:
		in.Order[at], in.Order[at+1] = in.Order[at+1], in.Order[at]
	case do == "up" || do == "down":
	case do == "start":
		start, err := day(v, "start")
		if err == nil && start.IsZero() {
			err = plumbline.FieldError("start", "Choose a day of the first week.")
		}
		in.Start = start
		return in, err
	case do == "swap":
		in.Swaps = map[string]string{v.Get("week"): handle}
	default:
		return in, plumbline.FieldError("who", "Choose somebody first.")
	}
	return in, nil
}

// everybody are those who can take a week, as choices, after the one who has it.
func everybody(v rota.RotationView) []ui.Choice {
	out := []ui.Choice{{Value: "", Text: "as the order says"}}
	for _, list := range [][]rota.Member{v.Order, v.Could} {
		for _, m := range list {
			if m.Able {
				out = append(out, ui.Choice{Value: m.Handle, Text: m.Name})
			}
		}
	}
	return out
}

// others are those who are not in the order yet.
func others(v rota.RotationView) []ui.Choice {
	var out []ui.Choice
	for _, m := range v.Could {
		out = append(out, ui.Choice{Value: m.Handle, Text: m.Name})
	}
	return out
}

func dayOf(t plumbline.Time) string { return t.Std().Format(time.DateOnly) }
