package schema

// override is a change to a generated resource.
func override() Block {
	return Block{
		Type: "override",
		Labels: []Label{{
			Name: "ID", Doc: "The logical id of a generated resource, as it stands in the template.", Pattern: idPattern, Words: idWords, MaxLength: 255, Example: "HelloBuildProject",
		}},
		Doc: "A change to a generated resource, for what the language has no word for. Places are JSON pointers into the resource, such as " +
			"`/Properties/TimeoutInMinutes` or `/Properties/Tags/0/Value`. A place that is not there is an error, and so is a change that changes nothing, so that " +
			"an override never outlives its reason in silence. What comes out is held against the same rules as before.",
		Attributes: []Attribute{
			{
				Name: "set", Type: Any, Deferred: AnyCharacter, Holds: Data, Example: `{ "/Properties/TimeoutInMinutes" = 90 }`,
				Doc: "New values for what is there.",
			},
			{
				Name: "add", Type: Any, Deferred: AnyCharacter, Holds: Data, Example: `{ "/Properties/BadgeEnabled" = true }`,
				Doc: "Values for what is not there yet; `-` as the last step is the end of a list.",
			},
			{
				Name: "remove", Type: StringList, Unique: true, Default: "[]", Pattern: `^/`, Words: "a JSON pointer", MaxLength: 1024, Example: `["/Properties/Description"]`,
				Doc: "What is to be left out. Items of a list are counted as they stand before.",
			},
			{
				Name: "depends_on", Type: StringList, Unique: true, Default: "[]", Pattern: idPattern, Words: "a logical id", MaxLength: 255, Example: `["HelloArtifactKey"]`,
				Doc: "Logical ids of resources that have to be there before it.",
			},
		},
		Example: `override "StorefrontBuildProject" {
  set = { "/Properties/TimeoutInMinutes" = 90 }
}
`,
	}
}
