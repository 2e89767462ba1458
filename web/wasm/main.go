//go:build js && wasm

// Wasm is the library as the page's worker runs it: a function keyconv(what,
// bytes, json) that gives {json, data}.
package main

import (
	"encoding/json"
	"fmt"
	"syscall/js"

	"github.com/keyconv/keyconv/web/answer"
)

func main() {
	js.Global().Set("keyconv", js.FuncOf(call))
	select {}
}

// call answers one question. A panic is an answer too: the page stays alive.
func call(_ js.Value, args []js.Value) (result any) {
	defer func() {
		if r := recover(); r != nil {
			result = map[string]any{"failed": fmt.Sprintf("a fault in the program (%T)", r)}
		}
	}()
	data := make([]byte, args[1].Length())
	js.CopyBytesToGo(data, args[1])
	defer clear(data)
	switch args[0].String() {
	case "look":
		return reply(answer.Look(data, args[2].String()), nil)
	case "convert":
		var o answer.Order
		if err := json.Unmarshal([]byte(args[2].String()), &o); err != nil {
			return map[string]any{"failed": err.Error()}
		}
		d := answer.Convert(data, o)
		defer clear(d.Data)
		return reply(d, d.Data)
	}
	return map[string]any{"failed": "no such question"}
}

func reply(v any, data []byte) map[string]any {
	text, err := json.Marshal(v)
	if err != nil {
		return map[string]any{"failed": err.Error()}
	}
	bytes := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(bytes, data)
	return map[string]any{"json": string(text), "data": bytes}
}
