// Command plain reads the output of `go test -json` from standard input and writes what go test prints without -json.
// It exits with 1 where a test failed.
//
//	go test -json work | tee events.json | go run ./internal/conformance/cmd/plain
package main

import (
	"fmt"
	"os"

	"github.com/seed-f67351ce/sesame/internal/conformance"
)

func main() {
	passed, err := conformance.Plain(os.Stdout, os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
	}
	if !passed {
		os.Exit(1)
	}
}
