package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// The markers between which a table stands.
const (
	tableBegin = "<!-- bench: begin -->"
	tableEnd   = "<!-- bench: end -->"
)

// writeInto puts the table of rows between the markers of a file.
func writeInto(path string, rows []row) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(text, []byte(tableBegin))
	_, after, closed := bytes.Cut(rest, []byte(tableEnd))
	if !found || !closed {
		return errors.New(path + " has no bench markers")
	}
	var b bytes.Buffer
	b.Write(before)
	fmt.Fprintf(&b, "%s\n| scheme | system | × floor | allocations |\n|---|---|---:|---:|\n", tableBegin)
	for _, r := range rows {
		if !r.ours() {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %.2f | %.0f |\n", r.scheme, r.subject, r.Ratio, r.Allocs)
	}
	b.WriteString(tableEnd)
	b.Write(after)
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// ours reports whether a row is about this project: how others fare is for whoever runs the program, not for a page.
func (r row) ours() bool {
	return strings.HasPrefix(r.subject, "sesame") || strings.Contains(r.subject, "floor") && !strings.Contains(r.subject, "with the floor") || r.scheme == "refusal"
}
