// Package visitor is a person at a browser, for examples and tests that play both sides of a sign-in or a consent: it
// keeps cookies, follows redirects, and fills in the forms of the pages that it sees.
package visitor
