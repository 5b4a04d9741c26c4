package schema

func blueGreen() Block {
	return Block{
		Type: "blue_green", Max: 1,
		Doc: "How requests go over to the new instances of a release, and what becomes of the original ones. Only with `strategy = \"blue_green\"`, which does without the block, too. " +
			"As long as the original instances are there, a rollback gives the requests back to them.",
		// Source of the bounds: CodeDeploy user guide, "CodeDeploy quotas", which gives the second both as 48 hours and as 2,800 minutes.
		Attributes: []Attribute{
			{
				Name: "reroute", Type: String, Default: `"automatic"`, Values: []string{"automatic", "manual"}, Example: `"manual"`,
				Doc: "When requests go to the new instances: as soon as the release is on all of them, or when somebody continues the deployment in CodeDeploy.",
			},
			{
				Name: "reroute_wait_minutes", Type: Integer, Default: "60", Min: 1, Max: 2880, Example: "120",
				Condition: `only with reroute = "manual"`,
				Doc:       "How long the deployment waits to be continued. Then it stops, and the original instances go on. Meanwhile the new ones should neither become more nor fewer: such a change fails the deployment.",
			},
			{
				Name: "original_instances", Type: String, Default: `"terminate"`, Values: []string{"terminate", "keep"}, Example: `"keep"`,
				Doc: "What becomes of the original instances when the requests have gone over. Those that are kept get no requests, cost what they cost, and end with the stack at last.",
			},
			{
				Name: "termination_wait_minutes", Type: Integer, Default: "10", Max: 2800, Example: "60",
				Condition: `not with original_instances = "keep"`,
				Doc:       "How long the original instances go on before they end. So long the deployment and the pipeline's action last, and the requests can be given back.",
			},
			{
				Name: "rollback_on_failure", Type: Bool, Default: "true", Example: "false",
				Doc: "Whether a deployment that fails is rolled back to the last one that succeeded. Without, everything stays as it is, to be looked at. One that an alarm stops is always rolled back.",
			},
		},
		Example: `blue_green {
  reroute                  = "manual"
  reroute_wait_minutes     = 120
  termination_wait_minutes = 60
}
`,
	}
}
