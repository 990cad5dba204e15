package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"slices"

	"plumbline/internal/demo/digest"
)

// billColumns are those of the bill that the demo keeps.
var billColumns = []string{
	"ProviderName", "InvoiceIssuerName", "BillingAccountId", "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ChargeFrequency",
	"ChargeDescription", "BilledCost", "EffectiveCost", "BillingCurrency", "ServiceCategory", "ServiceName", "SubAccountId", "SubAccountName", "RegionId",
	"CommitmentDiscountId", "CommitmentDiscountStatus", "Tags",
}

// writeBill writes the bill with fewer columns.
func writeBill(from, out string) error {
	packed, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	var places []int
	for _, name := range billColumns {
		at := slices.Index(rows[0], name)
		if at < 0 {
			return fmt.Errorf("%s: there is no column %s", from, name)
		}
		places = append(places, at)
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	for _, r := range rows {
		cells := make([]string, len(places))
		for i, at := range places {
			cells[i] = r[at]
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	small, err := digest.Pack(text.Bytes())
	if err != nil {
		return err
	}
	fmt.Printf("%d charges: %d bytes of text, %d packed\n", len(rows)-1, text.Len(), len(small))
	return os.WriteFile(out, small, 0o644)
}
