package conformance

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

const preamble = `# Conformance

What RFCs and security practices ask of this library, and the tests that hold it. A row is held while a passing test
carries its id in its name; CI fails when a row that is held here no longer is. The list itself is
[requirements.csv](requirements.csv), with a column that says how each row is tried. Levels are those of the RFCs; BCP
stands for a practice that no RFC words as one of these. A test is written as ` + "`package` `pattern`" + `:
` + "`go test -run 'pattern' ./package`" + ` runs it.

This page is made by a program: ` + "`go test -json work | go run ./internal/conformance/cmd/matrix`" + `.
`

// WriteMarkdown writes the matrix as docs/conformance/README.md: counts, then a table for each stage. module is the
// path that packages are shown without.
func (m Matrix) WriteMarkdown(w io.Writer, module string) error {
	b := bufio.NewWriter(w)
	b.WriteString(preamble)
	b.WriteString("\n| stage | held | of these MUST |\n|---|---:|---:|\n")
	for _, stage := range m.Stages() {
		fmt.Fprintf(b, "| [%s](#%s) | %s | %s |\n", stage, stage, m.count(stage, ""), m.count(stage, "MUST"))
	}
	fmt.Fprintf(b, "| all | %s | %s |\n", m.count("", ""), m.count("", "MUST"))
	for _, stage := range m.Stages() {
		fmt.Fprintf(b, "\n## %s\n\n| id | level | requirement | held by |\n|---|---|---|---|\n", stage)
		for _, row := range m {
			if row.Stage == stage {
				fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.ID, row.Level, cell(row.Text), row.heldBy(module))
			}
		}
	}
	return b.Flush()
}

// count says how many of the rows are held; an empty stage or level is every one.
func (m Matrix) count(stage, level string) string {
	held, all := 0, 0
	for _, row := range m {
		if (stage == "" || row.Stage == stage) && (level == "" || row.Level == level) {
			all++
			if row.Held() {
				held++
			}
		}
	}
	return fmt.Sprintf("%d of %d", held, all)
}

// heldBy lists the tests of a row that is held, and is empty for one that is not.
func (r Row) heldBy(module string) string {
	if !r.Held() {
		return ""
	}
	tests := make([]string, len(r.Tests))
	for i, t := range r.Tests {
		tests[i] = fmt.Sprintf("`%s` `%s`", strings.TrimPrefix(t.Package, module+"/"), cell(strings.ReplaceAll(t.Name, "`", "'")))
	}
	return strings.Join(tests, "<br>")
}

// cell keeps text from ending a cell of a table, or its row.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", "", "<", "&lt;").Replace(text)
}

// ReadHeld returns the ids of the rows that a page of WriteMarkdown says are held.
func ReadHeld(page io.Reader) ([]string, error) {
	var held []string
	lines := bufio.NewScanner(page)
	for lines.Scan() {
		cells := strings.Split(strings.ReplaceAll(lines.Text(), `\|`, ""), "|")
		// "", id, level, requirement, held by, ""
		if len(cells) == 6 && strings.HasPrefix(strings.TrimSpace(cells[4]), "`") {
			held = append(held, strings.TrimSpace(cells[1]))
		}
	}
	return held, lines.Err()
}
