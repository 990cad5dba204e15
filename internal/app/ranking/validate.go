package ranking

import (
	"context"
	"fmt"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// maxStudies is how many things to find out are listed.
const maxStudies = 100

// ValidateNext is what is most worth finding out, against what it costs. Items
// that the reader may not see are left out, and so are factors that they may not
// read.
func (r *Ranker) ValidateNext(ctx context.Context, who plumbline.Actor, model string, n int) (ValidateView, error) {
	if err := rights.Need(who, rights.ReadEstimates); err != nil {
		return ValidateView{}, err
	}
	if n <= 0 || n > maxStudies {
		n = 20
	}
	var out ValidateView
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		s, release, err := r.look(tx, who, model, 0)
		if err != nil {
			return err
		}
		defer release()
		out = ValidateView{Model: s.model.ID, Rows: []StudyView{}}
		if !s.scores {
			out.Sentence = "What is worth finding out follows from amounts here, which are shown to cleared people only. Choose another model."
			return nil
		}
		for _, st := range s.table.ValidateNext(0) {
			if len(out.Rows) == n {
				break
			}
			if s.sees(st.Subject) {
				out.Rows = append(out.Rows, s.study(st))
			}
		}
		out.Sentence = studySentence(out.Rows, s.model)
		if n := s.table.Silent(); n > 0 {
			out.Sentence += fmt.Sprintf(" Nothing at all is said of %d more: begin with their reach or worth on the sheet of estimates.", n)
		}
		return nil
	})
	return out, err
}

func (s *sight) study(st rank.Study) StudyView {
	f := s.world.Fact(st.Subject)
	v := StudyView{
		Key: f.Item.Key, Title: f.Item.Title, Factor: st.Factor, Name: factorName(s.model, st.Factor), Sentence: st.Sentence,
		EVPPI: st.Perfect, EVSI: st.Worth, Cost: st.Cost, Net: st.Net, Weeks: st.Weeks,
	}
	for _, info := range s.model.Factors {
		if info.ID == st.Factor {
			if pooled, ok := s.table.Factor(st.Subject, st.Factor); ok {
				v.Text = order.DistText(pooled.Value, info.Share)
			}
		}
	}
	return v
}

func studySentence(rows []StudyView, m rank.ModelInfo) string {
	worth := 0
	for _, v := range rows {
		if v.Net > 0 {
			worth++
		}
	}
	switch {
	case len(rows) == 0:
		return "There is nothing to find out: what has a score by " + m.Name + " is certain, or nothing has one yet."
	case worth == 0:
		return "Deciding now beats looking: nothing that could be found out is worth what it costs."
	}
	return fmt.Sprintf("%s worth more than it costs to find out.", are(worth))
}
