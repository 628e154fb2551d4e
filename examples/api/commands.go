package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A command is one that a person can paste into a shell.
type command struct {
	about string
	words []string
}

// commands are what a first visitor may want to see, as far as what they need is known. caFile is the certificate that curl
// is to trust, if any.
func commands(c credentials, caFile string) []command {
	curl := []string{"curl"}
	if caFile != "" {
		curl = append(curl, "--cacert", caFile)
	}
	var list []command
	add := func(about, user, app string, words ...string) {
		if filled, known := c.fill(words, user, app); known {
			list = append(list, command{about, slices.Concat(curl, filled)})
		}
	}
	add("Who am I?", "aladdin", "aladdin_app", "-u", "{USER}:{PASSWORD}", "-H", "X-Client-Key: {KEY}", "{BASE}/v2")
	add("The same by Digest", "aladdin", "aladdin_app", "--digest", "-u", "{USER}:{PASSWORD}", "-H", "X-Client-Key: {KEY}", "{BASE}/v2")
	add("The key in the query; an @ in the name, colons in the password", "jasmine", "jasmine_app",
		"-u", "{USER}:{PASSWORD}", "{BASE}/v2/products?client_key={KEY}")
	add("UTF-8, and a scope that jasmine lacks", "unicode", "unicode_app",
		"-u", "{USER}:{PASSWORD}", "-H", "X-Client-Key: {KEY}", "-d", `{"name": "lamp"}`, "{BASE}/v2/products")
	add("A wrong password: 401", "aladdin", "aladdin_app", "-i", "-u", "{USER}:close sesame", "{BASE}/v2?client_key={KEY}")
	add("No client key: 400", "aladdin", "aladdin_app", "-i", "-u", "{USER}:{PASSWORD}", "{BASE}/v2")
	add("A locked account: 403", "locked", "locked_app", "-i", "-u", "{USER}:{PASSWORD}", "{BASE}/v2?client_key={KEY}")
	add("A developer token", "aladdin", "", "-H", "Authorization: Bearer {TOKEN}", "{BASE}/v1/users/me")
	add("An API key", "aladdin", "", "-H", "X-API-Key: {APIKEY}", "{BASE}/v1/data")
	add("A token for a password", "aladdin", "", "--data-urlencode", "username={USER}", "--data-urlencode", "password={PASSWORD}", "{BASE}/authorization")
	add("A token for an app itself", "", "aladdin_app", "-u", "{KEY}:{SECRET}", "-d", "grant_type=client_credentials", "{BASE}/oauth2/token")
	return list
}

// fill puts what belongs to an account and an app of the demo into words, and reports whether all of it is known.
func (c credentials) fill(words []string, user, app string) (filled []string, known bool) {
	pairs := []string{
		"{BASE}", c.BaseURL, "{USER}", c.Users[user].Username, "{PASSWORD}", c.Users[user].Password,
		"{KEY}", c.Clients[app].ClientKey, "{SECRET}", c.Clients[app].ClientSecret,
		"{TOKEN}", c.DeveloperTokens[user].Token, "{APIKEY}", c.APIKeys[user],
	}
	all := strings.Join(words, " ")
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" && strings.Contains(all, pairs[i]) {
			return nil, false
		}
	}
	fill := strings.NewReplacer(pairs...)
	for _, word := range words {
		filled = append(filled, fill.Replace(word))
	}
	return filled, true
}

// printCommands writes the list so that a line, or the whole of it, can be pasted.
func printCommands(out io.Writer, list []command) {
	for _, c := range list {
		quoted := make([]string, len(c.words))
		for i, word := range c.words {
			quoted[i] = quoteForShell(word)
		}
		fmt.Fprintf(out, "# %s\n%s\n", c.about, strings.Join(quoted, " "))
	}
}

// quoteForShell quotes word so that every POSIX shell takes it as one word, literally.
func quoteForShell(word string) string {
	harmless := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@=,+", r)
	}
	if word != "" && strings.TrimFunc(word, harmless) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
