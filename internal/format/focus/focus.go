// Package focus reads bills in the form of the FinOps Open Cost and Usage
// Specification, versions 1.0 to 1.2, as CSV: a row at a time, so that a file of
// any length takes the same memory.
//
// It owns these nouns. A [Charge] is a row of a bill. A [Reader] takes rows from a
// file, and tells with line and reason which ones it cannot take. A [Tally] adds
// charges up, by any grouping.
//
// Laws: pure: a stream in, words out. Amounts are exact; no floats. Columns are
// found by their names, in any order and any case; those that are not known are
// passed over here and stay in the file, where [Row] shows them. NULL, null and
// nothing at all mean that there is no value. A row is taken whole or not at all.
package focus

import (
	"plumbline"
)

// Limits of a file.
const (
	maxColumns = 500
	maxRow     = 1 << 20 // bytes
	maxCell    = 64 << 10
	maxBroken  = 1000 // rows that cannot be read; more of them mean that it is something else
	maxTags    = 200  // of one row
)

// The categories of charges.
const (
	Usage      = "Usage"
	Purchase   = "Purchase"
	Tax        = "Tax"
	Credit     = "Credit"
	Adjustment = "Adjustment"
)

// Charge is a row of a bill. A text that is empty is not known; so is a time that
// is 0.
type Charge struct {
	Line int // where the row begins, from 1

	Provider, Issuer, Account     string // ProviderName, InvoiceIssuerName, BillingAccountId
	SubAccount, SubAccountName    string
	Service, Group, Region        string // ServiceName, ServiceCategory, RegionId
	Resource, Description, Period string // ResourceId, ChargeDescription; the billing period's month as 2026-11
	Category, Frequency           string // "Usage", …; "One-Time", "Recurring" or "Usage-Based"
	Commitment, Invoice           string // CommitmentDiscountId, InvoiceId
	Correction                    bool   // it changes an earlier billing period
	Unused                        bool   // it was committed to and not used
	Currency                      string // of all amounts
	Tags                          []Tag  // shared by rows; not to be changed

	BillFrom, BillTo plumbline.Time // the billing period
	From, To         plumbline.Time // what is charged for; To itself is not in it

	Billed, Effective, List plumbline.Sum
	Contracted              plumbline.Sum
	HasContracted           bool // else the column is empty
}

// Tag is a tag of a charge, as it is written.
type Tag struct{ Key, Value string }

// Options are what a file does not say itself.
type Options struct {
	Currency string // of a file without the column BillingCurrency; "" for none
}

// Skipped is a row that was not taken, and why; Line 0 speaks of the whole file.
type Skipped struct {
	Line   int
	Reason string
}
