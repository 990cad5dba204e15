package web

import "testing"

// What is below zero has one sign on all pages, of amounts and of shares.
func TestAmountsBelowZeroHaveOneSign(t *testing.T) {
	for got, want := range map[string]string{
		money("-1234.5"): "−1,234.50", money("-0.00789"): "−0.00789", money("3"): "3.00", share("-0.373"): "−37.3 %", share("0.5"): "50 %",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
