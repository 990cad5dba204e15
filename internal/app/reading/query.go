package reading

import (
	"plumbline"
	"plumbline/internal/app/rights"
)

// Asked makes a filter from a door ready for the store: its choices are
// checked, and its text is read as a query of this reader, at this moment.
func (a *Reader) Asked(who plumbline.Actor, f plumbline.Filter) (plumbline.Filter, error) {
	if err := f.Validate(); err != nil {
		return f, err
	}
	q, err := plumbline.ParseQuery(f.Text)
	if err != nil {
		return f, err
	}
	if err := a.mayAsk(who, q); err != nil {
		return f, err
	}
	q, err = q.Resolve(plumbline.Reader{Handle: who.Handle, Now: a.now(), States: a.states()})
	f.Text, f.Query = "", q
	return f, err
}

// states are the states of all processes.
func (a *Reader) states() (out []plumbline.State) {
	for _, def := range a.book.All() {
		for _, l := range def.Lanes {
			for _, s := range l.States {
				out = append(out, s.State)
			}
		}
	}
	return out
}

// mayAsk refuses a filter by a field that the reader may not read: what an item
// is found by tells what is in it.
func (a *Reader) mayAsk(who plumbline.Actor, q plumbline.Query) (err error) {
	if rights.May(who, rights.ReadInternal) {
		return nil
	}
	hidden := map[string]bool{}
	for _, def := range a.book.All() {
		for _, fd := range def.Fields {
			if fd.Private {
				hidden[fd.Name] = true
			}
		}
	}
	see := func(name string) {
		if hidden[name] && err == nil {
			err = plumbline.FieldError("q", "There is no field %q that you may read. Take it out of the filter.", name)
		}
	}
	q.Terms(func(t plumbline.Term) {
		see(t.ProcessField())
		if t.Field == "has" {
			for _, v := range t.Values {
				see(plumbline.Term{Field: v.Text}.ProcessField())
			}
		}
	})
	return err
}
