package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// printLedger writes limits for a person: a heading for each template, and below it what comes closest to its limit first.
func (c *console) printLedger(limits []compiler.Limit) {
	for len(limits) > 0 {
		first := limits[0]
		n := slices.IndexFunc(limits, func(l compiler.Limit) bool { return l.Account != first.Account || l.Stack != first.Stack })
		if n < 0 {
			n = len(limits)
		}
		template := slices.Clone(limits[:n])
		limits = limits[n:]
		slices.SortStableFunc(template, func(a, b compiler.Limit) int { return cmp.Compare(percent(b), percent(a)) })
		if first.Stack == "" {
			fmt.Fprintf(c.stdout, "\nOne template of everything\n")
		} else {
			fmt.Fprintf(c.stdout, "\n%s in %s\n", first.Stack, first.Account)
		}
		for _, l := range template {
			fmt.Fprintf(c.stdout, "%5d %%  %9s of %9s  %s\n", percent(l), grouped(l.Used), grouped(l.Most), describeLimit(l))
		}
	}
}

func percent(l compiler.Limit) int { return l.Used * 100 / max(l.Most, 1) }

func describeLimit(l compiler.Limit) string {
	text := l.What
	if l.Resource != "" {
		text += " of " + l.Resource
	}
	const worthwhile = 50 // percent from which a reader may want to know who pays
	if percent(l) >= worthwhile && len(l.Payers) > 1 {
		text += ": " + strings.Join(l.Payers, ", ")
	}
	return text
}

// grouped writes a number with a comma before each three digits.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
