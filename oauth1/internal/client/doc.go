// Package client signs requests as RFC 5849 tells clients to, written for nobody's speed: it is the second opinion that
// tests of package oauth1 hold it against, and shares no code with it.
package client
