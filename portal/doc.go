// Package portal has the pages that people see: sign-in and sign-out, consent for OAuth 1.0a and OAuth 2, and what went
// wrong. They are rendered by the server, work without JavaScript, load nothing from elsewhere, and read well on a
// phone, in light and in dark.
//
//	pages, err := portal.New(portal.Config{Name: "Agrabah API", Sessions: sessions, Passwords: checker, …})
//	for _, route := range pages.Routes() {
//		mux.Handle(route.Pattern, route.Handler)
//	}
//
// A host gives its name and links, replaces single templates or all of them, or leaves this package out and writes its
// own pages on packages auth/session and auth/interaction, which hold all the rules.
package portal
