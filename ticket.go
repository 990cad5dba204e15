package plumbline

// Ticket is a request for help as a help desk exports it. Who asked is not part of it.
type Ticket struct {
	ID       string  // its name there
	Created  Time    // never 0
	Answered Time    // the first response; 0: none, or not known
	Resolved Time    // 0: it is open
	Status   string  // in the words of the desk
	Priority string  // likewise
	Product  string  // likewise, or the ref of a product
	Channel  string  // likewise
	Category string  // likewise
	Minutes  Decimal // of work; unknown when nobody said
	Reopened int64   // times
	Line     int     // of the file
}

// SupportCapacity is how many hours there are for a product or a process in each
// week from a day on, until another one begins.
type SupportCapacity struct {
	From   Time    `json:"from"`
	People Decimal `json:"people"`
	Hours  Decimal `json:"hours"` // of one of them in a week
	By     string  `json:"by,omitempty"`
	At     Time    `json:"at"`
}
