package portal

import (
	"cmp"
	"strings"
)

// A sign is text in a User-Agent field (RFC 9110 §10.1.5), and what people call what it stands for.
type sign struct{ text, name string }

// The first that is there counts: browsers also name those that came before them.
var (
	browsers = [...]sign{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = [...]sign{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Windows", "Windows"}, {"Mac OS X", "a Mac"}, {"Linux", "Linux"},
	}
)

// browserOf is what a person recognises of what a browser said of itself, and all of that where it is nothing.
func browserOf(note string) string { return cmp.Or(knownBrowser(note), note) }

// knownBrowser is the same, and empty where it is nothing.
func knownBrowser(note string) string {
	browser, system := named(browsers[:], note), named(systems[:], note)
	if browser == "" || system == "" {
		return ""
	}
	return browser + " on " + system
}

func named(signs []sign, note string) string {
	for _, s := range signs {
		if strings.Contains(note, s.text) {
			return s.name
		}
	}
	return ""
}
