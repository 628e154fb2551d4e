package storetest

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

const ruleExactness = "Names, IDs and digests are compared byte by byte: no case folding, no trimming, no collation."

// alike are texts that folding, trimming, normalising, collating or patterns take for one another.
func alike() []string {
	return []string{
		"anna", "Anna", "ANNA", "anna ", " anna", "anna\t", "an_a", "an%", "%",
		"\u00e4nna", "a\u0308nna", "\uff41nna", "anna\u200b", "stra\u00dfe", "strasse", "0x10", "16", "16.0", "016",
	}
}

// absentees are like the texts of alike, too, but not among them.
func absentees() []string {
	return []string{"aNNA", "anna  ", "\u00c4nna", "ann", "annaa", "_nna", "ann%", "STRASSE", "16 ", "", "'", "anna\u00ad"}
}

// A naming is a way to find records by a text.
type naming struct {
	method, by string
	needs      Capability
	// add adds a record that text names; find returns the names of those that are found under text.
	add  func(w *world, text string)
	find func(w *world, text string) ([]string, error)
}

func exactnessChecks() []Check {
	var checks []Check
	for _, n := range namings() {
		checks = append(checks, Check{fmt.Sprintf("%s compares %s byte by byte", n.method, n.by), ruleExactness, n.needs, in(n.test)})
	}
	return checks
}

func (n naming) test(w *world) {
	for _, text := range alike() {
		n.add(w, text)
	}
	for _, text := range alike() {
		found, err := n.find(w, text)
		require.NoError(w, err, "finding %q", text)
		assert.Equal(w, []string{text}, found, "what is found under %q", text)
	}
	for _, text := range absentees() {
		if found, err := n.find(w, text); err == nil {
			assert.Empty(w, found, "what is found under %q", text)
		} else {
			assert.ErrorIs(w, err, store.ErrNotFound)
		}
	}
}

func namings() []naming {
	all := append(namesOfUsers(), namesOfClients()...)
	all = append(all, namesOfGrants()...)
	all = append(all, namesOfTokens()...)
	return append(all, namesOfEvents()...)
}

func one(name string, err error) ([]string, error) { return []string{name}, err }

func many[R any](records []R, err error, name func(R) string) ([]string, error) {
	var names []string
	for _, r := range records {
		names = append(names, name(r))
	}
	return names, err
}

func namesOfUsers() []naming {
	return []naming{
		{"UserByName", "names", Accounts,
			func(w *world, text string) { w.addUser(store.User{ID: "id of " + text, Name: text}) },
			func(w *world, text string) ([]string, error) {
				u, err := w.Users.UserByName(w.ctx, text)
				return one(u.Name, err)
			}},
		{"UserByID", "IDs", Accounts,
			func(w *world, text string) { w.addUser(store.User{ID: text}) },
			func(w *world, text string) ([]string, error) {
				u, err := w.Users.UserByID(w.ctx, text)
				return one(u.ID, err)
			}},
	}
}

func namesOfClients() []naming {
	return []naming{
		{"Client", "IDs", Clients,
			func(w *world, text string) { w.addClient(store.Client{ID: text}) },
			func(w *world, text string) ([]string, error) {
				c, err := w.Clients.Client(w.ctx, text)
				return one(c.ID, err)
			}},
		{"ClientsByOwner", "owners", Clients,
			func(w *world, text string) {
				w.addUser(store.User{ID: text})
				w.addClient(store.Client{ID: "app of " + text, Owner: text})
			},
			func(w *world, text string) ([]string, error) {
				clients, err := w.Clients.ClientsByOwner(w.ctx, text)
				return many(clients, err, func(c store.Client) string { return c.Owner })
			}},
	}
}

func namesOfGrants() []naming {
	list := func(w *world, f store.GrantFilter, name func(store.Grant) string) ([]string, error) {
		grants, err := w.Grants.Grants(w.ctx, f, 100)
		return many(grants, err, name)
	}
	return []naming{
		{"Grant", "IDs", Grants, addGrantNamed, func(w *world, text string) ([]string, error) {
			g, err := w.Grants.Grant(w.ctx, text)
			return one(g.ID, err)
		}},
		{"Grants", "IDs", Grants, addGrantNamed, nonEmpty(func(w *world, text string) ([]string, error) {
			return list(w, store.GrantFilter{ID: text}, func(g store.Grant) string { return g.ID })
		})},
		{"Grants", "users", Grants, addGrantNamed, nonEmpty(func(w *world, text string) ([]string, error) {
			return list(w, store.GrantFilter{User: text}, func(g store.Grant) string { return g.User })
		})},
		{"Grants", "clients", Grants, addGrantNamed, nonEmpty(func(w *world, text string) ([]string, error) {
			return list(w, store.GrantFilter{Client: text}, func(g store.Grant) string { return g.Client })
		})},
	}
}

func addGrantNamed(w *world, text string) {
	w.addUser(store.User{ID: text})
	w.addClient(store.Client{ID: text})
	w.addGrant(store.Grant{ID: text, User: text, Client: text})
}

// nonEmpty leaves the empty text out: in a filter it matches all.
func nonEmpty(find func(w *world, text string) ([]string, error)) func(w *world, text string) ([]string, error) {
	return func(w *world, text string) ([]string, error) {
		if text == "" {
			return nil, nil
		}
		return find(w, text)
	}
}

func namesOfTokens() []naming {
	by := func(what string, filter func(string) store.TokenFilter, name func(store.Token) string) naming {
		return naming{"ListTokens", what, Tokens, addTokenNamed, nonEmpty(func(w *world, text string) ([]string, error) {
			tokens, err := w.Tokens.ListTokens(w.ctx, filter(text), "", 100)
			return many(tokens, err, name)
		})}
	}
	return []naming{
		by("IDs", func(s string) store.TokenFilter { return store.TokenFilter{ID: s} }, func(t store.Token) string { return t.ID }),
		by("users", func(s string) store.TokenFilter { return store.TokenFilter{User: s} }, func(t store.Token) string { return t.User }),
		by("clients", func(s string) store.TokenFilter { return store.TokenFilter{Client: s} }, func(t store.Token) string { return t.Client }),
		by("grants", func(s string) store.TokenFilter { return store.TokenFilter{Grant: s} }, func(t store.Token) string { return t.Grant }),
	}
}

func addTokenNamed(w *world, text string) {
	w.addUser(store.User{ID: text})
	w.addClient(store.Client{ID: text})
	w.addGrant(store.Grant{ID: text, User: text, Client: text})
	w.addToken(store.Token{ID: text, User: text, Client: text, Grant: text})
}

func namesOfEvents() []naming {
	by := func(what string, filter func(string) store.EventFilter, name func(store.Event) string) naming {
		return naming{"Events", what, Events,
			func(w *world, text string) { w.addEvents(store.Event{ID: text, User: text, Type: text}) },
			nonEmpty(func(w *world, text string) ([]string, error) {
				events, err := w.Events.Events(w.ctx, filter(text), 100)
				return many(events, err, name)
			})}
	}
	return []naming{
		by("users", func(s string) store.EventFilter { return store.EventFilter{User: s} }, func(e store.Event) string { return e.User }),
		by("types", func(s string) store.EventFilter { return store.EventFilter{Types: []string{s}} }, func(e store.Event) string { return e.Type }),
	}
}
