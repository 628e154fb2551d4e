package house

import (
	"strings"
)

// A Block is Go code on a page.
type Block struct {
	Line int // of its first line of code
	Code string
}

// Blocks returns what stands between ```go and ``` on a page, without the indentation of the fence.
func Blocks(page string) []Block {
	var blocks []Block
	var open *Block
	indent := ""
	for i, line := range strings.Split(page, "\n") {
		text := strings.TrimLeft(line, " ")
		switch {
		case open == nil && strings.TrimRight(text, " \r") == "```go":
			open, indent = &Block{Line: i + 2}, line[:len(line)-len(text)]
		case open != nil && strings.HasPrefix(text, "```"):
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.Code += strings.TrimPrefix(line, indent) + "\n"
		}
	}
	return blocks
}

// Whole says whether the block is a file that can be built, and not a piece of one.
func (b Block) Whole() bool {
	for line := range strings.Lines(b.Code) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			return strings.HasPrefix(line, "package ")
		}
	}
	return false
}

// PartOf says whether the block's lines stand together in a source, however far they are indented there.
func (b Block) PartOf(source string) bool {
	return strings.Contains("\n"+unindented(source), "\n"+unindented(b.Code))
}

func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}
