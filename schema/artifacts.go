package schema

func artifacts() Block {
	return Block{
		Type: "artifacts", Max: 1,
		Doc: "The store through which stages hand on files. In a pipeline it is the pipeline's own; in an account its pipelines share one, " +
			"with one key, in a stack of its own. What is deployed is kept whatever stands here, because instances that start later fetch it again.",
		Attributes: []Attribute{
			{
				Name: "encryption", Type: String, Default: `"AES256"`, Values: []string{"AES256", "aws:kms"}, Example: `"aws:kms"`,
				Doc: "The default encryption of the bucket. Artifacts themselves are always written with the store's own key.",
			},
			{
				Name: "expire_after_days", Type: Integer, Default: "30", Min: 1, Max: 3650, Example: "14",
				Doc: "After how many days source and intermediate artifacts are deleted.",
			},
		},
		Example: `artifacts {
  encryption        = "AES256"
  expire_after_days = 14
}
`,
	}
}
