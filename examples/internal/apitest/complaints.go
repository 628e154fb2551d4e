package apitest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	console "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Complaints are what a tab writes to its console and counts as an issue, breaches of a content security policy among them.
type Complaints struct {
	mu   sync.Mutex
	list []string
}

// CollectComplaints listens to a tab from now on.
func CollectComplaints(t testing.TB, tab context.Context) *Complaints {
	t.Helper()
	c := &Complaints{}
	collect(c, chromedp.Events(tab, console.EntryAdded), func(e console.EventEntryAdded) string {
		return fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	})
	collect(c, chromedp.Events(tab, audits.IssueAdded), func(e audits.EventIssueAdded) string {
		return string(e.Issue.Code)
	})
	collect(c, chromedp.Events(tab, runtime.ExceptionThrown), func(e runtime.EventExceptionThrown) string {
		return e.ExceptionDetails.Text
	})
	collect(c, chromedp.Events(tab, runtime.ConsoleAPICalled), func(e runtime.EventConsoleAPICalled) string {
		return "console." + string(e.Type)
	})
	for _, enable := range []cdp.Command[cdp.Empty, cdp.Empty]{console.Enable, audits.Enable, runtime.Enable} {
		_, err := chromedp.Call(tab, enable, cdp.Empty{})
		require.NoError(t, err)
	}
	return c
}

// collect notes each event, until the tab is closed.
func collect[E any](c *Complaints, events func(func(E, error) bool), says func(E) string) {
	go func() {
		for event, err := range events {
			if err != nil {
				return
			}
			c.mu.Lock()
			c.list = append(c.list, says(event))
			c.mu.Unlock()
		}
	}()
}

// List is what came so far.
func (c *Complaints) List() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.list...)
}
