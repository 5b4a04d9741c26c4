package template

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Tree is a template's JSON with nothing left to be worked out, and Print is
// nothing but its printing: the floor of the benchmarks.
func Tree(text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return tree(decoder)
}

func Print(tree any, size int) []byte {
	return (&renderer{}).appendJSON(make([]byte, 0, size), tree, 0)
}

func tree(decoder *json.Decoder) node {
	token, err := decoder.Token()
	if err != nil {
		panic(err)
	}
	switch t := token.(type) {
	case json.Number:
		n, err := t.Int64()
		if err != nil {
			panic(err)
		}
		return int(n)
	case json.Delim:
		if t == '[' {
			list := []node{}
			for decoder.More() {
				list = append(list, tree(decoder))
			}
			closing(decoder)
			return list
		}
		object := members{}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				panic(err)
			}
			object = append(object, member{fmt.Sprint(key), tree(decoder)})
		}
		closing(decoder)
		return object
	}
	return token
}

func closing(decoder *json.Decoder) {
	if _, err := decoder.Token(); err != nil {
		panic(err)
	}
}
