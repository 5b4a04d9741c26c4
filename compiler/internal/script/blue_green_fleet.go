package script

import _ "embed"

//go:embed blue_green_fleet.py
var blueGreenKeeper string

// BlueGreenKeeper is the Python program, handler index.handler, of the custom resource that owns a fleet and its blue/green
// deployment group. Its properties Fleet, Group and Scaling are JSON in CloudFormation's own shapes: a custom resource gets every
// number as text.
func BlueGreenKeeper() string { return customResource(blueGreenKeeper) }
