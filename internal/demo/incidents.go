package demo

import (
	"fmt"
	"strings"
	"time"

	"plumbline"
)

// Outage is an incident that is made up: the alarms that told of it, and what people
// said of it. Times that nobody said are 0.
type Outage struct {
	Alarms     []plumbline.Alarm
	Mitigated  plumbline.Time // while the alarm goes on
	Cause      string
	Deployment string
	PostMortem string
	Share      plumbline.Decimal // of the error budget
	Actions    []plumbline.IncidentAction
}

// Outages are the demo's incidents as they would stand at a moment, the oldest first.
// All of them are invented, and their alarms say so.
func Outages(now plumbline.Time) []Outage {
	ago := func(d time.Duration) plumbline.Time { return now.Add(-d) }
	alarm := func(name, title, word, product string, began, lasted time.Duration) plumbline.Alarm {
		a := plumbline.Alarm{Key: "demo-" + name, Group: "demo-" + product, Title: title, Text: InventedMark, Severity: word, Started: ago(began), At: ago(began)}
		if product != "" {
			a.Labels = map[string]string{"service": product}
		}
		if lasted > 0 {
			a.Ended, a.At = ago(began-lasted), ago(began-lasted)
		}
		return a
	}
	list := []Outage{
		{
			Alarms: []plumbline.Alarm{
				alarm("dns-errors", "CoreDNS answers with errors", "warning", "coredns-app", 41*day, 3*time.Hour),
				alarm("dns-slow", "CoreDNS answers slowly", "warning", "coredns-app", 41*day-20*time.Minute, 2*time.Hour),
			},
			Cause: "capacity", Actions: []plumbline.IncidentAction{{Text: "Raise the memory limit of the cache", Due: ago(20 * day), Done: ago(27 * day)}},
		},
		{Alarms: []plumbline.Alarm{alarm("api-slow", "The API server is slow for controllers", "p2", "kube-apiserver", 23*day, 7*time.Hour)}, Cause: "dependency"},
		{
			Alarms: []plumbline.Alarm{alarm("dns-down", "CoreDNS is down in two clusters", "critical", "coredns-app", 9*day, 50*time.Minute)},
			Cause:  "change", Deployment: "coredns-app 1.27.0", PostMortem: "https://wiki.plumbline.example/post-mortems/coredns-down", Share: "0.12",
			Actions: []plumbline.IncidentAction{{Text: "Roll a new version out to one cluster first"}, {Text: "Alert on the error rate of the canary", Due: now.Add(12 * day)}},
		},
		{Alarms: []plumbline.Alarm{alarm("ingress-slow", "Requests through the ingress take more than a second", "high", "ingress-nginx-app", 2*day, 0)}, Mitigated: ago(2*day - 4*time.Hour), Cause: "unknown"},
		{Alarms: []plumbline.Alarm{alarm("billing-queue", "The queue of billing jobs grows", "attention", "legacy-billing", 26*time.Hour, 0)}},
		{Alarms: []plumbline.Alarm{alarm("pods", "A node has too many pods", "warning", "kubelet", 5*time.Hour, 20*time.Minute)}},
	}
	return list
}

// Tickets is an export of a help desk that is made up, as CSV: about twenty requests
// for help in each of the twelve weeks before a moment, a little more of late. Who
// asked are the demo's accounts.
func Tickets(now plumbline.Time) []byte {
	products := []string{"ingress-nginx-app", "coredns-app", "kubelet", "", "ingress-nginx-app", "cert-manager-app", ""}
	categories := []string{"access", "how to", "certificate", "quota", "how to", "build", "network"}
	channels := []string{"chat", "form", "chat", "mail"}
	var out strings.Builder
	out.WriteString("id,created_at,first_response_at,resolved_at,status,priority,product,customer,channel,category,minutes_spent,reopened\n")
	n, start := 0, now.Std().Truncate(day).Add(-12*7*day)
	for d := range 12*7 + 1 {
		at := start.Add(time.Duration(d) * day)
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			continue
		}
		for i := range 3 + d%3 + d/40 {
			n++
			created := at.Add(7*time.Hour + time.Duration(i*97+n*13%80)*time.Minute)
			answered := created.Add(time.Duration(8+n*37%190) * time.Minute)
			resolved := answered.Add(time.Duration(n*n*11%7300) * time.Minute)
			row := []string{fmt.Sprintf("HELP-%d", 4000+n), stamp(created, now), stamp(answered, now), stamp(resolved, now), "closed", "normal", products[n%len(products)],
				customers[n*5%len(customers)].name, channels[n%len(channels)], categories[n*3%len(categories)], fmt.Sprint(15 + n*29%75), "no"}
			switch {
			case row[1] == "":
				continue
			case row[3] == "":
				row[4] = "open"
			case n%17 == 0:
				row[11] = "yes"
			}
			if n%71 == 0 {
				row[10] = "" // nobody said
			}
			out.WriteString(strings.Join(row, ",") + "\n")
		}
	}
	return []byte(out.String())
}

// stamp writes a time; nothing when it is not over yet.
func stamp(t time.Time, now plumbline.Time) string {
	if plumbline.At(t) > now {
		return ""
	}
	return t.Format(time.RFC3339)
}
