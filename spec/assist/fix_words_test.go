package assist_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// imperatives are the words with which a message says what to write. A diagnostic that has one of them has a fix.
var imperatives = regexp.MustCompile(strings.Join([]string{
	`Did you mean`, `[Ww]rite "`, `[Ww]rite [a-z_]+ = `, `rite it in quotes`, `Quote it`, `write text in quotes`, `without quotes`, `in brackets`,
	`Write a whole number from`, `Allowed values: `, `[Ww]rite (?:account|each|var|local|param|resource)\.`, `Write toset`,
	`[Ll]eave .*\bout\b`, `[Kk]eep one of the two`, `Once is enough`, `take the block away`,
	`Put .* in front of`, `Put .* into (?:it|the block)`, `Add network`, `needs a block`, `needs it; write`, `Both are needed`,
	`Give the parameter`, `declare it with`, `into parameter`, `belongs in `, `is a block; write`, `is an attribute; write`, `Move the build`,
	`such as [a-z_]+ = `, `\bSet \w+`, `With stack = `, `Write \w+ (?:"\w+" )?\{`, `Kinds of \w+: `,
}, "|"))

// exception is a diagnostic that says what to write, and has no fix.
type exception struct {
	summary, detail, subject string // patterns
	reason                   string
}

func exceptions() []exception {
	return []exception{
		// What would have to be chosen, or thought about.
		{"plain HTTP$", "Set certificate_arn", "", "nobody but the author has the certificate"},
		{"^Deleting the stack of ", "", "", "that cfnpipe makes the repository may well be meant"},
		{"does not know the service's address$", "", "", "nobody but the author knows the address"},
		{"^Two deploys of stage .* have no name$", "", "", "each of them needs a name that says what it is"},
		{"^Value .* does not fit \"every\"$", "", "", "the message names what there is, and proposes nothing"},
		{"holds what it may not$", "Leave it out", "", "what is left would be another text"},
		{"^The default of a variable refers", "", `\.`, "a reference in quotes would be no value that is meant"},
		{"^Parameter that may be any text$", "", "", "the author knows which values there are"},
		{" may hold .*, and .* may not$", `allowed_values\.$`, "", "the author knows which values there are"},
		{"is not allowed for \"type\"$", "^Allowed values: (?:[^,]+, ){6}", "", "there are too many to choose from"},
		{"^Call that AWS refuses$", "", "", "the statement is in a policy that may be anywhere"},
		{"^Invalid value for variable ", "", "", "the words are those of an author"},
		// Where something else would have to change as well.
		{"^Alarm of stage .* may ring", "Put the window", "", "the window belongs to a stage, of which the next may be none that waits"},
		{"^Canary .* runs before anything is deployed", "", "", "a deploy of another account has to be written"},
		{"deploys while it asks whether to$", "", "", "what stands in front of a parallel block is a decision about the stage"},
		{"deploys before anything is built$", "^Move the build", "deploy", "a build that is alone in its stage would leave the stage empty"},
		{"^Wrong labels for dynamic ", "", "", "each of the labels is an expression about the items"},
		// Where it would do harm, or cannot be done at the place.
		{"", "Did you mean|Write \"b\"", `^"?(ids|percent|acount|defualt|B|Statements|/?Properties/TimeoutInMinute)`, "what is meant stands there already"},
		{"^Unknown (attribute|block) ", "belongs in", "", "there is not exactly one such block here"},
		{"^Unknown attribute .account.$", "is a block; write", "", "a text has nothing that a block could hold"},
		{"^Unknown block .region.$", "is an attribute; write", "", "a block has no text that the attribute could be"},
		{"", "Write a whole number|Did you mean", `\.value\.|\[each`, "the value comes from elsewhere"},
		{"^Missing attribute ", `(?:var|resource)\.`, "", "the example refers to what another configuration has"},
		{"^.resource. is not a value here$", "", "", "the configuration declares no resource"},
	}
}

// TestWordsHaveFixes holds that what a message says to write can be written by a fix.
func TestWordsHaveFixes(t *testing.T) {
	used := map[int]bool{}
	all, fixed := map[string]bool{}, map[string]bool{}
	cases(t, func(t *testing.T, s state) {
		for _, diag := range s.diags {
			problem, ok := s.problem(diag)
			if !ok {
				continue
			}
			all[kindOf(diag)] = true
			if len(s.config.Fixes(problem)) > 0 {
				fixed[kindOf(diag)] = true
				continue
			}
			if !imperatives.MatchString(diag.Detail) {
				continue
			}
			text := problem.Of(problem.File.Text)
			if i := excepted(diag, text); i >= 0 {
				used[i] = true
				continue
			}
			t.Errorf("%s: no fix on %q\n\t%s: %s", diag.Subject, text, diag.Summary, diag.Detail)
		}
	})
	for i, e := range exceptions() {
		if !used[i] {
			t.Errorf("nothing needs the exception %s", e.reason)
		}
	}
	t.Logf("%d kinds of diagnostics, %d with fixes", len(all), len(fixed))
}

func excepted(diag *hcl.Diagnostic, text string) int {
	return slices.IndexFunc(exceptions(), func(e exception) bool {
		return regexp.MustCompile(e.summary).MatchString(diag.Summary) && regexp.MustCompile(e.detail).MatchString(diag.Detail) &&
			regexp.MustCompile(e.subject).MatchString(text)
	})
}
