package schema

func notifications() Block {
	return Block{
		Type: "notifications", Max: 1,
		Doc: "Who hears by e-mail what the pipeline does. Each address confirms the subscription once, by the link that AWS sends it.",
		Attributes: []Attribute{
			{
				Name: "emails", Type: StringList, Deferred: `[A-Za-z0-9.@_+-]`, Unique: true, Required: true, Min: 1, MaxLength: 254, Example: `["team@example.com"]`,
				Pattern: `^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$`,
				Words:   "an e-mail address",
				Doc:     "The addresses to write to.",
			},
			{
				Name: "on", Type: StringList, Unique: true, Min: 1, Default: `["failed", "approval_needed"]`, Example: `["failed", "succeeded"]`,
				Values: []string{"started", "succeeded", "failed", "canceled", "superseded", "approval_needed"},
				Doc:    "What to write about.",
			},
		},
		Example: `notifications {
  emails = ["team@example.com"]
  on     = ["failed", "approval_needed"]
}
`,
	}
}
