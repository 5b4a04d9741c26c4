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
	if !out.IsSet() {
		return out
	}
	for _, sample := range b.d.samples(out) {
		parsed, err := url.Parse(sample)
		web := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Hostname() != ""
		if web && !strings.ContainsAny(sample, " \"<>") {
			return out
		}
	}
	v, _ := b.value("url")
	v.misfit(out.String(), "")
	return spec.Deferred{Range: out.Range}
}
