package schema

func artifacts() Block {
	return Block{
		Type: "artifacts", Max: 1,
		Doc: "The store through which the stages of the pipeline hand on files. What is deployed is kept whatever stands here, " +
			"because instances that start later fetch it again.",
		Attributes: []Attribute{
			{
				Name: "encryption", Type: String, Default: `"AES256"`, Values: []string{"AES256", "aws:kms"}, Example: `"aws:kms"`,
				Doc: "The default encryption of the bucket. Artifacts themselves are always written with the pipeline's own key.",
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
