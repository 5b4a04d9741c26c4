package compiler_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unlike is a part that two versions of a template do not have alike, by the JSON pointer that it has in the old and in the new
// one; empty where it is not there.
type unlike struct{ before, after string }

// differences are the smallest parts in which two documents differ.
func differences(t testing.TB, before, after []byte) []unlike {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(before, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(after, &b); err != nil {
		t.Fatal(err)
	}
	var out []unlike
	compareParts(a, b, "", "", func(d unlike) { out = append(out, d) })
	return out
}

func compareParts(a, b any, at, to string, report func(unlike)) {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			compareMembers(a, b, at, to, report)
			return
		}
	case []any:
		if b, ok := b.([]any); ok {
			compareItems(a, b, at, to, report)
			return
		}
	}
	if !reflect.DeepEqual(a, b) {
		report(unlike{at, to})
	}
}

func compareMembers(a, b map[string]any, at, to string, report func(unlike)) {
	names := slices.Sorted(maps.Keys(a))
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		step := "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		before, inA := a[name]
		after, inB := b[name]
		switch {
		case !inA:
			report(unlike{"", to + step})
		case !inB:
			report(unlike{at + step, ""})
		default:
			compareParts(before, after, at+step, to+step, report)
		}
	}
}

// compareItems leaves out what both lists have in the same order; what is between is compared item by item.
func compareItems(a, b []any, at, to string, report func(unlike)) {
	same := make([][]int, len(a)+1) // the length of the longest common rest
	for i := range same {
		same[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if reflect.DeepEqual(a[i], b[j]) {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && reflect.DeepEqual(a[i], b[j]) {
			i, j = i+1, j+1
			continue
		}
		endA, endB := i, j
		for endA < len(a) && same[endA+1][j] == same[i][j] {
			endA++
		}
		for endB < len(b) && same[endA][endB+1] == same[endA][j] {
			endB++
		}
		for i < endA || j < endB {
			before, after := at+"/"+strconv.Itoa(i), to+"/"+strconv.Itoa(j)
			switch {
			case i == endA:
				report(unlike{"", after})
				j++
			case j == endB:
				report(unlike{before, ""})
				i++
			default:
				compareParts(a[i], b[j], before, after, report)
				i, j = i+1, j+1
			}
		}
	}
}
