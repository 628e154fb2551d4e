// Package session is the sign-in of a browser: a cookie, what it stands for at the server, and forms that only the
// service's own pages can post. The portal and the consent pages stand on it; a host's own pages can.
//
// A session is a random 256-bit value in a cookie that is HttpOnly and SameSite=Lax, and on HTTPS Secure with the
// __Host- prefix. The store has its SHA-256. It is renewed at each sign-in, ends after an idle time and at an absolute
// age, and can be listed and revoked at the server.
//
// A form is accepted from the service's own pages alone: Origin, where it is sent, must equal the base URL's origin
// exactly; without it Sec-Fetch-Site, where it is sent, must be same-origin; and a token that is bound to the browser must
// be there in any case, on the sign-in form too.
//
// Neither cookies nor forms are looked at over clear HTTP from beyond this machine, by the gate's own rule.
package session
