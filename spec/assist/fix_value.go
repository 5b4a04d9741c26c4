package assist

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// few is how many changes are offered where a diagnostic leaves a choice.
const few = 6

// valueRules write something else in the place that the diagnostic is about.
func valueRules() []rule {
	return []rule{
		on(`Did you mean `+quotedWord+`\?`, didYouMean),
		on(`[Ww]rite `+quotedWord+`(?:[.;,:]| if )`, otherText),
		on(`write a type such as `+quotedWord, otherText),
		on(`Leave out refs/heads/: `+quotedWord, otherText),
		on(`the seconds come first: `+quotedWord, otherText),
		about(`^Alarm named by its ARN$`, `write name = `+quotedWord, otherText),
		on(`a range goes up, so write (.+)\.$`, risingRange),
		on(`Write it without quotes: ([^ ]+)\.`, instead),
		on(`Put it in brackets: (\[.*\])\.`, instead),
		on(`Write (account\.[A-Za-z0-9_-]+\.id), which`, instead),
		on(`such as account = (account\.[A-Za-z0-9_-]+)\.`, otherAccount),
		on(`^Its only attribute is account\.[A-Za-z0-9_-]+\.(id)\.$`, instead),
		on(`^Write \w+\.(key) or \w+\.(value)\.$`, instead),
		on(`Quote it: |rite it in quotes: |; write text in quotes\.`, quotes),
		on(`Write toset\(\.\.\.\) around`, func(_ *Config, p Problem, _ []string) []Fix {
			return choices(p, []string{"toset(" + p.text() + ")"})
		}),
		on(`^Write one word without quotes`, withoutQuotes),
		on(`(?:^|\. )Allowed values: (.+)\.$`, allowed),
		on(`^It is none of allowed_values: (.+)\.$`, allowed),
		about(`^Unknown policy$`, `^\w+ takes: (\w+)(?:, (\w+))?(?:, (\w+))?\.$`, otherText),
		on(`, and has to be `+quotedWord+` or `+quotedWord+`\.`, otherText),
		on(`Write a whole number from (-?\d+) to (-?\d+)\.`, bound),
		on(`Write (\w+) = (\d+) or (?:more|less)`, atLeast),
		about(`^Largest \w+ \d+ is below the least, \d+$`, `Write max(\w*) = `, swap),
		about(` is not a value here$`, `^Write (\w+)\.(?:NAME|ID)(\.id)?[ ,.]`, declaredNames),
	}
}

// instead writes what the message says, in the place of the whole. Of several it offers each.
func instead(_ *Config, p Problem, found []string) []Fix { return choices(p, found[1:]) }

func choices(p Problem, texts []string) []Fix {
	var out []Fix
	for _, text := range texts {
		if !strings.Contains(text, ".NAME") {
			out = append(out, one("Change to "+text, Edit{p.Location, text})...)
		}
	}
	return out
}

// otherText is instead for strings. Of a member of an object, of which the message is about the name, it is the value.
func otherText(c *Config, p Problem, found []string) []Fix {
	at := p.Location
	if inner := c.items(p); len(inner) > 0 {
		if item := inner[len(inner)-1].item(); item.key == p.Span {
			at.Span = item.value
		}
	}
	if !isString(at.Of(p.File.Text)) {
		return nil
	}
	if _, err := c.CanRename(p.File, at.Start+1); err == nil && strings.HasPrefix(p.Summary, "Name ") {
		edits, err := c.Rename(p.File, at.Start+1, unquote(found[1]))
		if err != nil { // The name is taken.
			return nil
		}
		return one("Change to "+found[1], edits...)
	}
	var out []Fix
	for _, better := range found[1:] {
		if text := quotedHCL(unquote(better)); better != "" {
			out = append(out, one("Change to "+text, Edit{at, text})...)
		}
	}
	return out
}

func isString(text string) bool { return len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' }

// quotedHCL is a text as a string of HCL.
func quotedHCL(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}

// didYouMean puts the name that is proposed in the place of the one that is written.
func didYouMean(c *Config, p Problem, found []string) []Fix {
	better := unquote(found[1])
	at, ok := c.wrong(p)
	if !ok {
		return nil
	}
	if c.stands(p, better) {
		return nil
	}
	text := quotedHCL(better)
	return one("Change to "+found[1], Edit{Location{p.File, at}, text[1 : len(text)-1]})
}

// stands tells whether the object that a problem is about a name in has another of that name.
func (c *Config) stands(p Problem, name string) bool {
	around := c.items(p)
	if len(around) == 0 || around[len(around)-1].item().key != p.Span {
		return false
	}
	path := p.text()
	if at := strings.LastIndex(path, "/"); at > 0 && !strings.Contains(name, "/") {
		name = strings.Trim(path[:at+1], `"`) + name
	}
	_, there := c.sibling(p, name)
	return there
}

// wrong is the word that a proposal is for. The message names it, unless it is the whole of the place.
func (c *Config) wrong(p Problem) (outline.Span, bool) {
	before, _, _ := strings.Cut(p.Detail, "Did you mean ")
	if block := c.place(p.File, p.Start).block; block != nil {
		first, _, _ := strings.Cut(before, " ")
		for _, label := range block.Labels {
			if label.Text == first { // The message is about another label of the block.
				return label.Span, true
			}
		}
	}
	words := regexp.MustCompile(quotedWord).FindAllString(p.Summary+" "+before, -1)
	for _, action := range regexp.MustCompile(`allows [a-z0-9-]+:(\w+)`).FindAllStringSubmatch(before, -1) {
		words = append(words, action[1])
	}
	text := p.text()
	for _, word := range words {
		if span, ok := lastWord(text, unquote(word)); ok {
			return outline.Span{Start: p.Start + span.Start, End: p.Start + span.End}, true
		}
	}
	switch {
	case regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`).MatchString(text):
		return p.Span, true
	case isString(text) && !strings.ContainsAny(text, "${}/"):
		return outline.Span{Start: p.Start + 1, End: p.End - 1}, true
	}
	return outline.Span{}, false
}

// lastWord finds a word that is not part of a longer one.
func lastWord(text, word string) (outline.Span, bool) {
	found := regexp.MustCompile(`(?:^|[^A-Za-z0-9_-])(`+regexp.QuoteMeta(word)+`)(?:$|[^A-Za-z0-9_-])`).FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 || word == "" {
		return outline.Span{}, false
	}
	last := found[len(found)-1]
	return outline.Span{Start: last[2], End: last[3]}, true
}

// risingRange writes the part of an expression anew that goes down.
func risingRange(_ *Config, p Problem, found []string) []Fix {
	part := regexp.MustCompile(`It cannot have ("[^"]*") as`).FindStringSubmatch(p.Detail)
	if part == nil {
		return nil
	}
	at := strings.Index(strings.ToUpper(p.text()), unquote(part[1]))
	if at < 0 {
		return nil
	}
	span := outline.Span{Start: p.Start + at, End: p.Start + at + len(unquote(part[1]))}
	return one("Change to "+found[1], Edit{Location{p.File, span}, found[1]})
}

// quotes puts a bare word or number into quotes.
func quotes(_ *Config, p Problem, _ []string) []Fix {
	text := p.text()
	if !regexp.MustCompile(`^[A-Za-z0-9_.-]+$`).MatchString(text) || strings.HasPrefix(text, "var.") {
		return nil
	}
	return one(fmt.Sprintf("Put %s in quotes", text), Edit{p.Location, strconv.Quote(text)})
}

func withoutQuotes(_ *Config, p Problem, _ []string) []Fix {
	word := unquote(p.text())
	if !isString(p.text()) || !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(word) {
		return nil
	}
	return one("Change to "+word, Edit{p.Location, word})
}

// allowed offers the values of a list: those that there are, or of many numbers those beside the one that is written.
func allowed(_ *Config, p Problem, found []string) []Fix {
	text := p.text()
	if !isLiteral(text) {
		return nil
	}
	values := strings.Split(found[1], ", ")
	if written, err := strconv.ParseFloat(text, 64); err == nil && !strings.HasPrefix(values[0], `"`) {
		values = beside(written, values)
	}
	if len(values) > few {
		return nil
	}
	var out []Fix
	for _, value := range values {
		out = append(out, one("Change to "+value, Edit{p.Location, value})...)
	}
	return out
}

// beside is the next number below and the next above one, the nearer first.
func beside(written float64, values []string) []string {
	number := func(text string) float64 { n, _ := strconv.ParseFloat(text, 64); return n }
	slices.SortStableFunc(values, func(a, b string) int {
		return cmp.Compare(math.Abs(number(a)-written), math.Abs(number(b)-written))
	})
	var out []string
	for _, value := range values {
		if len(out) == 0 || len(out) == 1 && (number(out[0]) < written) != (number(value) < written) {
			out = append(out, value)
		}
	}
	return out
}

// isLiteral tells whether a text is a value by itself, without references.
func isLiteral(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil || text == "true" || text == "false" || isString(text) && !strings.ContainsAny(text, "${\n")
}

// bound writes the nearest whole number of a range.
func bound(_ *Config, p Problem, found []string) []Fix {
	written, err := strconv.ParseFloat(p.text(), 64)
	least, _ := strconv.ParseFloat(found[1], 64)
	most, _ := strconv.ParseFloat(found[2], 64)
	if err != nil {
		return nil
	}
	text := strconv.FormatFloat(math.Round(min(max(written, least), most)), 'f', -1, 64)
	return one("Change to "+text, Edit{p.Location, text})
}

// atLeast writes the number of which the message wants so much or more. What may not be below it is raised with it.
func atLeast(c *Config, p Problem, found []string) []Fix {
	if _, err := strconv.Atoi(p.text()); err != nil {
		return nil
	}
	edits := []Edit{{p.Location, found[2]}}
	if after, ok := strings.CutPrefix(found[1], "min"); ok {
		if most, there := c.sibling(p, "max"+after); there && isBelow(most.Of(p.File.Text), found[2]) {
			edits = append(edits, Edit{Location{p.File, most}, found[2]})
		}
	}
	return one(fmt.Sprintf("Write %s = %s", found[1], found[2]), edits...)
}

func isBelow(a, b string) bool {
	x, err := strconv.Atoi(a)
	y, other := strconv.Atoi(b)
	return err == nil && other == nil && x < y
}

// swap exchanges the least and the most.
func swap(c *Config, p Problem, found []string) []Fix {
	least, there := c.sibling(p, "min"+found[1])
	if !there || !isBelow(p.text(), least.Of(p.File.Text)) {
		return nil
	}
	return one(fmt.Sprintf("Swap min%s and max%s", found[1], found[1]),
		Edit{p.Location, least.Of(p.File.Text)}, Edit{Location{p.File, least}, p.text()})
}

// sibling is the value of another member of the object, or else of the block, that a place is in.
func (c *Config) sibling(p Problem, name string) (outline.Span, bool) {
	if around := c.items(p); len(around) > 0 {
		for _, item := range around[len(around)-1].items {
			if strings.Trim(item.key.Of(p.File.Text), `"`) == name {
				return item.value, true
			}
		}
	}
	if a := c.place(p.File, p.Start).body.Attribute(name); a != nil {
		return a.Value, true
	}
	return outline.Span{}, false
}

// otherAccount writes a reference to the account that the message proposes, or to another.
func otherAccount(c *Config, p Problem, found []string) []Fix {
	return choices(p, c.accountsBehind(found[1:]))
}

// accountsBehind are references to the accounts that there are, if they are few, behind the best of them.
func (c *Config) accountsBehind(best []string) []string {
	all := c.declared(Account)
	if len(all) > few {
		return best
	}
	for _, s := range all {
		if text := "account." + s.Name.Text; s.Name.Text != "" && !slices.Contains(best, text) {
			best = append(best, text)
		}
	}
	return best
}

// declaredNames offers what is declared in the place of a word that stands for all of it.
func declaredNames(c *Config, p Problem, found []string) []Fix {
	for kind := range Stage + 1 {
		if kind.root() != found[1] || kind.root() == "" {
			continue
		}
		all := c.declared(kind)
		var out []Fix
		for _, s := range all[:min(len(all), few)] {
			out = append(out, choices(p, []string{found[1] + "." + s.Name.Text + found[2]})...)
		}
		return out
	}
	return nil
}
