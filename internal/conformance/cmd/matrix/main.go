// Command matrix reads the output of `go test -json` from standard input, or from -events, and writes
// docs/conformance/README.md. With -check it writes nothing: it exits with 1, and says which, where a row that the
// committed page says is held no longer is, and says how to renew the page where it is stale.
//
//	go test -json work | go run ./internal/conformance/cmd/matrix [-check]
//
// Run it from the root of the repository.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/seed-f67351ce/sesame/internal/conformance"
)

const module = "github.com/seed-f67351ce/sesame"

func main() {
	var c command
	flag.StringVar(&c.list, "list", "docs/conformance/requirements.csv", "the list of requirements")
	flag.StringVar(&c.page, "page", "docs/conformance/README.md", "the page to write, or to check against")
	flag.StringVar(&c.events, "events", "-", "the output of `go test -json`; - is standard input")
	flag.BoolVar(&c.check, "check", false, "write nothing, and fail where a row was lost")
	flag.Parse()
	if err := c.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

type command struct {
	list, page, events string
	check              bool
}

func (c command) run(out io.Writer) error {
	m, err := c.matrix()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := m.WriteMarkdown(&page, module); err != nil {
		return err
	}
	if !c.check {
		return os.WriteFile(c.page, page.Bytes(), 0o644)
	}
	committed, err := os.ReadFile(c.page)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.compare(out, m, page.Bytes(), committed)
}

func (c command) matrix() (conformance.Matrix, error) {
	list, err := os.Open(c.list)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	requirements, err := conformance.ReadRequirements(list)
	if err != nil {
		return nil, err
	}
	events := os.Stdin
	if c.events != "-" {
		if events, err = os.Open(c.events); err != nil {
			return nil, err
		}
		defer events.Close()
	}
	results, err := conformance.Read(events)
	if err != nil {
		return nil, err
	}
	return conformance.NewMatrix(requirements, results), nil
}

// compare fails where a row was lost. A page that is stale in another way is worth a word, not a failure: two people
// who both held a row should not have to meet over it.
func (c command) compare(out io.Writer, m conformance.Matrix, now, committed []byte) error {
	held, err := conformance.ReadHeld(bytes.NewReader(committed))
	if err != nil {
		return err
	}
	lost := m.Lost(held)
	for _, row := range lost {
		fmt.Fprintf(out, "%s was held and no longer is: %s. %s\n", row.ID, row.Why(), row.Text)
	}
	if len(lost) > 0 {
		return fmt.Errorf("%d of %d rows that %s says are held were lost", len(lost), len(held), c.page)
	}
	fmt.Fprintf(out, "all %d rows that %s says are held are held\n", len(held), c.page)
	if !bytes.Equal(now, committed) {
		fmt.Fprintf(out, "%s is stale: renew it with\n\tgo test -json work | go run ./internal/conformance/cmd/matrix\n", c.page)
	}
	return nil
}
