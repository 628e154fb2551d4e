package portal

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"time"
)

//go:embed pages/*.html
var ownPages embed.FS

// frames are the templates that every page stands in, and pageNames are the pages themselves.
var (
	frames    = [...]string{"layout.html", "parts.html"}
	pageNames = [...]string{
		"signin.html", "consent.html", "verifier.html", "failure.html",
		"welcome.html", "tokens.html", "newtoken.html", "secret.html", "confirm.html",
		"apps.html", "app.html", "authorised.html", "log.html", "account.html", "password.html",
	}
)

// functions are what templates may call.
var functions = template.FuncMap{
	"visible": visible,
	"date":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
	"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
}

func (p *Portal) parseAll() (map[string]*template.Template, error) {
	pages := make(map[string]*template.Template, len(pageNames))
	for _, name := range pageNames {
		page, err := p.parse(name)
		if err != nil {
			return nil, err
		}
		pages[name] = page
	}
	return pages, nil
}

// parse reads a page with the frames, each from the host's templates where they have it.
func (p *Portal) parse(name string) (*template.Template, error) {
	page := template.New("layout.html").Funcs(functions)
	for _, file := range append(frames[:], name) {
		text, err := p.read(file)
		if err != nil {
			return nil, err
		}
		if page, err = page.Parse(string(text)); err != nil {
			return nil, err
		}
	}
	return page, nil
}

func (p *Portal) read(file string) ([]byte, error) {
	if p.cfg.Templates != nil {
		text, err := fs.ReadFile(p.cfg.Templates, file)
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return ownPages.ReadFile("pages/" + file)
}
