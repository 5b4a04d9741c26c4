package spec

import "github.com/hashicorp/hcl/v2"

// Resource is a `resource` block: a resource that no other block makes.
type Resource struct {
	Type           Text
	Label          Text // logical id
	Account        *Account
	AccountRange   hcl.Range // where the account is named
	Stack          Text      // empty: the account's stack for such resources
	Properties     Object
	DependsOn      Texts
	DeletionPolicy Text
	Range          hcl.Range
}

// Override is an `override` block: changes to a generated resource.
type Override struct {
	Label     Text // logical id
	Set       Object
	Add       Object
	Remove    Texts
	DependsOn Texts
	Range     hcl.Range
}

// Output is an `output` block.
type Output struct {
	Label        Text
	Value        Deferred
	Description  Text
	Account      *Account  // nil: where what it refers to is
	AccountRange hcl.Range // where the account is named
	Range        hcl.Range
}

// Value is a value of any type: Deferred, Decimal, Flag, List or Object.
type Value interface{ value() }

// Decimal is a number, in decimal digits.
type Decimal struct {
	Digits string
	Range  hcl.Range
}

// List is a list of values.
type List struct {
	Items []Value
	Range hcl.Range
}

// Object is values by name, in the order of the source.
type Object struct {
	Members []Member
	Range   hcl.Range
}

// Member is one value of an Object.
type Member struct {
	Name  Text
	Value Value
}

func (Deferred) value() {}
func (Decimal) value()  {}
func (Flag) value()     {}
func (List) value()     {}
func (Object) value()   {}
