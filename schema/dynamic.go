package schema

// DynamicType opens a block that stands for several, as in Terraform: its label is their type, `content` is what is in each.
const DynamicType = "dynamic"

// Dynamic is the block that stands for several. It may stand in every block that takes blocks; what its content takes depends on
// its label.
func Dynamic() Block {
	return Block{
		Type: DynamicType,
		Doc:  "A block for each item of a list, a map or a set. The label is the type of the blocks.",
		Attributes: []Attribute{
			{Name: "for_each", Type: Any, Required: true, Example: "var.stages", Doc: "There is a block for each of its items."},
			{Name: "iterator", Type: Any, Example: "item", Doc: "What the content calls the item."},
			{Name: "labels", Type: Any, Example: "[stage.key]", Doc: "The labels of the blocks."},
		},
		Blocks: []Block{{Type: "content", Min: 1, Max: 1, Open: true, Doc: "What is in each of the blocks."}},
	}
}
