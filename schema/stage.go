package schema

func stage() Block {
	return Block{
		// A pipeline has at most 50 stages, and the source is one of them.
		// Source: CodePipeline user guide, "Quotas in AWS CodePipeline".
		Type: "stage", Min: 1, Max: 49,
		Labels: name("The stage's name, once per pipeline; `source` is taken."),
		Doc: "A stage of the pipeline: its actions run one after another, as they are written, unless they stand in a `parallel` block. " +
			"At least one of `build`, `approval` and `deploy` is needed.",
		Blocks: []Block{buildImage(), approval(), deployEC2(), parallel()},
		Example: `stage "production" {
  approval {
    message = "Staging looks right?"
  }

  deploy "ec2" {
    account = account.production
  }
}
`,
	}
}
