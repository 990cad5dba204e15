package plumbline

// ColumnLimit is how many open items of a process a state holds at most. A soft
// limit is shown when it is passed; a hard one refuses the move that would pass
// it. Most is from 1 to 1000.
type ColumnLimit struct {
	Process ProcessID `json:"process"`
	State   State     `json:"state"`
	Most    int       `json:"most"`
	Hard    bool      `json:"hard"`
}

// Validate checks the number.
func (l ColumnLimit) Validate() error {
	if l.Most < 1 || l.Most > maxWIP {
		return FieldError("most", "A limit is a number from 1 to %d, not %d.", maxWIP, l.Most)
	}
	return nil
}
