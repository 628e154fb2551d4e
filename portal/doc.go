// Package portal has the pages that people see: sign-in and sign-out, consent for OAuth 1.0a and OAuth 2, what went wrong,
// and with [Config.Developer] a developer portal: tokens, apps, API keys, what other apps were allowed, a security log, the
// account. They are rendered by the server, work without JavaScript, load nothing from elsewhere, and read well on a
// phone, in light and in dark.
//
//	pages, err := portal.New(portal.Config{Name: "Agrabah API", Sessions: sessions, Passwords: checker, Developer: …})
//	for _, route := range pages.Routes() {
//		mux.Handle(route.Pattern, route.Handler)
//	}
//
// What is defended:
//
//   - Secrets: each is shown once, in the answer to the form that made it; the same form, sent again, makes and shows
//     nothing. None is in an address, a cookie or a redirect, and no page may be kept by a cache.
//   - Steps that make or change a secret, an app or the password need a sign-in of the last 15 minutes, and nothing but a
//     cookie counts as one: whoever comes with a token is nobody here.
//   - Forms are taken from these pages alone, and GET changes nothing; see package auth/session.
//   - Names that others chose are text everywhere, with what would turn the writing around made visible, and no address that
//     others chose becomes a link or a picture.
//   - An app gets no scope that its owner does not hold: with client credentials it acts in its own name.
//
// What is left to the host: accounts themselves (signing up, a new e-mail address, a forgotten password), and HTTPS.
//
// A host gives its name, logo, colours and links, replaces single templates or all of them, or leaves this package out and
// writes its own pages on packages auth/session, auth/interaction and tokens, which hold all the rules.
package portal
