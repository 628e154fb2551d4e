//go:build unix

package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/examples/internal/visitor"
)

// callback is where the apps of the demo are led back to. Nobody listens there.
const callback = "http://127.0.0.1:9999/callback"

// A person is an account of the demo at a browser.
type person struct {
	name, password string
	origin         string
	browser        *visitor.Visitor
}

func (s *site) person(name string) *person {
	u := s.demo.Users[name]
	return &person{name: u.Username, password: u.Password, origin: s.balancer.origin(), browser: visitor.New(callback)}
}

// A decision is where an app's link has led a person.
type decision struct {
	asked    bool // for consent
	callback url.Values
}

// allow follows an app's link, signs in and consents where it is asked to, and returns what the app gets.
func (p *person) allow(link string) (decision, error) {
	var d decision
	err := p.browser.Open(link)
	for range 4 {
		page := p.browser.Page
		switch {
		case err != nil:
			return d, err
		case strings.HasPrefix(page.URL.String(), callback):
			d.callback = page.URL.Query()
			if problem := d.callback.Get("error"); problem != "" {
				return d, fmt.Errorf("the app is told: %s", problem)
			}
			return d, nil
		case page.URL.Path == "/login" && page.Status == 200:
			err = p.browser.Submit("username", p.name, "password", p.password)
		case page.URL.Path == "/consent" && page.Status == 200:
			d.asked = true
			err = p.browser.Submit("decision", "allow")
		default:
			return d, fmt.Errorf("%s answered %d", page.URL.Path, page.Status)
		}
	}
	return d, fmt.Errorf("the link leads to %s again and again", p.browser.Page.URL.Path)
}

// isAsked says whether an app's link leads to the question for consent, and answers none.
func (p *person) isAsked(link string) (bool, error) {
	err := p.browser.Open(link)
	if err == nil && p.browser.Page.URL.Path == "/login" && p.browser.Page.Status == 200 {
		err = p.browser.Submit("username", p.name, "password", p.password)
	}
	page := p.browser.Page
	switch {
	case err != nil:
		return false, err
	case strings.HasPrefix(page.URL.String(), callback) && page.URL.Query().Has("code"):
		return false, nil
	case page.URL.Path == "/consent" && page.Status == 200:
		return true, nil
	}
	return false, fmt.Errorf("%s answered %d", page.URL.Path, page.Status)
}
