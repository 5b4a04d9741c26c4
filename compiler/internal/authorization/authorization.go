// Package authorization knows the actions of AWS's services and the resources that each supports, by the Service Authorization
// Reference.
package authorization

import (
	"embed"
	"strings"
)

// The files are written by tools/authorization.py.
//
//go:embed actions/*.txt
var actions embed.FS

// Service is a service by its prefix in names of actions.
type Service struct {
	types string // a line for each type of resource
	names string // a line for each action, with a line end before the first
}

// Action is one action.
type Action struct {
	Name string   // as AWS writes it, without the prefix
	ARNs []string // the forms of the ARNs of what it supports, as patterns; none if it supports * alone
}

// Of returns a service by its prefix, such as s3; ok is false for one that AWS does not have.
func Of(prefix string) (s *Service, ok bool) {
	text, err := actions.ReadFile("actions/" + strings.ToLower(prefix) + ".txt")
	if err != nil {
		return nil, false
	}
	all := "\n" + string(text)
	end := strings.LastIndex(all, "\n:")
	end += 1 + strings.IndexByte(all[end+1:], '\n')
	return &Service{types: all[:end+1], names: all[end:]}, true
}

// Matching returns the actions that a name or a pattern, without the prefix, stands for; case does not count.
func (s *Service) Matching(pattern string, covers func(pattern, name string) bool) []Action {
	if line := lineOf(s.names, pattern); line != "" {
		return []Action{s.action(line)}
	}
	var out []Action
	pattern = strings.ToLower(pattern)
	for line := range strings.Lines(s.names[1:]) {
		line = strings.TrimSuffix(line, "\n")
		name, _, _ := strings.Cut(line, " ")
		if covers(pattern, strings.ToLower(name)) {
			out = append(out, s.action(line))
		}
	}
	return out
}

// Names are the names of the service's actions, as AWS writes them.
func (s *Service) Names() []string {
	var out []string
	for line := range strings.Lines(s.names[1:]) {
		name, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		out = append(out, name)
	}
	return out
}

// lineOf is the line that begins with a word; empty if none does.
func lineOf(lines, word string) string {
	at := strings.Index(lines, "\n"+word)
	for at >= 0 {
		line, _, _ := strings.Cut(lines[at+1:], "\n")
		if rest := line[len(word):]; rest == "" || rest[0] == ' ' {
			return line
		}
		next := strings.Index(lines[at+1:], "\n"+word)
		if next < 0 {
			return ""
		}
		at += 1 + next
	}
	return ""
}

func (s *Service) action(line string) Action {
	name, types, _ := strings.Cut(line, " ")
	action := Action{Name: name}
	for of := range strings.FieldsSeq(types) {
		if line := lineOf(s.types, ":"+of); line != "" {
			_, form, _ := strings.Cut(line, " ")
			action.ARNs = append(action.ARNs, form)
		}
	}
	return action
}
