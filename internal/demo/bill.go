package demo

import (
	"bytes"
	_ "embed" // the bill
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/demo/digest"
)

//go:embed bill.csv.gz
var packedBill []byte

// billEnd is the day after the last one of the bill, a Tuesday.
var billEnd = time.Date(2024, 10, 1, 0, 0, 0, 0, time.UTC)

// Spending is a real bill, moved in time, and what is made up: whose each charge is.
type Spending struct {
	Name  string // of the file
	Bill  []byte // CSV in the FOCUS form
	Rules string // YAML
}

// billed are the products that the applications of the bill are given to, in turn.
var billed = []plumbline.ProductRef{"kube-apiserver", "kubelet", "autoscaler", "kube-scheduler", "kubeadm", "kubectl", "kube-proxy", "kube-controller-manager"}

// LoadSpending makes the bill as it would stand on a day: moved by whole weeks, so
// that weekdays stay what they were, to end at most a week before it.
func LoadSpending(now plumbline.Time) (Spending, error) {
	text, err := digest.Unpack(packedBill)
	if err != nil {
		return Spending{}, err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return Spending{}, err
	}
	weeks := int(now.Std().Sub(billEnd) / (7 * 24 * time.Hour))
	if now.IsZero() || weeks < 0 {
		weeks = 0
	}
	apps, err := moveBill(rows, weeks*7)
	if err != nil {
		return Spending{}, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll(rows); err != nil {
		return Spending{}, err
	}
	return Spending{Name: fmt.Sprintf("focus-sample-moved-by-%d-weeks.csv", weeks), Bill: out.Bytes(), Rules: billRules(apps)}, nil
}

// moveBill moves the times of a bill by days, gives each charge the billing period
// that it falls into then, and says which applications there are, by name.
func moveBill(rows [][]string, days int) (apps []string, err error) {
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	const form = time.DateTime
	for _, r := range rows[1:] {
		var from time.Time
		for _, name := range []string{"ChargePeriodEnd", "ChargePeriodStart"} {
			if from, err = time.Parse(form, r[at[name]]); err != nil {
				return nil, err
			}
			from = from.AddDate(0, 0, days)
			r[at[name]] = from.Format(form)
		}
		month := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
		r[at["BillingPeriodStart"]], r[at["BillingPeriodEnd"]] = month.Format(form), month.AddDate(0, 1, 0).Format(form)
		var tags struct{ Application string }
		if text := r[at["Tags"]]; json.Unmarshal([]byte(text), &tags) == nil && tags.Application != "" && !slices.Contains(apps, tags.Application) {
			apps = append(apps, tags.Application)
		}
	}
	slices.Sort(apps)
	return apps, nil
}

// billRules gives the applications to products in turn, the largest to the first
// one.
func billRules(apps []string) string {
	var b strings.Builder
	b.WriteString("# Invented for the demo: which application belongs to which product. The bill is real.\nversion: demo\nname: By application (invented)\ntags: [environment, business_unit]\nrules:\n" +
		"  - name: The application, by an invented list\n    tag: application\n    values:\n")
	for i, app := range apps {
		product := billed[i%len(billed)]
		if app == "BrightPathMatrix" {
			product = billed[0]
		}
		fmt.Fprintf(&b, "      %q: %s\n", app, product)
	}
	return b.String()
}
