package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// TestScreenshots draws every page and state for people to look at: on a desktop and on a phone, in light and in dark.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SESAME_SCREENSHOTS")
	if folder == "" {
		t.Skip("SESAME_SCREENSHOTS names no folder for the images")
	}
	drawn := func(p *person, name string) {
		p.draws(filepath.Join(folder, strings.NewReplacer(",", "", " ", "-").Replace(name)))
	}
	tour(t, apitest.Start(t, "-throttle", "off"), true, drawn)
	p := newPerson(t, newDressed(t), true)
	(&tourist{p, func(name string) { drawn(p, name) }}).inAHostsDress()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "readme"), 0o755))
	newPerson(t, apitest.Start(t), true).drawsForTheReadme(filepath.Join(folder, "readme"))
}

// drawsForTheReadme draws the images of docs/images.
func (p *person) drawsForTheReadme(folder string) {
	p.open("/portal/")
	p.signsIn(p.s.Credentials.Users["unicode"])
	p.makes("/portal/tokens", "Nightly stock report", "365")
	p.makes("/portal/tokens", "Label printer in the warehouse", "90")
	p.shows("light", 1024, 560)
	p.open("/portal/tokens")
	p.draw(filepath.Join(folder, "tokens-desktop-light.png"))
	p.open(p.link("published_app"))
	p.shows("dark", 360, 640, chromedp.EmulateScale(1.5))
	p.draw(filepath.Join(folder, "consent-phone-dark.png"))
	p.shows("light", 360, 640, chromedp.EmulateScale(1.5))
	p.open("/portal/tokens/new")
	p.draw(filepath.Join(folder, "new-token-phone-light.png"))
}

// draws writes what the tab shows to four files.
func (p *person) draws(base string) {
	p.t.Helper()
	for name, width := range map[string]int64{"desktop": 1280, "phone": 375} {
		for _, scheme := range []string{"light", "dark"} {
			p.shows(scheme, width, 700)
			p.draw(base + "-" + name + "-" + scheme + ".png")
		}
	}
}

// draw writes what the tab shows, the whole page, to a file.
func (p *person) draw(path string) {
	p.t.Helper()
	image, err := chromedp.Run(p.tab, chromedp.FullScreenshot(100))
	require.NoError(p.t, err)
	require.NoError(p.t, os.WriteFile(path, image, 0o644))
}
