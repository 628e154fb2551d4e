package page_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-f67351ce/sesame/bench/page"
)

const before = "# Page\n<!-- other: begin -->\nkept\n<!-- other: end -->\n<!-- x: begin -->\nold\n<!-- x: end -->\nmore\n"
const after = "# Page\n<!-- other: begin -->\nkept\n<!-- other: end -->\n<!-- x: begin -->\nnew\n<!-- x: end -->\nmore\n"

func TestOnlyWhatStandsBetweenTheMarkersIsReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := page.Put(file, "y", "new\n"); err == nil {
		t.Error("there are no such markers")
	}
	if err := page.Put(file, "x", "new\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != after {
		t.Errorf("%v: the page is\n%s", err, text)
	}
}
