package schema

func sourceCodeCommit() Block {
	return Block{
		Type: "source", Kind: "codecommit", Min: 1, Max: 1,
		Doc: "A branch of a CodeCommit repository in the pipeline's account. A push to the branch starts the pipeline.",
		Attributes: []Attribute{
			{
				// Source: CodeCommit user guide, "Quotas": repository names.
				Name: "repository", Type: String, Required: true, MaxLength: 100,
				Pattern: `^[A-Za-z0-9._-]+$`, Words: "letters, digits, periods, underscores and hyphens", Example: `"storefront"`,
				Doc: "The name of the repository; it may not end in `.git`.",
			},
			{
				Name: "create_repository", Type: Bool, Default: "false", Example: "true",
				Doc: "Whether the repository is made with the pipeline, its name carrying the environment suffix. It is then deleted with the pipeline, source code included.",
			},
			{
				Name: "branch", Type: String, Default: `"main"`, MaxLength: 256, Pattern: ".", Words: "the name of one git branch", Example: `"release/2.x"`,
				Doc: "The branch that the pipeline builds.",
			},
		},
		Blocks: []Block{sourcePaths()},
		Example: `source "codecommit" {
  repository = "storefront"
  branch     = "main"
}
`,
	}
}
