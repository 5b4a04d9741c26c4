package schema

func approval() Block {
	return Block{
		Type: "approval",
		Doc:  "The pipeline waits until somebody agrees in the AWS console, for seven days unless `timeout_minutes` says otherwise.",
		Attributes: []Attribute{
			{
				// Source: CodePipeline user guide, "Add a manual approval action": CustomData, at most 1,000 characters.
				Name: "message", Type: String, Deferred: `[A-Za-z0-9 ._:/@%+=,?&~*-]`, Default: `""`, MaxLength: 1000, Holds: Lines, Example: `"Staging looks right?"`,
				Doc: "What is asked of the person who decides.",
			},
			{
				Name: "url", Type: String, Deferred: `[A-Za-z0-9._:/@%+=,?&~-]`, Default: `""`, MaxLength: 1000, Words: "an address that begins with https:// or http://",
				Example: `"https://staging.example.com"`,
				Doc:     "What to look at before deciding.",
			},
			{
				// Source: CodePipeline API reference, ActionDeclaration, timeoutInMinutes: manual approvals alone have one.
				Name: "timeout_minutes", Type: Integer, Min: 5, Max: 86400, Example: "2880",
				Doc: "After how many minutes without an answer the approval fails, and its stage with it. Without it that is after seven days.",
			},
		},
		Example: `approval {
  message = "Staging looks right?"
  url     = "https://staging.example.com"

  timeout_minutes = 2880
}
`,
	}
}
