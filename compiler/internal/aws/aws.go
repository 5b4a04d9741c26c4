// Package aws has one Go type per CloudFormation resource type, with the
// properties that the compiler sets, as values.
//
// A field is named as its property, or as its tag `cfn:"name=..."` says. A field
// that is left at its zero value is left out of the template, unless its tag is `cfn:"keep"`.
package aws

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Resource is the properties of one resource.
type Resource interface {
	// ResourceType is the resource type's name, such as AWS::S3::Bucket.
	ResourceType() string
}

// Properties returns a resource's properties in the order of its fields.
func Properties(r Resource) plan.Object {
	object, _ := valueOf(reflect.ValueOf(r)).(plan.Object)
	return object
}

// From is a part of a resource with the block in the configuration that it is made for.
type From[T any] struct {
	Of T
	At hcl.Range
}

func (f From[T]) planValue() plan.Value {
	return plan.From{Of: valueOf(reflect.ValueOf(f.Of)), At: f.At}
}

// converter is a property type that is written in a form of its own.
type converter interface{ planValue() plan.Value }

func valueOf(v reflect.Value) plan.Value {
	if !v.IsValid() {
		return nil
	}
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
	}
	if v.CanInterface() {
		switch known := v.Interface().(type) {
		case converter:
			return known.planValue()
		case plan.Value:
			return known
		}
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return valueOf(v.Elem())
	case reflect.String:
		return plan.String(v.String())
	case reflect.Int:
		return plan.Int(v.Int())
	case reflect.Bool:
		return plan.Bool(v.Bool())
	case reflect.Slice:
		list := make(plan.List, 0, v.Len())
		for i := range v.Len() {
			list = append(list, valueOf(v.Index(i)))
		}
		return list
	case reflect.Struct:
		return objectOf(v)
	}
	return nil
}

func objectOf(v reflect.Value) plan.Object {
	t := v.Type()
	object := make(plan.Object, 0, v.NumField())
	for i := range v.NumField() {
		field := t.Field(i)
		if v.Field(i).IsZero() && field.Tag.Get("cfn") != "keep" {
			continue
		}
		name := field.Name
		if other, renamed := strings.CutPrefix(field.Tag.Get("cfn"), "name="); renamed {
			name = other
		}
		if value := valueOf(v.Field(i)); value != nil {
			object = append(object, plan.Field{Key: name, Value: value})
		}
	}
	return object
}

// Tag is one tag of a resource.
type Tag struct {
	Key   string
	Value plan.Value
}
