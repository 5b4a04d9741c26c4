package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ask asks a person for what differs most between configurations. An empty answer takes the default.
func (c *console) ask(s *starter) error {
	answers := bufio.NewReader(io.LimitReader(c.stdin, maxFileBytes))
	for _, q := range []struct {
		text, assumed string
		set           func(*starter, string)
	}{
		{"Name of the pipeline", s.name, (*starter).setName},
		{"Id of the AWS account, 12 digits", s.account + ", an example", (*starter).setAccount},
	} {
		if err := c.question(answers, s, fmt.Sprintf("%s [%s]: ", q.text, q.assumed), q.set); err != nil {
			return err
		}
	}
	return nil
}

// question asks until the compiler has nothing against the answer.
func (c *console) question(answers *bufio.Reader, s *starter, text string, set func(*starter, string)) error {
	for {
		fmt.Fprint(c.stderr, visible(text))
		line, err := answers.ReadString('\n')
		answer := strings.TrimSpace(line)
		switch {
		case errors.Is(err, io.EOF) && answer == "":
			fmt.Fprintln(c.stderr)
			return &failure{statusDiagnostics, "there is no answer. Nothing was written."}
		case err != nil && !errors.Is(err, io.EOF):
			return cannot("cannot read the answer: %s. Nothing was written.", cause(err))
		case answer == "":
			return nil
		}
		fault := s.accept(set, answer)
		if fault == "" {
			return nil
		}
		c.complain(fault)
	}
}
