package handbook

import (
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"main":        "main",
		"":            "''",
		"a b":         "'a b'",
		"it's":        `'it'\''s'`,
		"$(reboot)":   "'$(reboot)'",
		"~":           "'~'",
		"release/2.x": "release/2.x",
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	p := plan.New("x", "eu-west-1")
	h := &handbook{plan: p}
	account := &plan.Account{Label: "live", ID: "000000000002"}
	suffix := plan.Param{Of: p.Suffix}
	for _, test := range []struct {
		value plan.Value
		want  string
		known bool
	}{
		{plan.Text("a-", suffix), "a-$SUFFIX", true},
		{plan.Text("a-", suffix, "x"), "a-${SUFFIX}x", true},
		{plan.Text("a-", plan.AccountID, "-", plan.Region), "a-000000000002-${AWS_REGION}", true},
		{plan.String("$x\"`\\"), "\\$x\\\"\\`\\\\", true},
		{plan.Text("a-", plan.StackName), "", false},
		{plan.Param{Of: &plan.Parameter{}}, "${SUFFIX}", false},
		{nil, "", false},
	} {
		got, known := h.text(test.value, account)
		if known != test.known || known && got != test.want {
			t.Errorf("text(%v) = %q, %t, want %q, %t", test.value, got, known, test.want, test.known)
		}
	}
}
