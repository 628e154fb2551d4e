package portal

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/store"
)

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
	// Sessions keeps visitors signed in. Required.
	Sessions *session.Sessions
	// Passwords checks what visitors type. Required, but with SignIn.
	Passwords Passwords
	// SignIn is the URL of a host's own sign-in, which sends visitors on to next, a local path, after it called
	// Sessions.Start; it signs in again who is signed in already. By default it is the portal's own page.
	SignIn func(next string) string
	// Developer has what the developer portal works on; nil for a service that has none.
	Developer *Developer
	// Interactions has what waits for consent; nil for a service without OAuth. See [Portal.Attach].
	Interactions *interaction.Interactions
	// States answers for accounts that are not active.
	States auth.States
	// Help has the words of the link to a state's reference: "Make a payment" for locked accounts, "Contact us" for
	// disabled ones.
	Help map[store.State]string
	// Events gets sign-ins, sign-outs and what the developer portal's visitors do; nil keeps none.
	Events store.Events
	// Observer is told of each verdict on a sign-in. By default it is an [auth.Audit] of Events, which nobody runs: one that
	// is shared with the gate counts with it, and can be run.
	Observer auth.Observer
	// Proxies tell a visitor's address, for those events: the same as the gate's.
	Proxies auth.Proxies
	// SignUp is where people get an account; empty for no link.
	SignUp string
	// Home is the local path that visitors come to who were not going anywhere: "/portal/".
	Home string
	// Links stand at the foot of each page.
	Links []Link
	// Logo is the local path of a picture beside the name; empty for none.
	Logo string
	// Colours and DarkColours take the place of the style sheet's custom properties of these names, such as "accent": CSS
	// colours for light and for dark.
	Colours, DarkColours map[string]string
	// Templates replaces templates by their file names, such as "signin.html"; those that it lacks stay. They may call
	// visible (of a name that somebody chose), date and machine (of a time).
	Templates fs.FS
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// A Portal serves the pages. It is safe for concurrent use.
type Portal struct {
	cfg   Config
	pages map[string]*template.Template
	style []byte
	// common are the passwords that nobody may choose.
	common map[string]bool
}

// New checks cfg and parses the templates.
func New(cfg Config) (*Portal, error) {
	if cfg.Home == "" {
		cfg.Home = "/portal/"
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Observer == nil && cfg.Events != nil {
		cfg.Observer = &auth.Audit{Events: cfg.Events, Clock: cfg.Clock}
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.Help = withHelp(cfg.Help)
	p := &Portal{cfg: cfg}
	if cfg.Developer != nil {
		developer := *cfg.Developer
		if err := developer.normalize(); err != nil {
			return nil, fmt.Errorf("portal: %w", err)
		}
		p.cfg.Developer, p.common = &developer, commonPasswords()
	}
	var err error
	if p.style, err = newStyle(cfg.Colours, cfg.DarkColours); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	if p.pages, err = p.parseAll(); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return p, nil
}

// withHelp are the words for each state, the host's own before the default ones.
func withHelp(own map[store.State]string) map[store.State]string {
	help := map[store.State]string{store.Locked: "Make a payment", store.Disabled: "Contact us"}
	maps.Copy(help, own)
	return help
}

func (cfg *Config) check() error {
	switch {
	case cfg.Name == "" || cfg.Sessions == nil || cfg.Passwords == nil && cfg.SignIn == nil:
		return errors.New("portal: Name, Sessions and Passwords are required")
	case localPath(cfg.Home, "") == "":
		return fmt.Errorf("portal: Home %q is no local path", cfg.Home)
	case cfg.Logo != "" && localPath(cfg.Logo, "") == "":
		return fmt.Errorf("portal: Logo %q is no local path", cfg.Logo)
	}
	return nil
}

// Attach gives the portal the interactions whose consent pages it shows, where they were built after it. It is called
// when the service is built, before any request.
func (p *Portal) Attach(i *interaction.Interactions) { p.cfg.Interactions = i }
