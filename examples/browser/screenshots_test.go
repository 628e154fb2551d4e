package browser_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// TestScreenshots draws images of pages: on a desktop in light, on a phone in dark.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SESAME_SCREENSHOTS")
	if folder == "" {
		t.Skip("SESAME_SCREENSHOTS names no folder for the images")
	}
	s := apitest.Start(t)
	p := newPerson(t, s, true)
	p.open("/portal/")
	p.signsIn(s.Credentials.Users["aladdin"])
	p.draws(folder, "welcome")
	for _, description := range []string{"Nightly stock report", "Label printer"} {
		p.open("/portal/tokens/new")
		p.fill("description", description)
		p.selectsAllScopes()
		p.press(control("Create"))
	}
	p.open("/portal/tokens")
	p.draws(folder, "tokens")
	p.open(p.link("published_app"))
	p.draws(folder, "consent")
}

// draws writes what the tab shows to two files.
func (p *person) draws(folder, name string) {
	p.t.Helper()
	p.shows("light", 1024, 640)
	p.draw(filepath.Join(folder, name+"-desktop-light.png"))
	p.shows("dark", 360, 640, chromedp.EmulateScale(1.5))
	p.draw(filepath.Join(folder, name+"-phone-dark.png"))
}

func (p *person) draw(path string) {
	p.t.Helper()
	image, err := chromedp.Run(p.tab, chromedp.CaptureScreenshot())
	require.NoError(p.t, err)
	require.NoError(p.t, os.WriteFile(path, image, 0o644))
}
