package main

import (
	"fmt"
	"strings"

	"github.com/seed-f67351ce/sesame/bench/page"
)

// writeInto puts the table of rows between the bench markers of a file.
func writeInto(file string, rows []row) error {
	var b strings.Builder
	b.WriteString("| scheme | system | × floor | allocations |\n|---|---|---:|---:|\n")
	for _, r := range rows {
		if r.ours() {
			fmt.Fprintf(&b, "| %s | %s | %.2f | %.0f |\n", r.scheme, r.subject, r.Ratio, r.Allocs)
		}
	}
	return page.Put(file, "bench", b.String())
}

// ours reports whether a row is about this project: how others fare is for whoever runs the program, not for a page.
func (r row) ours() bool {
	return strings.HasPrefix(r.subject, "sesame") || strings.Contains(r.subject, "floor") && !strings.Contains(r.subject, "with the floor") || r.scheme == "refusal"
}
