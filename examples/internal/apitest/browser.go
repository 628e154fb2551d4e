package apitest

import (
	"context"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Browser starts a Chromium of its own, without a window, and returns the context of its tab for chromedp. The test's end
// stops it.
func Browser(t testing.TB) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true), chromedp.Flag("no-proxy-server", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience) // it may be led through many pages
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Do(ctx), "Chromium did not start")
	return ctx
}

// chromium finds the program under the names that it has.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Need(t, "chromium")
	return ""
}

// A Page is what a tab shows.
type Page struct {
	Status int64
	Text   string
}

// Visit does what leads the tab to another page, and returns that.
func Visit(t testing.TB, tab context.Context, step chromedp.Action[chromedp.Void]) Page {
	t.Helper()
	response, err := chromedp.RunResponse(tab, step)
	require.NoError(t, err)
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.body.innerText`))
	require.NoError(t, err)
	return Page{response.Status, text}
}

// A Dialog stands for a person who is asked for a name and a password by the browser itself: they type them once, and
// give up when they are asked again.
type Dialog struct {
	name, password string
	mu             sync.Mutex
	realms         []string
}

// AnswerDialog has a dialog answer for the tab from now on.
func AnswerDialog(t testing.TB, tab context.Context, user User) *Dialog {
	t.Helper()
	d := &Dialog{name: user.Username, password: user.Password}
	paused, asked := chromedp.Events(tab, fetch.RequestPaused), chromedp.Events(tab, fetch.AuthRequired)
	answer(tab, paused, fetch.ContinueRequest, func(e fetch.EventRequestPaused) fetch.ContinueRequestParams {
		return fetch.ContinueRequestParams{RequestID: e.RequestID}
	})
	answer(tab, asked, fetch.ContinueWithAuth, func(e fetch.EventAuthRequired) fetch.ContinueWithAuthParams {
		return fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: d.answer(e.AuthChallenge.Realm)}
	})
	_, err := chromedp.Call(tab, fetch.Enable, fetch.EnableParams{HandleAuthRequests: new(true)})
	require.NoError(t, err)
	return d
}

// answer runs a command for each event, until the tab is closed.
func answer[E, P any](tab context.Context, events func(func(E, error) bool), command cdp.Command[P, cdp.Empty], params func(E) P) {
	go func() {
		for event, err := range events {
			if err != nil {
				return
			}
			_, _ = chromedp.Call(tab, command, params(event)) // where it fails the page does not come, which a test sees
		}
	}()
}

func (d *Dialog) answer(realm string) *fetch.AuthChallengeResponse {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.realms = append(d.realms, realm)
	if len(d.realms) > 1 {
		return &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseCancelAuth}
	}
	return &fetch.AuthChallengeResponse{
		Response: fetch.AuthChallengeResponseResponseProvideCredentials, Username: d.name, Password: d.password,
	}
}

// Realms are those of the dialogs so far.
func (d *Dialog) Realms() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.realms...)
}
