package decode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cronField is one field of a window's expression.
type cronField struct {
	name       string
	least, top int
	words      []string // for the numbers from least on
	day        bool     // whether ? may stand for it
}

// cronFields are the fields after the seconds. Source: CodePipeline user guide, rule reference, "DeploymentWindow".
func cronFields() []cronField {
	return []cronField{
		{name: "minutes", least: 0, top: 59},
		{name: "hours", least: 0, top: 23},
		{name: "day of month", least: 1, top: 31, day: true},
		{name: "month", least: 1, top: 12, words: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
		{name: "day of week", least: 1, top: 7, words: strings.Fields("SUN MON TUE WED THU FRI SAT"), day: true},
		{name: "year", least: 1970, top: 2199},
	}
}

// cronFault says what is wrong with a window's expression; empty if nothing is. Upper and lower case are alike.
func cronFault(text string) string {
	written := strings.Fields(strings.ToUpper(text))
	fields := cronFields()
	switch {
	case len(written) == 5:
		return fmt.Sprintf("It has five fields, and the seconds come first: %q.", "* "+strings.Join(written, " "))
	case len(written) < 6 || len(written) > 7:
		return fmt.Sprintf("It has %d fields.", len(written))
	case written[0] != "*":
		// AWS's own example has 0 there, which its table of values does not allow.
		fault := "The seconds are always *, because a window is open for whole minutes."
		if _, err := strconv.Atoi(written[0]); err == nil {
			fault += fmt.Sprintf(" Write %q.", "* "+strings.Join(written[1:], " "))
		}
		return fault
	}
	for i, value := range written[1:] {
		if !fields[i].takes(value) {
			return fmt.Sprintf("It cannot have %q as its %s%s.", shorten(value), fields[i].name, fields[i].advice(value))
		}
	}
	// The two exclude each other in Quartz, whose expressions these are.
	if (written[3] == "?") == (written[5] == "?") {
		return "Of day of month and day of week one has to be ?, and only one."
	}
	if day, err := strconv.Atoi(written[3]); err == nil && day > longest(fields[3], written[4]) {
		return fmt.Sprintf("No month that it names has a day %d, so that the window would never open.", day)
	}
	return ""
}

// longest is how many days the longest of the months has; 31 unless all are given by themselves.
func longest(f cronField, months string) int {
	days := [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	most := 0
	for item := range strings.SplitSeq(months, ",") {
		month, ok := f.number(item)
		if !ok {
			return 31
		}
		most = max(most, days[month-1])
	}
	return most
}

func (f cronField) advice(value string) string {
	from, to, isRange := strings.Cut(value, "-")
	low, first := f.number(from)
	high, last := f.number(to)
	if isRange && first && last && low > high {
		return fmt.Sprintf("; a range goes up, so write %s-%d,%d-%s", from, f.top, f.least, to)
	}
	return fmt.Sprintf(", which goes from %d to %d", f.least, f.top)
}

// takes tells whether a field may have a value.
func (f cronField) takes(value string) bool {
	if f.day && (value == "?" || f.specialDay(value)) {
		return true
	}
	for item := range strings.SplitSeq(value, ",") {
		if !f.takesItem(item) {
			return false
		}
	}
	return true
}

// takesItem takes *, a number, a range, and any of them with an increment.
func (f cronField) takesItem(item string) bool {
	item, step, stepped := strings.Cut(item, "/")
	if by, err := strconv.Atoi(step); stepped && (err != nil || by < 1 || by > f.top) {
		return false
	}
	if item == "*" {
		return true
	}
	from, to, isRange := strings.Cut(item, "-")
	low, ok := f.number(from)
	if !isRange {
		return ok
	}
	high, also := f.number(to)
	return ok && also && low <= high
}

func (f cronField) number(text string) (int, bool) {
	if i := slices.Index(f.words, text); i >= 0 {
		return f.least + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.least && n <= f.top && text[0] != '+'
}

// specialDay takes the last day, the weekday nearest to a day, and the nth or last of a day of the week.
func (f cronField) specialDay(value string) bool {
	if value == "L" {
		return true
	}
	if f.words == nil {
		offset, found := strings.CutPrefix(value, "L-")
		day, nearest := strings.CutSuffix(value, "W")
		return found && between(offset, 1, 30) || nearest && (day == "L" || between(day, f.least, f.top))
	}
	day, nth, found := strings.Cut(value, "#")
	if !found {
		day, found = strings.CutSuffix(value, "L")
		nth = "1"
	}
	_, known := f.number(day)
	return found && known && between(nth, 1, 5)
}

func between(text string, least, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= most
}
