package page

import (
	"fmt"
	"os"
	"strings"
)

// Put replaces what stands between the markers of this name in a file.
func Put(file, name, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err = between(string(old), name, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

func between(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+": begin -->\n", "<!-- "+name+": end -->"
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("there are no markers named %s", name)
	}
	return before + begin + text + end + after, nil
}
