package plan

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
)

// Value is anything that may stand in a resource's properties: a literal, a
// collection, or something that CloudFormation works out when the stack is made.
type Value interface{ value() }

// Literals and collections.
type (
	String  string
	Int     int
	Decimal string // a number with a fraction, in decimal digits
	Bool    bool
	List    []Value
	Object  []Field
)

// Field is one member of an Object; members are printed in the order given.
type Field struct {
	Key   string
	Value Value

	// KeyText is the key where CloudFormation works it out. It can stand inside a JSONText only.
	KeyText Value
}

// Ref is the value that CloudFormation's Ref gives for a resource.
type Ref struct{ To *Resource }

// Attr is an attribute of a resource, Fn::GetAtt.
type Attr struct {
	Of   *Resource
	Name string
}

// Param is the value of a parameter of the template.
type Param struct{ Of *Parameter }

// Pseudo is one of CloudFormation's pseudo parameters, such as AccountID.
type Pseudo string

// CloudFormation's pseudo parameters.
const (
	AccountID Pseudo = "AWS::AccountId"
	Region    Pseudo = "AWS::Region"
	Partition Pseudo = "AWS::Partition"
	StackName Pseudo = "AWS::StackName"
	URLSuffix Pseudo = "AWS::URLSuffix"
)

// PseudoOf returns the pseudo parameter that expressions call `aws.` and a name.
func PseudoOf(name string) Pseudo {
	return map[string]Pseudo{"account_id": AccountID, "region": Region, "partition": Partition, "stack_name": StackName}[name]
}

// Concat joins its parts, which must be text once CloudFormation has worked them out.
type Concat []Value

// JSONText is the text of Value written as compact JSON: for properties that hold a document as a string.
type JSONText struct {
	Of Value

	// NoDoubleBraces writes "{{" in strings another way: Parameter Store refuses values that hold it.
	NoDoubleBraces bool
}

// Archive is templates of stacks, for what carries them to CloudFormation: a tar archive of their files, by gzip, in base64. It
// is much shorter than they are, and whatever stands in them, it is no more than a text. Package template fills it in.
type Archive struct{ Of []*Stack }

// Select is one element of a list that CloudFormation knows.
type Select struct {
	Index int
	From  Value
}

// Zones is the list of availability zones of the stack's region, Fn::GetAZs.
type Zones struct{}

// Base64 is the base64 form of a text, Fn::Base64.
type Base64 struct{ Of Value }

// Pending is a value of a resource that was named before everything was in the plan. A complete plan has none.
type Pending struct {
	ID        string // logical id
	Attribute string // empty: what Ref gives
	Origin    hcl.Range
}

func (Pending) value()  {}
func (String) value()   {}
func (Int) value()      {}
func (Decimal) value()  {}
func (Bool) value()     {}
func (List) value()     {}
func (Object) value()   {}
func (Ref) value()      {}
func (Attr) value()     {}
func (Param) value()    {}
func (Pseudo) value()   {}
func (Concat) value()   {}
func (JSONText) value() {}
func (Archive) value()  {}
func (Select) value()   {}
func (Zones) value()    {}
func (Base64) value()   {}

// Text joins its parts. A string stands for a String.
func Text(parts ...any) Value {
	var out Concat
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			out = append(out, String(p))
		case Concat:
			out = append(out, p...)
		case Value:
			out = append(out, p)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// Strings returns a list of literals.
func Strings(items ...string) List {
	out := make(List, len(items))
	for i, item := range items {
		out[i] = String(item)
	}
	return out
}

// Items are the elements of a list; a single value stands for a list of one.
func Items(v Value) List {
	switch v := v.(type) {
	case nil:
		return nil
	case List:
		return v
	}
	return List{v}
}

// Get returns the member of an object, or nil.
func (o Object) Get(key string) Value {
	for _, field := range o {
		if field.Key == key {
			return field.Value
		}
	}
	return nil
}

// Walk calls visit for value and for everything inside it, in printed order.
func Walk(value Value, visit func(Value)) {
	if value == nil {
		return
	}
	visit(value)
	switch v := value.(type) {
	case List:
		for _, item := range v {
			Walk(item, visit)
		}
	case Object:
		for _, field := range v {
			Walk(field.KeyText, visit)
			Walk(field.Value, visit)
		}
	case Concat:
		for _, part := range v {
			Walk(part, visit)
		}
	case JSONText:
		Walk(v.Of, visit)
	case Select:
		Walk(v.From, visit)
	case Base64:
		Walk(v.Of, visit)
	case From:
		Walk(v.Of, visit)
	}
}

// Transform returns value with everything inside it replaced by what replace makes of it, from the inside out. The value
// itself is not changed.
func Transform(value Value, replace func(Value) Value) Value {
	if value == nil {
		return nil
	}
	switch v := value.(type) {
	case List:
		out := make(List, len(v))
		for i, item := range v {
			out[i] = Transform(item, replace)
		}
		value = out
	case Object:
		out := make(Object, len(v))
		for i, field := range v {
			out[i] = Field{Key: field.Key, Value: Transform(field.Value, replace), KeyText: Transform(field.KeyText, replace)}
		}
		value = out
	case Concat:
		out := make(Concat, len(v))
		for i, part := range v {
			out[i] = Transform(part, replace)
		}
		value = out
	case JSONText:
		v.Of = Transform(v.Of, replace)
		value = v
	case Select:
		v.From = Transform(v.From, replace)
		value = v
	case Base64:
		v.Of = Transform(v.Of, replace)
		value = v
	case From:
		v.Of = Transform(v.Of, replace)
		value = v
	}
	return replace(value)
}

// Equal tells whether two values are printed alike.
func Equal(a, b Value) bool {
	a, b = Bare(a), Bare(b)
	switch a := a.(type) {
	case nil:
		return b == nil
	case List:
		b, ok := b.(List)
		return ok && slices.EqualFunc(a, b, Equal)
	case Object:
		b, ok := b.(Object)
		return ok && slices.EqualFunc(a, b, func(a, b Field) bool {
			return a.Key == b.Key && Equal(a.Value, b.Value) && Equal(a.KeyText, b.KeyText)
		})
	case Concat:
		b, ok := b.(Concat)
		return ok && slices.EqualFunc(a, b, Equal)
	case JSONText:
		b, ok := b.(JSONText)
		return ok && a.NoDoubleBraces == b.NoDoubleBraces && Equal(a.Of, b.Of)
	case Select:
		b, ok := b.(Select)
		return ok && a.Index == b.Index && Equal(a.From, b.From)
	case Base64:
		b, ok := b.(Base64)
		return ok && Equal(a.Of, b.Of)
	}
	switch b.(type) {
	case List, Object, Concat, JSONText, Select, Base64:
		return false
	}
	text, isScalar := scalar(a)
	other, alike := scalar(b)
	return a == b || isScalar && alike && text == other
}

// scalar is a literal as CloudFormation reads it wherever another type is wanted: 60 is "60", and true is "true".
func scalar(v Value) (text string, ok bool) {
	switch v := v.(type) {
	case String:
		return string(v), true
	case Int:
		return strconv.Itoa(int(v)), true
	case Bool:
		return strconv.FormatBool(bool(v)), true
	case Decimal:
		return string(v), true
	}
	return "", false
}

// IsTrue tells whether a property is true, as a boolean or as its text, which CloudFormation takes for it.
func IsTrue(v Value) bool {
	text, ok := scalar(v)
	return ok && text == "true"
}

// References returns the resources that value refers to by Ref or Fn::GetAtt, in printed order, with repeats.
func References(value Value) []*Resource {
	var out []*Resource
	Walk(value, func(v Value) {
		switch v := v.(type) {
		case Ref:
			out = append(out, v.To)
		case Attr:
			out = append(out, v.Of)
		}
	})
	return out
}
