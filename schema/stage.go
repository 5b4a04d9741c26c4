package schema

func stage() Block {
	return Block{
		// A pipeline has at most 50 stages, and the source is one of them.
		// Source: CodePipeline user guide, "Quotas in AWS CodePipeline".
		Type: "stage", Min: 1, Max: 49,
		Labels: name("The stage's name, once per pipeline; `source` is taken."),
		Doc: "A stage of the pipeline: its actions run one after another, as they are written, unless they stand in a `parallel` block. " +
			"At least one of `build`, `approval`, `deploy` and `canary` is needed.",
		Attributes: onFailure(),
		Blocks:     []Block{buildImage(), approval(), deployEC2(), deployLambda(), canary(), parallel(), beforeEntry()},
		Example: `stage "production" {
  on_failure = "rollback"

  before_entry {
    deployment_window {
      cron      = "* * 9-16 ? * MON-THU"
      time_zone = "Europe/Berlin"
    }
  }

  deploy "ec2" {
    account = account.production
  }
}
`,
	}
}

// onFailure is what a stage does by itself when it fails.
func onFailure() []Attribute {
	return []Attribute{
		{
			// Sources: CodePipeline user guide, "Configure a stage for automatic rollback", "Configure a stage for automatic retry on failure".
			Name: "on_failure", Type: String, Values: []string{"rollback", "retry"}, Example: `"rollback"`,
			Doc: "What CodePipeline does when the stage fails; without it, the stage stays failed. `rollback` runs the stage again with what its last good run " +
				"had; the first run has none to go back to, and neither has the first one after a change of the pipeline. `retry` tries the stage once more.",
		},
		{
			Name: "retry_mode", Type: String, Default: `"failed_actions"`, Values: []string{"failed_actions", "all_actions"}, Example: `"all_actions"`,
			Condition: `only with on_failure = "retry"`,
			Doc:       "What is tried once more: the actions that failed, or all of the stage from its first.",
		},
	}
}
