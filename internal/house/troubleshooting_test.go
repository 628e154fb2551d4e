package house_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/house"
)

const troubleshooting = "docs/troubleshooting.md"

// Every message that a caller can get stands on the page for those who get one, with the status that it comes with.
func TestEveryMessageIsExplained(t *testing.T) {
	tr := tree(t)
	messages := tr.Messages()
	explained := explainedMessages(t, filepath.Join(tr.Root, troubleshooting))
	missing := map[string]string{} // row: where the message is made
	for _, m := range messages {
		if strings.ReplaceAll(m.Text, house.Hole, "") == "" {
			t.Errorf("%s: the message cannot be read from the sources: give it a fixed beginning", m.At)
		}
		if !explainedAs(explained[m.Text], m.Statuses) {
			missing[fmt.Sprintf("| %s | `%s` |  |  |", strings.Trim(fmt.Sprint(m.Statuses), "[]"), m.Text)] = m.At.String()
		}
	}
	for _, row := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("%s is to have this row (%s):\n%s", troubleshooting, missing[row], row)
	}
	for text := range explained {
		if !slices.ContainsFunc(messages, func(m house.Message) bool { return m.Text == text }) {
			t.Errorf("%s explains `%s`, which nothing says any more", troubleshooting, text)
		}
	}
}

// explainedAs says whether the statuses of a message's rows are among those that it can come with. The place that makes
// it may leave open which of several that is, or say nothing about it.
func explainedAs(rows, possible []int) bool {
	for _, status := range rows {
		if len(possible) > 0 && !slices.Contains(possible, status) {
			return false
		}
	}
	return len(rows) > 0
}

// explainedMessages reads the page's tables: | status | `message` | what it means | what to check |. A page that does
// not exist explains nothing.
func explainedMessages(t *testing.T, page string) map[string][]int {
	t.Helper()
	text, err := os.ReadFile(page)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	explained := map[string][]int{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 {
			continue
		}
		status, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue // the head of a table
		}
		message := strings.Trim(strings.TrimSpace(cells[2]), "`")
		explained[message] = append(explained[message], status)
		assert.NotEmpty(t, strings.TrimSpace(cells[3]), "%s: what does `%s` mean?", page, message)
		assert.NotEmpty(t, strings.TrimSpace(cells[4]), "%s: what is to be checked after `%s`?", page, message)
	}
	return explained
}

const refusals = `package a

import (
	"fmt"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/b"
)

const fixed = "a constant"

func literal() error { return &autherr.Error{Kind: autherr.Forbidden, Message: "plain"} }
func constant() error { return &autherr.Error{Kind: autherr.Forbidden, Message: fixed} }
func elsewhere() error { return &autherr.Error{Kind: autherr.Conflict, Message: b.Text} }
func status() answer { return answer{Message: http.StatusText(404)} }
func silent() error { return &autherr.Error{Kind: autherr.Unavailable} }
func zero() error { return &autherr.Error{Message: "who knows"} }
func sum(name string) error { return autherr.Error{Kind: autherr.NotFound, Message: "no " + name + fixed} }
func format(n int) error { return &autherr.Error{Kind: autherr.TooLarge, Message: fmt.Sprintf("%d%% of %q", n, fixed)} }
func call() error { return &autherr.Error{Kind: autherr.BadRequest, Message: worded(1)} }

func worded(n int) string {
	if n > 1 {
		return "many"
	}
	return "one"
}

func variable(n int) error {
	message := "begins"
	message += " and goes on, " + maybe(n)
	return &autherr.Error{Kind: autherr.BadRequest, Message: message}
}

func maybe(n int) string {
	if n > 1 {
		return "maybe"
	}
	return ""
}

func refuse(kind autherr.Kind, message string) error { return &autherr.Error{Kind: kind, Message: "refused: " + message} }
func calls() error { return refuse(autherr.Unauthenticated, "by a") }

type answer struct{ Message string }

func documented() answer { return answer{Message: "of another type"} }
func defaulted(a answer) { a.Message = "assigned" }
func passedOn(a answer) error { return &autherr.Error{Kind: autherr.Forbidden, Message: a.Message} }
func opaque(m map[string]string) error { return &autherr.Error{Kind: autherr.Forbidden, Message: m["x"]} }
`

func TestMessages(t *testing.T) {
	tr := tree(t)
	tr.Files = slices.DeleteFunc(tr.Files, func(f house.File) bool { return f.Path != "errors/kind.go" })
	require.NoError(t, tr.Add("a/a.go", refusals))
	require.NoError(t, tr.Add("b/b.go", `package b

import "github.com/seed-f67351ce/sesame/a"

const Text = "from b"

var _ = a.Refuse(1, "")
`))
	found := map[string][]int{}
	for _, m := range tr.Messages() {
		found[m.Text] = m.Statuses
	}
	assert.Equal(t, map[string][]int{
		"plain":                     {403},
		"a constant":                {403},
		"from b":                    {409},
		"Service Unavailable":       {503},
		"who knows":                 {500},
		"no …a constant":            {404},
		"…% of …":                   {413},
		"many":                      {400},
		"one":                       {400},
		"begins":                    {400},
		"begins and goes on, maybe": {400},
		"refused: by a":             {401},
		"of another type":           {},
		"assigned":                  {},
		"…":                         {403},
	}, normal(found))
}

// normal has empty lists in the place of nil ones.
func normal(m map[string][]int) map[string][]int {
	for k, v := range m {
		if v == nil {
			m[k] = []int{}
		}
	}
	return m
}
