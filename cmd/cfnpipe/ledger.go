package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// shownFrom is the part of a limit, in percent, below which it is only counted.
const shownFrom = 10

// printLedger writes limits for a person: a heading for each template, and below it what comes closest to its limit first.
func (c *console) printLedger(ledger *compiler.Ledger) {
	if ledger == nil {
		return
	}
	limits := ledger.Limits
	for len(limits) > 0 {
		first := limits[0]
		n := slices.IndexFunc(limits, func(l compiler.Limit) bool { return l.Account != first.Account || l.Stack != first.Stack })
		if n < 0 {
			n = len(limits)
		}
		if first.Stack == "" {
			fmt.Fprintf(c.stdout, "\nOne template of everything\n")
		} else {
			fmt.Fprintf(c.stdout, "\n%s in %s\n", first.Stack, first.Account)
		}
		c.printLimits(limits[:n])
		limits = limits[n:]
	}
	fmt.Fprintf(c.stdout, "\nEnvironmentSuffix may have up to %s, because of the name of %s.\n",
		counted(ledger.Suffix.MaxLength, "character"), ledger.Suffix.Because)
}

// printLimits writes the limits of one template.
func (c *console) printLimits(limits []compiler.Limit) {
	sorted := slices.Clone(limits)
	slices.SortStableFunc(sorted, func(a, b compiler.Limit) int { return cmp.Compare(percent(b), percent(a)) })
	hidden := 0
	for _, l := range sorted {
		if percent(l) < shownFrom && l.Resource != "" {
			hidden++
			continue
		}
		fmt.Fprintf(c.stdout, "%5d %%  %20s  %s\n", percent(l), grouped(l.Used)+" / "+grouped(l.Most), describeLimit(l))
	}
	if hidden > 0 {
		fmt.Fprintf(c.stdout, "         %20s  and %s below %d %%\n", "", counted(hidden, "limit"), shownFrom)
	}
}

func percent(l compiler.Limit) int { return l.Used * 100 / max(l.Most, 1) }

func describeLimit(l compiler.Limit) string {
	text := l.What
	if l.Resource != "" {
		text = l.Resource + ": " + text
	}
	if l.Part != "" {
		text += " (" + l.Part + ")"
	}
	const worthwhile = 50 // percent from which a reader may want to know who pays, and whether there is more to be had
	if percent(l) < worthwhile {
		return text
	}
	if l.Adjustable {
		text += "; AWS raises it on request"
	}
	if len(l.Payers) > 0 {
		text += "; most: " + strings.Join(l.Payers, ", ")
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
