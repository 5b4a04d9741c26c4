package decode

import (
	"net/url"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) approval() *spec.Approval {
	return &spec.Approval{Message: b.text("message"), URL: b.url(), TimeoutMinutes: b.number("timeout_minutes"), Range: b.header}
}

func (b *block) url() spec.Text {
	out := b.text("url")
	if out.Value == "" {
		return out
	}
	parsed, err := url.Parse(out.Value)
	web := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Hostname() != ""
	if web && !strings.ContainsAny(out.Value, " \"<>") {
		return out
	}
	v, _ := b.value("url")
	v.misfit(out.Value, "")
	return spec.Text{Range: out.Range}
}
