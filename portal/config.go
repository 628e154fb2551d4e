package portal

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/store"
)

//go:embed pages/*.html
var ownPages embed.FS

//go:embed pages/style.css
var styleSheet []byte

// Passwords says whose a name and a password are. *password.Checker is one.
type Passwords interface {
	// Check returns the account. A wrong name or password is an error of kind [autherr.Unauthenticated].
	Check(ctx context.Context, r *http.Request, name, password string) (store.User, error)
}

// A Link leads somewhere else, such as to the host's terms.
type Link struct {
	Text, URL string
}

// A Config describes the portal. What is zero has the default that is named.
type Config struct {
	// Name is what the service is called, on each page. Required.
	Name string
	// Sessions keeps visitors signed in, and Passwords checks what they type. Both are required.
	Sessions  *session.Sessions
	Passwords Passwords
	// Interactions has what waits for consent; nil for a service without OAuth. See [Portal.Attach].
	Interactions *interaction.Interactions
	// States answers for accounts that are not active.
	States auth.States
	// Events gets sign-ins and sign-outs; nil keeps none.
	Events store.Events
	// Proxies tell a visitor's address, for those events: the same as the gate's.
	Proxies auth.Proxies
	// SignUp is where people get an account; empty for no link.
	SignUp string
	// Home is the local path that visitors come to who were not going anywhere: "/portal/".
	Home string
	// Links stand at the foot of each page.
	Links []Link
	// Templates replaces templates by their file names, such as "signin.html"; those that it lacks stay.
	Templates fs.FS
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// A Portal serves the pages. It is safe for concurrent use.
type Portal struct {
	cfg   Config
	pages map[string]*template.Template
}

// New checks cfg and parses the templates.
func New(cfg Config) (*Portal, error) {
	if cfg.Name == "" || cfg.Sessions == nil || cfg.Passwords == nil {
		return nil, errors.New("portal: Name, Sessions and Passwords are required")
	}
	if cfg.Home == "" {
		cfg.Home = "/portal/"
	}
	if localPath(cfg.Home, "") == "" {
		return nil, fmt.Errorf("portal: Home %q is no local path", cfg.Home)
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	p := &Portal{cfg: cfg, pages: make(map[string]*template.Template)}
	for _, name := range []string{"signin.html", "consent.html", "verifier.html", "failure.html"} {
		page, err := p.parse(name)
		if err != nil {
			return nil, fmt.Errorf("portal: %w", err)
		}
		p.pages[name] = page
	}
	return p, nil
}

// Attach gives the portal the interactions whose consent pages it shows, where they were built after it. It is called
// when the service is built, before any request.
func (p *Portal) Attach(i *interaction.Interactions) { p.cfg.Interactions = i }

// parse reads a page with the layout that it stands in, each from the host's templates where they have it.
func (p *Portal) parse(name string) (*template.Template, error) {
	page := template.New("layout.html")
	for _, file := range []string{"layout.html", name} {
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
