package reading

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// TimelineView is a page of items as bars, put together by something.
type TimelineView struct {
	Filter  plumbline.Filter     `json:"filter"`
	Group   plumbline.Grouping   `json:"group,omitempty"`
	Now     plumbline.Time       `json:"now"`
	Groups  []plumbline.BarGroup `json:"groups"`
	Shown   int                  `json:"shown"`
	Total   int                  `json:"total"`
	AtLeast bool                 `json:"at_least,omitempty"` // there may be more than Total: counting stopped there
	Stretch int                  `json:"stretch,omitempty"`  // as of a list
	About   int                  `json:"about,omitempty"`    // as of a list
	Next    string               `json:"next,omitempty"`
	Seq     int64                `json:"seq"`
}

// Timeline is a page of the items that match as bars from when they were filed
// to when they were closed or are due, put together by what is asked for. It is
// paged like the list, and its groups are those of the page.
func (a *Reader) Timeline(ctx context.Context, who plumbline.Actor, f plumbline.Filter, by plumbline.Grouping) (TimelineView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return TimelineView{}, err
	}
	if _, err := plumbline.ParseGrouping(plumbline.AsTimeline, string(by)); err != nil {
		return TimelineView{}, err
	}
	asked, err := a.Asked(who, f)
	if err != nil {
		return TimelineView{}, err
	}
	out := TimelineView{Filter: f, Group: by, Now: a.now()}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		page, err := tx.List(who, asked)
		if err != nil {
			return err
		}
		if err := a.loadFields(tx, who, page.Rows); err != nil {
			return err
		}
		out.Groups = plumbline.GroupBars(page.Rows, by, out.Now)
		out.Shown, out.Total, out.AtLeast, out.Next = len(page.Rows), page.Total, page.AtLeast, page.Next
		out.Stretch, out.About = page.Stretch, page.About
		out.Seq, err = tx.LastSeq()
		return err
	})
	for i := range out.Groups {
		if g := &out.Groups[i]; by == plumbline.ByProcess && g.Ref != "" {
			if def, ok := a.book.Get(plumbline.ProcessID(g.Ref)); ok {
				g.Name = def.Name
			}
		}
	}
	return out, err
}
