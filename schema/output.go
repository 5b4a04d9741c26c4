package schema

// output is an output of a template.
func output() Block {
	return Block{
		Type: "output",
		Labels: []Label{{
			Name: "Name", Doc: "The name of the output.", Pattern: idPattern, Words: idWords, MaxLength: 255,
		}},
		Doc: "A value that a stack shows to its operator. It stands in the stack of the resource that it refers to.",
		Attributes: []Attribute{
			{
				Name: "value", Type: String, Required: true, Deferred: AnyCharacter, Holds: Data, Scalars: true, Example: `"https://${resource.MainLoadBalancer.DNSName}"`,
				Doc: "What is shown.",
			},
			{
				Name: "description", Type: String, Default: `""`, Holds: Line, MaxLength: 1024, Example: `"Where the shop answers."`,
				Doc: "What the value is for.",
			},
			accountRef("The account whose first stack shows a value that refers to no resource."),
		},
		Example: `output "ShopAddress" {
  description = "Where the shop answers."
  value       = "https://${resource.ProductionLoadBalancer.DNSName}"
}
`,
	}
}
