package aws

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

func TestProperties(t *testing.T) {
	role := &plan.Resource{ID: "R"}
	cases := []struct {
		name string
		of   Resource
		want plan.Object
	}{
		{"zero values are left out", EC2InternetGateway{}, plan.Object{}},
		{"unless they are kept", EC2Subnet{CidrBlock: plan.String("10.0.0.0/24")}, plan.Object{
			{Key: "CidrBlock", Value: plan.String("10.0.0.0/24")},
			{Key: "MapPublicIpOnLaunch", Value: plan.Bool(false)},
		}},
		{"a property of another name", EC2FlowLog{Of: "VPC"}, plan.Object{{Key: "ResourceType", Value: plan.String("VPC")}}},
		{"values, lists and objects", IAMInstanceProfile{Roles: []plan.Value{plan.Ref{To: role}}}, plan.Object{
			{Key: "Roles", Value: plan.List{plan.Ref{To: role}}},
		}},
		{"pointers", EventsRule{Targets: []EventsTarget{{Id: "a"}}}, plan.Object{
			{Key: "Targets", Value: plan.List{plan.Object{{Key: "Id", Value: plan.String("a")}}}},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Properties(c.of)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	policy := Policy{{
		Sid: "S", Deny: true, Principal: &Principal{Everyone: true}, Actions: []string{"a:B"},
		Resources: []plan.Value{plan.String("x"), plan.String("y")},
		When: []Condition{
			{Operator: "StringEquals", Key: "k", Values: []plan.Value{plan.String("1")}},
			{Operator: "Bool", Key: "b", Values: []plan.Value{plan.Bool(false)}},
			{Operator: "StringEquals", Key: "l", Values: []plan.Value{plan.String("2"), plan.String("3")}},
		},
	}}
	want := plan.Object{
		{Key: "Version", Value: plan.String("2012-10-17")},
		{Key: "Statement", Value: plan.List{plan.Object{
			{Key: "Sid", Value: plan.String("S")},
			{Key: "Effect", Value: plan.String("Deny")},
			{Key: "Principal", Value: plan.String("*")},
			{Key: "Action", Value: plan.String("a:B")},
			{Key: "Resource", Value: plan.List{plan.String("x"), plan.String("y")}},
			{Key: "Condition", Value: plan.Object{
				{Key: "StringEquals", Value: plan.Object{
					{Key: "k", Value: plan.String("1")},
					{Key: "l", Value: plan.List{plan.String("2"), plan.String("3")}},
				}},
				{Key: "Bool", Value: plan.Object{{Key: "b", Value: plan.Bool(false)}}},
			}},
		}}},
	}
	if diff := cmp.Diff(plan.Value(want), policy.planValue()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
