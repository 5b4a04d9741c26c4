package decode

import (
	"net/url"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) approval() *spec.Approval {
	return &spec.Approval{Message: b.deferred("message"), URL: b.url(), TimeoutMinutes: b.number("timeout_minutes"), Range: b.header}
}

func (b *block) url() spec.Deferred {
	out := b.deferred("url")
	text, known := out.Text()
	if text == "" || !known {
		return out
	}
	parsed, err := url.Parse(text)
	web := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Hostname() != ""
	if web && !strings.ContainsAny(text, " \"<>") {
		return out
	}
	v, _ := b.value("url")
	v.misfit(text, "")
	return spec.Deferred{Range: out.Range}
}
